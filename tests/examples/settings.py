"""The house's settings, and the app of examples."""

from peacekeeping.settings import *  # noqa: F403
from peacekeeping.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.examples"]

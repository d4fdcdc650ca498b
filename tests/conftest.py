from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture
def shared():
    """The folder of real data files beside the checkout; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared is not beside this checkout")
    return SHARED


@pytest.fixture(autouse=True)
def english():
    """Messages are in English, and no test inherits the language of the one before."""
    with override("en"):
        yield


@pytest.fixture
def noon():
    """A fixed moment: noon of 23 October 2025 in Almaty."""
    return datetime(2025, 10, 23, 12, tzinfo=ZoneInfo("Asia/Almaty"))

from ledger.models.entry import Entry
from ledger.models.erasure import Erasure, Lifted
from ledger.models.site_version import SiteVersion
from ledger.models.user import User

__all__ = ["Entry", "Erasure", "Lifted", "SiteVersion", "User"]

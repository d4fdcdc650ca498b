from ledger.models.entry import Entry
from ledger.models.seal import Seal
from ledger.models.site_version import SiteVersion
from ledger.models.user import User

__all__ = ["Entry", "Seal", "SiteVersion", "User"]

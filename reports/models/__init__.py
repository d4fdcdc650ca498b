from reports.models.prepared import Download, PreparedFile
from reports.models.proof import Recall, Verification
from reports.models.run import Format, ReportRun, ReportRunEnd
from reports.models.saved import Favourite, SavedReport, Schedule

__all__ = [
    "Download", "Favourite", "Format", "PreparedFile", "Recall", "ReportRun", "ReportRunEnd", "SavedReport", "Schedule",
    "Verification",
]  # fmt: skip

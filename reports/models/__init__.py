from reports.models.run import Format, ReportRun, ReportRunEnd
from reports.models.saved import SavedReport, Schedule

__all__ = ["Format", "ReportRun", "ReportRunEnd", "SavedReport", "Schedule"]

from reports.forms.asking import ReportForm, TakeForm, as_typed
from reports.forms.keeping import SaveForm, ScheduleForm

__all__ = ["ReportForm", "SaveForm", "ScheduleForm", "TakeForm", "as_typed"]

"""The pages of the desk beside Django's own: each is a view of its module, listed here under its address."""

from articles.admin import calendar, hours, naming, numbers, review_desk, writing_desk

# Views of one edition, called as view(request, pk) at /admin/articles/edition/<pk>/<name>/.
OF_AN_EDITION = {
    **writing_desk.PAGES,
    "review": review_desk.page,
    "numbers": numbers.numbers_view,
    "set-apart": naming.set_apart,
    "take-back": naming.take_back,
    "reschedule": hours.reschedule_view,
    "bundle": hours.bundle_view,
    "calendar": calendar.calendar_view,
}

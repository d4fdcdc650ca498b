"""The pages of the desk beside Django's own: each is a view of its module, listed here under its address."""

from articles.admin import calendar, hours, naming, numbers, review_desk, revisions, translation, writing_desk

# Views of one edition, called as view(request, pk) at /admin/articles/edition/<pk>/<name>/.
OF_AN_EDITION = {
    **writing_desk.PAGES,
    "review": review_desk.page,
    "numbers": numbers.numbers_view,
    "set-apart": naming.set_apart,
    "take-back": naming.take_back,
    "other-place": naming.other_place,
    "place-after-all": naming.place_after_all,
    "reschedule": hours.reschedule_view,
    "bundle": hours.bundle_view,
    "revisions": revisions.revisions,
    "translation": translation.translation,
    "translate": translation.begin_translation,
}

# Views of all editions, called as view(request) at /admin/articles/edition/<name>/.
OF_ALL_EDITIONS = {"calendar": calendar.calendar_view}

"""What the newsroom holds of people: whom its texts and pictures name, who wrote them, who wrote to it."""

from django.utils.translation import gettext_lazy as _

from ledger.personal import Whose, beside, holds, holds_none
from ledger.personal_data import FOR_EVER_AS_ID, FOR_EVER_AS_NUMBER, NO_WORK_LOST, TO_ANSWER

NEWSROOM = _("the newsroom")
PUBLISHED = _("everybody, once an editor has approved it; before, the newsroom and its fact-checkers")
STAYS = _("as long as the story; whoever is anonymised is taken out of it, of past editions and drafts too")
NAMES = _("names in stories: in titles, texts, captions and bylines, and in addresses")
TO_REPORT = _("to report, with the consent of whoever is named or on another lawful ground")
BOUND = _("that a story names somebody or a picture shows them")
TO_BIND = _("so that whatever names somebody leaves the site at once when they are cleared no longer")
WHO_WROTE = _("who wrote, saved, approved or handed in what, and when")
AUTHORS = _("names of authors, as bylines print them")
TO_KNOW_WHO_WROTE = _("so that readers know who wrote")
AS_PRINTED = _("as long as the stories: what was printed stays; the account behind it goes when it is closed")
SEARCHED = _("the words of public stories, for searching")
TO_BE_FOUND = _("so that readers find them")
WHILE_PUBLIC = _("as long as the story is public")
INBOX = _("what waits in somebody's inbox")
ONCE_READ = _("180 days after it was read, or until the account is closed")
ITS_OWNER = _("whose inbox it is")
REPORTED = _("what you report as wrong in a figure")
TO_CHECK = _("to check it, and to say what came of it")
AS_THE_FIGURE = _("as long as the figure")
WHO_CHECKS = _("the newsroom and records officers")


def _staff(noun, *fields):
    holds(noun, *fields, whose=Whose.STAFF, what=WHO_WROTE, why=TO_ANSWER, until=FOR_EVER_AS_ID, seen_by=NEWSROOM)


def _texts(noun, *fields, what=NAMES, why=TO_REPORT, until=STAYS, seen_by=PUBLISHED):
    holds(noun, *fields, whose=Whose.NAMED, names=True, what=what, why=why, until=until, seen_by=seen_by)


# What is public of a story, and every state that it was in.
_texts("articles.edition", "title", "standfirst", "byline", "body", "rendered", "correction", "change_note",
       "withdrawal_reason")  # fmt: skip
_texts("articles.revision", "name", "title", "standfirst", "byline", "body")
_texts("articles.photouse", "caption", "alt", "credit", "credit_found", "licence")
_texts("articles.photo", "caption_kk", "caption_ru", "caption_en", "alt_kk", "alt_ru", "alt_en", "credit", "licence")
_texts("articles.attachment", "title")
_texts("articles.correction", "text")
_texts("articles.transition", "reason", seen_by=NEWSROOM)
_texts("articles.article", "working_title", "imported_from", seen_by=NEWSROOM)
_texts("articles.bundle", "name", seen_by=NEWSROOM)
_texts("articles.claim", "sources")
_texts("articles.otherplace", "words", seen_by=NEWSROOM)
_texts("articles.section", "name_kk", "name_ru", "name_en")
_texts("articles.topic", "name_kk", "name_ru", "name_en")
holds("articles.edition", "slug", whose=Whose.NAMED, what=NAMES, why=TO_REPORT, until=STAYS, seen_by=PUBLISHED)
holds("articles.redirect", "slug", whose=Whose.NAMED, what=NAMES, why=TO_REPORT, until=STAYS, seen_by=PUBLISHED)
holds(
    "articles.searchentry", "words", "text", whose=Whose.NAMED, what=SEARCHED, why=TO_BE_FOUND, until=WHILE_PUBLIC,
    seen_by=_("everybody"),
)  # fmt: skip
holds(
    "articles.searchword", "word", "sound", "head", "tail", whose=Whose.NAMED, what=SEARCHED, why=TO_BE_FOUND,
    until=WHILE_PUBLIC, seen_by=_("everybody"),
)  # fmt: skip

# Whom they are bound to.
for _noun, _fields in {
    "articles.article": ("people", "namesakes"), "articles.edition": ("named_people",), "articles.photo": ("people",),
}.items():  # fmt: skip
    holds(_noun, *_fields, whose=Whose.PERSON, what=BOUND, why=TO_BIND, until=FOR_EVER_AS_NUMBER, seen_by=NEWSROOM)
holds(
    "articles.photo", "original", whose=Whose.NAMED,
    what=_("pictures, with what their file says of the place, the camera and the photographer"), why=TO_REPORT,
    until=_("as long as a story uses it; a picture of somebody alone is removed when they are anonymised"),
    seen_by=_("everybody, smaller and without the file's own data; the original: photo editors and administrators"),
)  # fmt: skip
holds(
    "articles.attachment", "file", whose=Whose.NAMED, what=_("files that readers of a story can take with them"),
    why=TO_REPORT, until=_("as long as the story; removed when somebody whom the story names is anonymised"),
    seen_by=PUBLISHED,
)  # fmt: skip
beside(
    whose=Whose.NAMED, what=_("pictures that wait for their credit"), why=_("so that no upload is lost"),
    until=_("30 days"), seen_by=_("who uploaded it"),
)  # fmt: skip

# Who writes.
holds(
    "articles.author", "name_kk", "name_ru", "name_en", "slug", "user", whose=Whose.STAFF, what=AUTHORS,
    why=TO_KNOW_WHO_WROTE, until=AS_PRINTED, seen_by=_("everybody"),
)  # fmt: skip
holds(
    "articles.article", "authors", whose=Whose.STAFF, what=AUTHORS, why=TO_KNOW_WHO_WROTE, until=AS_PRINTED,
    seen_by=_("everybody"),
)  # fmt: skip
_staff("articles.edition", "approved_by", "saved_by", "created_by")
_staff("articles.photo", "uploaded_by")
_staff("articles.correction", "by")
_staff("articles.transition", "by")
_staff("articles.revision", "by")
_staff("articles.errorreport", "settled_by")
_staff("articles.comment", "by")
_staff("articles.reviewlink", "created_by")
holds(
    "articles.notice", "user", "by", whose=Whose.STAFF, what=INBOX, why=NO_WORK_LOST, until=ONCE_READ,
    seen_by=ITS_OWNER,
)  # fmt: skip
_texts("articles.notice", "text", what=INBOX, why=NO_WORK_LOST, until=ONCE_READ, seen_by=ITS_OWNER)
holds(
    "articles.presence", "user", whose=Whose.STAFF, what=_("who has which text open"),
    why=_("so that two do not write over each other"), until=_("one day"), seen_by=NEWSROOM,
)  # fmt: skip

# Fact-checkers and readers.
holds(
    "articles.reviewlink", "reviewer", "token_sha256",
    whose=Whose.GUEST, what=_("the name under which a fact-checker was invited, and when the link was last opened"),
    why=_("to know whose remarks on a draft these are"), until=_("90 days after the link ended"), seen_by=NEWSROOM,
)  # fmt: skip
_texts(
    "articles.comment", "about", "text", what=_("remarks on drafts, by colleagues and fact-checkers"),
    why=_("to get a text right before it is printed"), seen_by=NEWSROOM,
)  # fmt: skip
holds(
    "articles.errorreport", "email", whose=Whose.READER, what=_("an e-mail address, if you give one"),
    why=_("to answer you, and for nothing else"), until=_("14 days after the report is settled, 180 days at most"),
    seen_by=WHO_CHECKS,
)  # fmt: skip
holds(
    "articles.errorreport", "page", "said", "language", "fingerprint", whose=Whose.READER, what=REPORTED, why=TO_CHECK,
    until=AS_THE_FIGURE, seen_by=WHO_CHECKS,
)  # fmt: skip
_texts(
    "articles.errorreport", "wrong", "source", "note", what=REPORTED, why=TO_CHECK, until=AS_THE_FIGURE,
    seen_by=WHO_CHECKS,
)  # fmt: skip

holds_none("articles.section", "slug")
holds_none("articles.topic", "slug")
holds_none("articles.article", "import_checksum")
holds_none("articles.edition", "language", "state")
holds_none("articles.claim", "key", "parameters", "relation", "printed", "unit", "rests_on", "verdict")
holds_none("articles.errorreport", "key", "parameters", "outcome")
holds_none("articles.attachment", "kind")
holds_none("articles.photo", "checksum", "renditions_set")
holds_none("articles.redirect", "language")
holds_none("articles.transition", "to_state")
holds_none("articles.notice", "kind")
holds_none("articles.frontpage", "language")
holds_none("articles.searchentry", "tags")
holds_none("articles.storytotal", "shelf")

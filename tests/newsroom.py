"""A newsroom in the middle of its day, for the tests that look at its pages in a browser.

`manage.py shell -c "from tests import newsroom; newsroom.print_it()"` makes it upon the demo and prints what it made.
It changes no figure of the record: other tests of the same house print them.
"""

import json
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from articles import bundles, photo_intake, publishing, review, translating, writing
from articles.models import Article, Bundle, Claim, Edition, Section
from ledger.models import User
from reports import saving, verifying
from reports.catalogue import REPORTS
from reports.models import PreparedFile, Recall
from tests import makers, taking

BODY = """<p>Сейчас на Голанах служат [[strength mission=UNDOF]] человек, 139 из них – давно. [[strength mission=NOWHERE]]</p>
<h2>Начало</h2><p>[[photo 1]]</p><blockquote><p>Мы готовились.</p><cite>Собеседник</cite></blockquote>
<p><a href="/ru/articles/nowhere/">Битая ссылка</a></p><p>[[photo 2]]</p>"""


def print_it():
    print(json.dumps(make(at=timezone.now())))


def make(*, at):
    """This will make texts in every state and return the keys of what the pages are about, by name."""
    author, editor = User.objects.get(username="author"), User.objects.get(username="editor")
    draft = _draft(author, at, "ru", "chernovik", BODY)
    photo = makers.photo(at, caption_ru="Подпись к снимку", credit="Фотослужба министерства обороны республики")
    draft.photo_uses.create(place=1, photo=photo)
    draft.attachments.create(title="Таблица", file=SimpleUploadedFile("t.pdf", b"%PDF-1.4"), kind="pdf", size=8)
    writing.keep(draft, name="Первый вариант", by=author, at=at)
    writing.save(draft, {"body": f"{BODY}<p>Ещё абзац.</p>"}, version=draft.version, by=author, at=at)

    in_review = _draft(
        author, at, "kk", "tekserude", "<p>Голанда [[strength mission=UNDOF]] адам, жиырма бесі әйел.</p>"
    )
    link, token = review.make_link(in_review, reviewer="Қ. Тексеруші", by=editor, at=at)
    review.comment(in_review, text="Бұл сан дұрыс па?", about="жиырма бесі", link=link, at=at)
    review.settle(review.comment(in_review, text="Шешілді.", by=editor, at=at), by=editor, at=at)
    publishing.submit(in_review, by=author, at=at)

    ahead = _draft(author, at, "en", "ahead-of-time", "<p>What comes.</p>")
    publishing.approve(ahead, by=editor, at=at, public_from=at + timedelta(days=2))
    withdrawn = publishing.approve(_draft(author, at, "ru", "otozvan", "<p>Текст.</p>"), by=editor, at=at)
    publishing.withdraw(withdrawn, reason="Источник отказался от своих слов.", by=editor, at=timezone.now())

    printed = Edition.objects.get(language="ru", slug="sto-tridtsat-devyat", number=1)
    following = publishing.open_next(printed, by=author, at=at)
    Edition.objects.filter(pk=following.pk).update(
        correction="Было в апреле, а надо: в марте.", body=printed.body + "<p>Ещё.</p>"
    )
    publishing.approve(Edition.objects.get(pk=following.pk), by=editor, at=timezone.now())
    for verdict, claim in zip(("wrong", "moved_on"), Claim.objects.order_by("pk")[:2], strict=True):
        Claim.objects.filter(pk=claim.pk).update(verdict=verdict)

    bundle = Bundle.objects.create(name="Доклад на трёх языках")
    story = Article.objects.create(working_title="Bundle", section=Section.objects.get(slug="missions"))
    for language in ("kk", "ru"):
        bundles.put(
            _draft(author, at, language, f"report-{language}", "<p>x</p>", article=story), bundle, by=author, at=at
        )
    photo_intake.receive(SimpleUploadedFile("DSC_0001.jpg", makers.picture((640, 480))), by=author, at=at)
    return {
        "draft": draft.pk, "in_review": in_review.pk, "ahead": ahead.pk, "withdrawn": withdrawn.pk, "token": token,
        "printed": printed.pk, "photo": photo.pk, "bundle": bundle.pk,
        "translation": translating.begin(following, "kk", by=author, at=timezone.now()).pk,
        **_reports(at),
    }  # fmt: skip


def _reports(at):
    """This will let the report staff take one report, which is recalled, have one made, and save one."""
    staff = User.objects.get(username="reports")
    taken, _bytes = taking.taken("strength-by-month", at, by=staff, purpose="Для доклада министру", missions=("UNMIN",))
    verifying.verify(taken, by=staff, at=at)
    Recall.objects.create(run=taken, at=at, rows=3, sha256="0" * 64)
    made = taking.opened("strength-by-month", at, by=staff)
    PreparedFile.objects.create(run=made, state="working", rows_expected=30_000, rows_done=1200, beat_at=at)
    saved = saving.save(
        "Ай сайынғы есептеме", REPORTS["strength-by-month"], {"period": "last_month"}, language="kk", format="csv",
        by=staff, at=at,
    )  # fmt: skip
    saving.schedule(saved, day_of_month=5, begins=at.date(), wants_letter=True, by=staff, at=at)
    return {"run": taken.pk, "making": made.pk, "saved": saved.pk}


def _draft(author, at, language, slug, body, **values):
    return makers.draft_story(
        at, language=language, slug=slug, title=f"Очень длинный заголовок материала о миротворцах ({slug})", body=body,
        created_by=author, **values,
    )  # fmt: skip

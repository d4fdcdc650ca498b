"""Fills a site that holds the demonstration with as many stories again as one asks for, in all three languages.

Each is a story of the demonstration with its figures, photos, missions and topics, bearing a day of its own, and so
much more text that its page has about 30,000 bytes. They are written past the rules, and put into the index of search.

    python -m tests.benchmarks.stories 1000            # upon the database of DATABASE_URL
"""

import os
import random
import re
import sys
from datetime import timedelta

TEXT = 18_000  # bytes of the text; the rest of a page is about 12,000
BATCH = 100
PARAGRAPH = re.compile(r"<p>.+?</p>", re.S)


def fill(count, *, at):
    """This will make `count` articles, of which the newest bears the day before `at` and each other an earlier one."""
    from django.db import connection, transaction

    from articles.models import Edition
    from articles.search import indexing
    from ledger import guards

    editions = Edition.objects.in_force(at).select_related("article", "lead").order_by("article", "language")
    models = {}
    for edition in editions.prefetch_related("claims", "photo_uses", "article__topics", "article__missions"):
        models.setdefault(edition.article, []).append(edition)
    models = list(models.items())
    chance = random.Random(2026)
    with guards.lifted(connection):
        for start in range(0, count, BATCH):
            with transaction.atomic():
                numbers = range(start, min(start + BATCH, count))
                _write([(number, *models[number % len(models)]) for number in numbers], _spare(models), chance, at)
    indexing.make()


def _spare(models):
    """This will return {language: paragraphs that hold no token}."""
    found = {}
    for _article, editions in models:
        for edition in editions:
            plain = [one for one in PARAGRAPH.findall(edition.body) if "[[" not in one]
            found.setdefault(edition.language, []).extend(plain)
    return found


def _write(batch, spare, chance, at):
    from articles.models import Article, Claim, Edition, PhotoUse

    articles = Article.objects.bulk_create(
        Article(working_title=f"{model.working_title} ({number})", section_id=model.section_id,
                lead_photo_id=model.lead_photo_id)
        for number, model, _editions in batch
    )  # fmt: skip
    for name in ("topics", "missions"):
        through, field = getattr(Article, name).through, name[:-1]
        through.objects.bulk_create(
            through(article=article, **{field: one})
            for article, (_number, model, _editions) in zip(articles, batch, strict=True)
            for one in getattr(model, name).all()
        )
    made = [
        (model, _another(model, article, number, spare[model.language], chance, at))
        for article, (number, _model, editions) in zip(articles, batch, strict=True)
        for model in editions
    ]
    Edition.objects.bulk_create(edition for _model, edition in made)
    Claim.objects.bulk_create(_copies(made, "claims"))
    uses = PhotoUse.objects.bulk_create(_copies(made, "photo_uses"))
    leads = {use.edition_id: use for use in uses if use.place == PhotoUse.LEAD}
    for _model, edition in made:
        edition.lead = leads.get(edition.pk)
    Edition.objects.bulk_update((edition for _model, edition in made), ["lead"])


def _another(model, article, number, spare, chance, at):
    """This will return an edition that is to be a story's, as the model is of its own, with more text."""
    more, lacking = [], TEXT - len(model.rendered.encode())
    while lacking > 0:
        more.append(chance.choice(spare))
        lacking -= len(more[-1].encode())
    more = "\n".join(more)
    day = (at - timedelta(days=1 + number)).date()
    hour = at - timedelta(days=1 + number)
    return type(model)(
        article=article, language=model.language, title=f"{model.title} ({number})", slug=f"{model.slug}-{number}",
        standfirst=model.standfirst, byline=model.byline, day=day, body=f"{model.body}\n{more}",
        rendered=f"{model.rendered}\n{more}", state=model.state, approved_by_id=model.approved_by_id, created_at=hour,
        created_by_id=model.created_by_id, approved_at=hour, public_from=hour,
    )  # fmt: skip


def _copies(made, name):
    """This will return copies of what hangs on the models, hung on the editions."""
    copies = []
    for model, edition in made:
        for row in getattr(model, name).all():
            fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
            copies.append(type(row)(**{**fields, "id": None, "edition_id": edition.pk}))
    return copies


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peacekeeping.settings")
    django.setup()

    from django.db import connection
    from django.utils import timezone

    from ledger import statistics

    at = timezone.now()
    fill(int(sys.argv[1]), at=at)
    statistics.renew_once_a_day(at=at)  # as the house's worker does
    if connection.vendor == "postgresql":  # whose own servant does it within a minute
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

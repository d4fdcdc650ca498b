"""What is asked of editions by the clock: which the public reads at a moment, and what waits on the desk meanwhile."""

from django.db import models
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article, Author
from articles.models.shelf import HasFirst, ShelfQuerySet
from missions.models.present import withheld_by


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    APPROVED = "approved", _("approved")
    WITHDRAWN = "withdrawn", _("withdrawn")


class EditionQuerySet(ShelfQuerySet):
    """Publication is a question put to the clock: every public page asks one of these, with its moment."""

    def held(self, *, with_story=False):
        """This will hold the rows of what is read until the transaction ends: the steps of one text come one by one.

        `with_story` holds its article's row too, for steps that look at the story's other languages. What else is read
        along with it is not held: PostgreSQL refuses to hold a row that may be missing.
        """
        return self.select_for_update(of=("self", "article") if with_story else ("self",))

    def issued(self, at):
        """This will return the editions whose hour had come by `at`: approved by then, and not cancelled before."""
        return self.filter(approved_at__lte=at, public_from__lte=at).exclude(withdrawn_at__lte=F("public_from"))

    def published(self, at):
        """This will return the editions that the public may read at `at`, ended ones at their own address too.

        A suppression is stronger than the past: see `missions.models.present`.
        """
        return self.issued(at).exclude(withdrawn_at__lte=at).exclude(suppressed_at__lte=withheld_by(at))

    def suppressed_for_desk(self, at):
        """This will return the editions that were suppressed and that no later one has followed, latest first."""
        return self.filter(suppressed_at__lte=at).newest().order_by("-suppressed_at", "-pk")[:20]

    def newest(self):
        """This will return the editions that no later one of their story and language follows."""
        later = self.model.objects.filter(number__gt=1).filter(  # of which there is an index, as below
            article=OuterRef("article"), language=OuterRef("language"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later.order_by()))

    def in_force(self, at):
        """This will return, for each article and language, the edition that is the story at `at`, if there is one.

        Only the latest issued edition can be it: when that one is withdrawn or has expired, nothing older
        comes back.
        """
        # A later one is a second one at least: of these the database has an index, which is small.
        later = (
            self.model.objects.issued(at)
            .filter(number__gt=1)
            .filter(article=OuterRef("article"), language=OuterRef("language"), number__gt=OuterRef("number"))
            .order_by()
        )
        return self.published(at).exclude(public_until__lte=at).filter(~Exists(later))

    def scheduled_between(self, start, end):
        """This will return the approved editions of which something changes from `start` until `end`."""
        ahead = Q()
        for moment in ("public_from", "public_until", "suppressed_at"):
            ahead |= Q(**{f"{moment}__gte": start, f"{moment}__lt": end})
        return self.filter(ahead, approved_at__isnull=False).defer("body", "rendered")

    def scheduled_before(self, moment, *, article, at):
        """This will return the approved editions of the article whose hour lies ahead of `at` and before `moment`."""
        waiting = self.filter(article=article, state=State.APPROVED, public_from__gt=at, public_from__lt=moment)
        return waiting.defer("body", "rendered").order_by("public_from", "pk")

    def open(self):
        """This will return the editions that are still written: drafts, and texts in review."""
        return self.filter(state__in=self.model.OPEN, approved_at__isnull=True)

    def newest_first(self):
        return self.order_by("-day", "-public_from", "-pk")

    def for_cards(self, language, at):
        """This will return what a list of stories shows, newest first; the long columns stay in the database."""
        return self.filter(language=language).in_force(at).with_what_cards_show().newest_first()

    def for_feed(self, language, at):
        """This will return the stories of a feed, newest first, each `with_first_hour`; the rendered body stays."""
        return (
            self.filter(language=language)
            .in_force(at)
            .with_first_hour(at)
            .select_related("article__section", "lead__photo")
            .defer("body", "rendered")
            .newest_first()
        )

    def latest_issued(self, language, slug, at):
        """This will return the latest issued edition of the story that has, or ever had, this address."""
        issued = self.issued(at).filter(language=language)
        article = issued.filter(slug=slug).order_by("-number").values("article")[:1]
        return issued.filter(article__in=article).order_by("-number").first()

    def in_other_languages(self, slug, at):
        """This will return the editions, in any language, of the stories that use this address in one of them.

        An address whose hour has not come by `at` is told to nobody.
        """
        stories = self.model.objects.issued(at).filter(slug=slug).values("article")
        return self.filter(article__in=stories).order_by("language")

    def newest_of_other_languages(self, edition):
        """This will return the newest edition, open or not, of the same story in each other language."""
        others = self.filter(article=edition.article_id).exclude(language=edition.language)
        newest = {other.language: other for other in others.defer("body", "rendered").order_by("number")}
        return sorted(newest.values(), key=lambda other: other.language)

    def before(self, edition):
        """This will return the editions of the same story and language that came before `edition`, latest first."""
        return self.filter(article=edition.article_id, language=edition.language, number__lt=edition.number).order_by(
            "-number"
        )

    def approved_before(self, edition):
        """This will return those of the editions `before` this one that were approved, latest first."""
        return self.before(edition).filter(approved_at__isnull=False)

    def with_earlier(self, at):
        """This will tell of each edition, as `has_earlier`, whether the public may read one before it at `at`."""
        earlier = self.model.objects.published(at).filter(
            article=OuterRef("article"), language=OuterRef("language"), number__lt=OuterRef("number")
        )
        return self.annotate(has_earlier=HasFirst(earlier))

    def for_machines(self, at):
        """This will return the stories in force at `at` in every language, with what the interface tells of each.

        How many queries it takes does not grow with them; the long columns stay in the database.
        """
        shown = self.in_force(at).with_first_hour(at).select_related("article__section", "lead__photo")
        return shown.defer("body", "rendered").prefetch_related("claims", "article__topics", "article__missions")

    def next_turns(self, at):
        """This will return (the next moments after `at` at which an edition comes, those at which one must be gone)."""

        def following(moment):
            ahead = self.filter(**{f"{moment}__gt": at}).order_by(moment)
            return list(ahead.values_list(moment, flat=True)[:1])

        # A withdrawal is stamped by the clock of whoever made it, which may be ahead of this one's.
        ends = ("public_until", "suppressed_at", "withdrawn_at")
        return following("public_from"), [turn for moment in ends for turn in following(moment)]

    def naming(self, people):
        """This will return the editions of stories that name any of the people (ids), each once."""
        return self.filter(article__in=Article.objects.filter(people__in=people))

    def for_desk(self, state, limit=10):
        """This will return the open editions in this state that were written last, without their long columns."""
        return self.open().filter(state=state).defer("body", "rendered").order_by("-created_at", "-pk")[:limit]

    def with_corrected(self):
        """This will tell, as `is_corrected`, whether any edition of the story in its language had to be corrected."""
        corrected = self.model.objects.filter(
            article=OuterRef("article"), language=OuterRef("language"), corrections__isnull=False
        )
        return self.annotate(is_corrected=HasFirst(corrected))

    def with_first_hour(self, at):
        """This will add `first_hour`: when the story first became public in the edition's language."""
        issued = self.model.objects.issued(at).filter(article=OuterRef("article"), language=OuterRef("language"))
        return self.annotate(first_hour=Subquery(issued.order_by("public_from").values("public_from")[:1]))

    def for_news(self, since, at):
        """This will return the stories in force that first became public at `since` or later, newest first."""
        before = self.model.objects.issued(at).filter(
            article=OuterRef("article"), language=OuterRef("language"), public_from__lt=since
        )
        return (
            self.in_force(at)
            .filter(~Exists(before.order_by()), public_from__gte=since)
            .with_first_hour(at)
            .only("language", "slug", "title", "public_from")
            .order_by("-public_from", "-pk")
        )

    def with_source(self):
        """This will tell of each translation, as `source_now`, the edition that its source is by now, and `is_stale`.

        The source is the newest approved edition of that language from the translated one on, or else that one itself,
        as it stands. A translation is stale where the source's text is not what the revision says.
        """
        newest = self.model.objects.filter(
            article=OuterRef("article"), language=OuterRef("translated_from__edition__language"), state=State.APPROVED,
            number__gte=OuterRef("translated_from__edition__number"), suppressed_at__isnull=True,
        ).order_by("-number")  # fmt: skip
        same = self.model.objects.filter(
            pk=OuterRef("source_now"), **{name: OuterRef(f"translated_from__{name}") for name in self.model.TRANSLATED}
        )
        stale = When(Q(translated_from__isnull=False) & ~Exists(same), then=Value(True))
        return self.annotate(
            source_now=Coalesce(Subquery(newest.values("pk")[:1]), F("translated_from__edition"))
        ).annotate(is_stale=Case(stale, default=Value(False), output_field=BooleanField()))

    def stale_translations(self):
        """This will return the stale translations that wait for somebody: the newest edition of each, none withdrawn.

        Without their long columns, the newest first.
        """
        return self.filter(following__waits=True).defer("body", "rendered").order_by("-following")

    def with_author_kind(self):
        """This will tell whether the story's authors are people (`by_people`), organisations (`by_organisations`)."""
        authors = Author.objects.filter(articles=OuterRef("article"))
        return self.annotate(
            by_people=Exists(authors.filter(is_organisation=False)),
            by_organisations=Exists(authors.filter(is_organisation=True)),
        )

    def for_share_picture(self):
        return self.select_related("article__section", "lead__photo").defer("body", "rendered")

    def for_page(self):
        return self.select_related("article__section", "lead__photo", "approved_by")

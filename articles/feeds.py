"""What the house sends to feed readers: stories and corrections, each in three formats that say the same."""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Enclosure
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles import cards, feed_content, feed_formats
from articles.feed_formats import readable
from articles.models import Correction, Edition, Section, Topic
from articles.models.shelf import with_size
from ledger.paths import path
from missions import alphabet, standing
from missions.models.mission import Mission
from missions.settled import settled

LATEST, LATEST_CORRECTIONS = 30, 50


@settled
def _newest(*, at, language):
    return _told(Edition.objects.for_feed(language, at))


@settled
def _newest_of(*, at, language, noun, pk):
    """`noun` is (name, is it large?): part of the question, and not a value of it."""
    return _told(Edition.objects.for_feed(language, at).of(noun[0], pk, is_large=noun[1]))


def _told(stories):
    return stories.annotate(found_topics=cards.topics()).with_corrected()[:LATEST]


def tag_of(noun, pk):
    """This will return a name that stays the same when an address or the site's scheme changes."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2025:{noun}:{pk}"


class HouseFeed:
    """One feed in the active language. Every address comes from SITE_URL, none from the request's host.

    `name` and `arguments` are those of its own address, without the format. A subclass says with `listed` what it
    holds, with `turned` when a row of it became public, and with `texts` how the rows are written.
    """

    def __init__(self, request, kind, name, arguments=(), *, page, about=""):
        if kind not in feed_formats.KINDS:
            raise Http404
        self.kind, self.at, self.language = kind, request.at, get_language()
        self.own, self.page, self.about = path(name, *arguments, kind), page, about
        self.standing = standing.Standing(self.at)
        self.rows = self.listed()

    def title(self):
        house = _("Peacekeeping Record")
        return f"{self.about} · {house}" if self.about else house

    def etag(self):
        """This will return what changes with the house's version, with the clock, and with the rows that it brings."""
        parts = (self.standing.stamp, settings.SITE_URL, self.own, [(row.pk, self.turned(row)) for row in self.rows])
        return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'

    def last_modified(self):
        """This will return the second in which the newest of its rows became public, since the epoch; None without."""
        return max((int(self.turned(row).timestamp()) for row in self.rows), default=None)

    def response(self):
        own = settings.SITE_URL + self.own
        feed = feed_formats.KINDS[self.kind](
            title=self.title(), link=settings.SITE_URL + self.page, description=self.subtitle(),
            subtitle=self.subtitle(), language=self.language, author_name=_("Peacekeeping Record"),
            author_link=settings.SITE_URL + path("home"), feed_url=own, feed_guid=own, at=self.at,
            turned=max(map(self.turned, self.rows), default=None), icon=settings.SITE_URL + static("site/mark.svg"),
        )  # fmt: skip
        feed.texts = self.texts(feed)
        return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


class Stories(HouseFeed):
    """The newest stories in force, whole: all, or those `of` a section, topic or mission that is told `with_size`."""

    def __init__(self, *arguments, of=None, **named):
        self.of = of
        super().__init__(*arguments, **named)

    def listed(self):
        if self.of is None:
            return _newest(at=self.at, language=self.language)
        noun = (self.of._meta.model_name, self.of.is_large)
        return _newest_of(at=self.at, language=self.language, noun=noun, pk=self.of.pk)

    def turned(self, edition):
        return edition.public_from

    def subtitle(self):
        return _("Stories and figures of those who keep the peace, each figure with its date and its source.")

    def texts(self, feed):
        """An edition's text stands for a state of the record, but where it leads to another story."""
        found = {"language": self.language, "at": self.at}
        corrections = feed_content.corrections_of(self.rows, **found)
        keys = {
            edition: ("feed", self.kind, edition.pk, *(one.pk for one in corrections[edition.article_id]))
            for edition in self.rows
        }
        texts = {edition: self.standing.get(*key) for edition, key in keys.items()}
        missing = [edition for edition, text in texts.items() if text is None]
        bodies = feed_content.of_editions(missing, corrections, **found, site=settings.SITE_URL)
        for edition in missing:
            content, stays = bodies[edition.pk]
            texts[edition] = feed.text_of(**_item(edition, content))
            if stays:
                self.standing.keep(texts[edition], *keys[edition])
        return list(texts.values())


def _item(edition, content):
    address = settings.SITE_URL + edition.get_absolute_url()
    photo = edition.lead.photo if edition.lead else None
    picture = settings.SITE_URL + photo.rendition_url(1600, "jpg") if photo else ""
    # As readers get it, with its true length, and not while it is not made.
    is_made = photo and photo.renditions_bytes
    return {
        "title": readable(edition.title), "link": address,
        "description": escape(readable(edition.standfirst)),  # a feed's summary is HTML, the standfirst is plain text
        # The same for every edition of the story in its language: a reader keeps one copy, brought up to date.
        "unique_id": tag_of("story", f"{edition.article_id}:{edition.language}"), "unique_id_is_permalink": False,
        "author_name": readable(edition.byline) or None, "pubdate": edition.first_hour,
        "updateddate": edition.public_from,
        "categories": [
            edition.article.section.name,
            *(topic.name for topic in cards.all_made(Topic, cards.TOPIC, edition.found_topics)),
        ],
        "enclosures": [Enclosure(picture, str(photo.renditions_bytes), "image/jpeg")] if is_made else [],
        "content": content, "summary": readable(edition.standfirst), "image": picture,
    }  # fmt: skip


class Corrections(HouseFeed):
    """What was wrong in the stories of the active language and is right now."""

    def listed(self):
        return list(Correction.objects.for_page(self.language, self.at)[:LATEST_CORRECTIONS])

    def turned(self, correction):
        return correction.set_right_by.public_from

    def title(self):
        return _("Corrections · Peacekeeping Record")

    def subtitle(self):
        return _("What was wrong in our stories, and what is right.")

    def texts(self, feed):
        return [feed.text_of(**self._item(correction)) for correction in self.rows]

    def _item(self, correction):
        public_from = correction.set_right_by.public_from
        return {
            "title": readable(correction.story_title),
            "link": settings.SITE_URL + path("article", correction.story_slug),
            "description": escape(readable(correction.text)),
            "unique_id": tag_of("correction", correction.pk), "unique_id_is_permalink": False, "author_name": None,
            "pubdate": public_from, "updateddate": public_from, "categories": [], "content": "",
            "summary": readable(correction.text), "image": "",
        }  # fmt: skip


def _answer(request, feed):
    """This will return the feed, or 304 to a reader who has it as it is."""
    etag, last_modified = feed.etag(), feed.last_modified()
    response = get_conditional_response(request, etag=etag, last_modified=last_modified) or feed.response()
    response["ETag"] = etag
    if last_modified is not None:
        response["Last-Modified"] = http_date(last_modified)
    response["Cache-Control"] = "public, max-age=300"
    return response


def for_machines(view):
    """This will keep a feed as it is today, whatever moment staff look at: who fetches it is a program."""
    view.is_of_now = True
    return view


@for_machines
def stories(request, kind):
    return _answer(request, Stories(request, kind, "feed", page=path("home")))


def _stories_of(request, kind, page, subject):
    """This will answer with the stories of a subject whose page has the name `page` and bears the subject's address."""
    feed = Stories(
        request, kind, f"{page}_feed", [subject.slug], page=path(page, subject.slug), about=str(subject), of=subject
    )  # fmt: skip
    return _answer(request, feed)


@for_machines
def stories_of_section(request, slug, kind):
    section = get_object_or_404(with_size(Section.objects.all()), slug=slug)
    return _stories_of(request, kind, "section", section)


@for_machines
def stories_of_topic(request, slug, kind):
    topic = get_object_or_404(with_size(Topic.objects.all()), slug=slug)
    return _stories_of(request, kind, "topic", topic)


@for_machines
def stories_of_mission(request, slug, kind):
    mission = get_object_or_404(with_size(Mission.objects.all()), slug=slug)
    return _stories_of(request, kind, "mission", mission)


@for_machines
def corrections(request, kind):
    return _answer(request, Corrections(request, kind, "correction_feed", page=path("corrections")))


def feed_list(request):
    """Every feed of the language, for people: those of the sections, and of topics and missions that have stories."""
    at, language = request.at, get_language()
    shelf = Edition.objects.on_shelf(language, at)
    topics, missions = shelf.topics_in_use(Topic.objects.all()), shelf.missions_in_use(Mission.objects.all())
    sections = Section.objects.order_by("position", "pk")
    whole = [(_("All stories"), _addresses("feed")), (_("Corrections"), _addresses("correction_feed"))]
    of_missions = [(f"{one.acronym} {one.name}", _addresses("mission_feed", one.slug)) for one in missions]
    groups = [
        (_("The whole paper"), whole),
        (_("Sections"), [(one.name, _addresses("section_feed", one.slug)) for one in sections]),
        (_("Topics"), [(one.name, _addresses("topic_feed", one.slug)) for one in alphabet.by_name(topics, language)]),
        (_("Missions"), sorted(of_missions)),
    ]
    return render(request, "articles/feeds.html", {"groups": [group for group in groups if group[1]]})


def _addresses(name, *arguments):
    """This will return (format, address) of a feed in each of its formats."""
    return [(called, path(name, *arguments, kind)) for kind, called in feed_formats.NAMES.items()]

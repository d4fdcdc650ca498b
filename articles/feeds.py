"""What the house sends to feed readers: stories and corrections, each in three formats that say the same."""

import hashlib
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.files.storage import default_storage
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Enclosure
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles import feed_content, feed_formats, renditions
from articles.feed_formats import readable
from articles.models import Correction, Edition, Section, Topic
from ledger import site_version
from missions import alphabet
from missions.models.mission import Mission


def tag_of(noun, pk):
    """This will return a name that stays the same when an address or the site's scheme changes."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2025:{noun}:{pk}"


class HouseFeed(Feed):
    """One feed in the active language. Every address comes from SITE_URL, none from the request's host.

    `name` and `arguments` are those of its own address, without the format. A subclass says with `rows` what it holds.
    """

    item_guid_is_permalink = False

    def __init__(self, request, kind, name, arguments=(), *, page, about=""):
        if kind not in feed_formats.KINDS:
            raise Http404
        self.feed_type = feed_formats.KINDS[kind]
        self.at, self.language = request.at, get_language()
        self.own, self.page, self.about = reverse(name, args=[*arguments, kind]), page, about
        self.listed = list(self.rows().values_list("pk", *self.SAYS)[: self.LATEST])

    def title(self):
        house = _("Peacekeeping Record")
        return f"{self.about} · {house}" if self.about else house

    def description(self):
        return self.subtitle()

    def link(self):
        return settings.SITE_URL + self.page

    def feed_url(self):
        return settings.SITE_URL + self.own

    def feed_guid(self):
        return self.feed_url()

    def author_name(self):
        return _("Peacekeeping Record")

    def author_link(self):
        return settings.SITE_URL + reverse("home")

    def feed_extra_kwargs(self, obj):
        return {"at": self.at, "icon": settings.SITE_URL + static("site/mark.svg")}

    def etag(self):
        """This will return what changes with the house's version, with the clock, and with the rows that it brings."""
        parts = (site_version.current(), settings.SITE_URL, self.own, self.listed)
        return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'

    def last_modified(self):
        """This will return the second in which the newest of its rows became public, since the epoch; None without."""
        return max((int(row[1].timestamp()) for row in self.listed), default=None)


class Stories(HouseFeed):
    """The newest stories in force, whole: of all sections, or of what `narrow` leaves of them."""

    LATEST = 30
    SAYS = ("public_from",)
    description_template = title_template = None

    def __init__(self, *arguments, narrow=lambda stories: stories, **named):
        self.narrow = narrow
        super().__init__(*arguments, **named)

    def rows(self):
        return self.narrow(Edition.objects.for_feed(get_language(), self.at))

    def subtitle(self):
        return _("Stories and figures of those who keep the peace, each figure with its date and its source.")

    def items(self):
        editions = list(self.rows().filter(pk__in=[row[0] for row in self.listed]))
        self.bodies = feed_content.of_editions(
            editions, language=self.language, at=self.at, site=settings.SITE_URL
        )  # fmt: skip
        return editions

    def item_title(self, edition):
        return readable(edition.title)

    def item_description(self, edition):
        return escape(readable(edition.standfirst))  # a feed's summary is HTML, the standfirst is plain text

    def item_link(self, edition):
        return settings.SITE_URL + edition.get_absolute_url()

    def item_guid(self, edition):
        """The same for every edition of the story in its language: a reader keeps one copy, brought up to date."""
        return tag_of("story", f"{edition.article_id}:{edition.language}")

    def item_author_name(self, edition):
        return readable(edition.byline) or None

    def item_pubdate(self, edition):
        return edition.first_hour

    def item_updateddate(self, edition):
        return edition.public_from

    def item_categories(self, edition):
        return [edition.article.section.name, *(topic.name for topic in edition.article.topics.all())]

    def item_enclosures(self, edition):
        """This will return the lead photo as readers get it, with its true length, or nothing while it is not made."""
        photo = edition.lead.photo if edition.lead else None
        name = photo and renditions.find(photo, "1600", "jpg")
        if not name:
            return []
        address = settings.SITE_URL + photo.rendition_url(1600, "jpg")
        return [Enclosure(address, str(default_storage.size(name)), "image/jpeg")]

    def item_extra_kwargs(self, edition):
        photo = edition.lead.photo if edition.lead else None
        return {
            "content": self.bodies[edition.pk],
            "summary": readable(edition.standfirst),
            "image": settings.SITE_URL + photo.rendition_url(1600, "jpg") if photo else "",
        }


class Corrections(HouseFeed):
    """What was wrong in the stories of the active language and is right now."""

    LATEST = 50
    SAYS = ("set_right_by__public_from", "newest")

    def rows(self):
        return Correction.objects.for_page(get_language(), self.at)

    def title(self):
        return _("Corrections · Peacekeeping Record")

    def subtitle(self):
        return _("What was wrong in our stories, and what is right.")

    def items(self):
        return self.rows().filter(pk__in=[row[0] for row in self.listed])

    def item_title(self, correction):
        return readable(correction.story_title)

    def item_description(self, correction):
        return escape(readable(correction.text))  # a feed's summary is HTML, the correction is plain text

    def item_link(self, correction):
        return settings.SITE_URL + reverse("article", args=[correction.story_slug])

    def item_guid(self, correction):
        return tag_of("correction", correction.pk)

    def item_pubdate(self, correction):
        return correction.set_right_by.public_from

    def item_updateddate(self, correction):
        return correction.set_right_by.public_from

    def item_extra_kwargs(self, correction):
        return {"content": "", "summary": readable(correction.text), "image": ""}


def _answer(request, feed):
    """This will return the feed, or 304 to a reader who has it as it is."""
    etag, last_modified = feed.etag(), feed.last_modified()
    response = get_conditional_response(request, etag=etag, last_modified=last_modified) or feed(request)
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
    return _answer(request, Stories(request, kind, "feed", page=reverse("home")))


def _stories_of(request, kind, page, subject, narrow):
    """This will answer with the stories of a subject whose page has the name `page` and bears the subject's address."""
    feed = Stories(
        request, kind, f"{page}_feed", [subject.slug], page=reverse(page, args=[subject.slug]), about=str(subject),
        narrow=narrow,
    )  # fmt: skip
    return _answer(request, feed)


@for_machines
def stories_of_section(request, slug, kind):
    section = get_object_or_404(Section, slug=slug)
    return _stories_of(request, kind, "section", section, lambda stories: stories.in_section(section))


@for_machines
def stories_of_topic(request, slug, kind):
    topic = get_object_or_404(Topic, slug=slug)
    return _stories_of(request, kind, "topic", topic, lambda stories: stories.on_topic(topic))


@for_machines
def stories_of_mission(request, slug, kind):
    mission = get_object_or_404(Mission, slug=slug)
    return _stories_of(request, kind, "mission", mission, lambda stories: stories.of_mission(mission))


@for_machines
def corrections(request, kind):
    return _answer(request, Corrections(request, kind, "correction_feed", page=reverse("corrections")))


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
    return [(called, reverse(name, args=[*arguments, kind])) for kind, called in feed_formats.NAMES.items()]

"""What the house sends to feed readers."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from articles.models import Correction


class Corrections(Feed):
    """The corrections in the active language. Every address comes from SITE_URL, none from the request's host."""

    feed_type = Atom1Feed
    LATEST = 50

    def title(self):
        return _("Corrections · Peacekeeping Record")

    def subtitle(self):
        return _("What was wrong in our stories, and what is right.")

    def link(self):
        return settings.SITE_URL + reverse("corrections")

    def feed_url(self):
        return settings.SITE_URL + reverse("corrections_feed")

    def feed_guid(self):
        return self.feed_url()

    def items(self):
        return Correction.objects.for_page(get_language(), timezone.now())[: self.LATEST]

    def item_title(self, correction):
        return correction.story_title

    def item_description(self, correction):
        return escape(correction.text)  # a feed's summary is HTML, the correction is plain text

    def item_link(self, correction):
        return settings.SITE_URL + reverse("article", args=[correction.story_slug])

    def item_guid(self, correction):
        """This will return a name that stays the same when the story's address or the site's scheme changes."""
        return f"tag:{urlsplit(settings.SITE_URL).hostname},2025:correction:{correction.pk}"

    def item_pubdate(self, correction):
        return correction.set_right_by.public_from

    def item_updateddate(self, correction):
        return correction.set_right_by.public_from

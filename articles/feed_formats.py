"""The three formats of a feed: RSS 2.0 and Atom with the whole story in them, and JSON Feed 1.1.

Each takes, beside what Django's generators know of an item, `content` (HTML), `summary` (plain text) and `image`.
"""

import json
import re

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date

CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def readable(text):
    """This will return the text without the characters that no XML file may hold."""
    return CONTROL_CHARACTERS.sub("", text)


class Dated:
    """A feed without items is as of the moment it was asked for, `at`, by the request's clock."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else self.feed["at"]


class Rss(Dated, Rss201rev2Feed):
    content_type = "application/rss+xml; charset=utf-8"

    def rss_attributes(self):
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if item["content"]:
            handler.addQuickElement("content:encoded", item["content"])


class Atom(Dated, Atom1Feed):
    content_type = "application/atom+xml; charset=utf-8"

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html"})


class Json(Dated, SyndicationFeed):
    """JSON Feed, version 1.1. Its summaries are plain text, its dates RFC 3339."""

    content_type = "application/feed+json"

    def write(self, outfile, encoding):
        values = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["subtitle"],
            "language": self.feed["language"],
            "icon": self.feed["icon"],
            "authors": [{"name": self.feed["author_name"], "url": self.feed["author_link"]}],
            "items": [self._item(item) for item in self.items],
        }
        outfile.write(json.dumps(values, ensure_ascii=False))

    def _item(self, item):
        values = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["summary"],
            # A JSON Feed's item has to have a text.
            **({"content_html": item["content"]} if item["content"] else {"content_text": item["summary"]}),
            "date_published": rfc3339_date(item["pubdate"]),
            "date_modified": rfc3339_date(item["updateddate"]),
            "tags": list(item["categories"]),
        }
        if item["author_name"]:
            values["authors"] = [{"name": item["author_name"]}]
        if item["image"]:
            values["image"] = item["image"]
        return values


KINDS = {"rss.xml": Rss, "atom.xml": Atom, "feed.json": Json}
NAMES = {"rss.xml": "RSS", "atom.xml": "Atom", "feed.json": "JSON Feed"}
MEDIA_TYPES = {kind: made.content_type.partition(";")[0] for kind, made in KINDS.items()}

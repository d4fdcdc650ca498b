"""The three formats of a feed: RSS 2.0 and Atom with the whole story in them, and JSON Feed 1.1.

Each takes, beside what Django's generators know of an item, `content` (HTML), `summary` (plain text) and `image`.
"""

import io
import json
import re

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.xmlutils import SimplerXMLGenerator

CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def readable(text):
    """This will return the text without the characters that no XML file may hold."""
    return CONTROL_CHARACTERS.sub("", text)


class Written:
    """A feed of items that are written one by one, and may be kept: `texts` are those that it consists of.

    It is as of the moment at which the newest of them `turned`; without items, of the moment it was asked for, `at`.
    """

    def __init__(self, **head):
        super().__init__(**head)
        self.texts = []

    def latest_post_date(self):
        return self.feed["turned"] or self.feed["at"]

    def text_of(self, **values):
        """This will write one item."""
        self.add_item(**values)
        out = io.StringIO()
        super().write_items(SimplerXMLGenerator(out, "utf-8", short_empty_elements=True))
        self.items.clear()
        return out.getvalue()

    def write_items(self, handler):
        for text in self.texts:
            handler.ignorableWhitespace(text)  # it is XML already


class Rss(Written, Rss201rev2Feed):
    content_type = "application/rss+xml; charset=utf-8"

    def rss_attributes(self):
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if item["content"]:
            handler.addQuickElement("content:encoded", item["content"])


class Atom(Written, Atom1Feed):
    content_type = "application/atom+xml; charset=utf-8"

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html"})


class Json(Written, SyndicationFeed):
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
        }
        head = json.dumps(values, ensure_ascii=False).removesuffix("}")
        outfile.write(f'{head}, "items": [{", ".join(self.texts)}]}}')

    def text_of(self, **item):
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
        return json.dumps(values, ensure_ascii=False)


KINDS = {"rss.xml": Rss, "atom.xml": Atom, "feed.json": Json}
NAMES = {"rss.xml": "RSS", "atom.xml": "Atom", "feed.json": "JSON Feed"}
MEDIA_TYPES = {kind: made.content_type.partition(";")[0] for kind, made in KINDS.items()}

"""What deserves a second look before a text is handed in. Advice forbids nothing: that is `articles.readiness`."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import binding, plain_text, tokens
from articles.models import PhotoUse
from articles.readiness import Problem

LONGEST_SENTENCE = 35  # words
LONGEST_STANDFIRST = 300  # characters
LONGEST_TITLE = 110  # characters
MOST_NAMED = 5  # long sentences that are named one by one
HEADING = re.compile(r"<h([23])\b[^>]*>(.*?)</h\1>", re.I | re.S)
QUOTATION = re.compile(r"<blockquote\b[^>]*>(.*?)</blockquote>", re.I | re.S)
SPEAKER = re.compile(r"<cite\b[^>]*>(.*?)</cite>", re.I | re.S)
SPEAKER_BELOW = re.compile(r"\s*<p>\s*(<cite\b[^>]*>.*?</cite>)", re.I | re.S)
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”’)]*\s+(?=[«\"“(–—-]?\s?[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ])|\n+")
WORD = re.compile(r"\w[\w’'-]*")


def advice(edition):
    """This will return `Problem`s that forbid nothing, each with the field to look at."""
    body = plain_text.read(edition.body)
    return [
        *_of_the_numbers(edition, body.text), *_of_the_lengths(edition), *_of_the_sentences(edition, body.text),
        *_of_the_headings(edition.body), *_of_the_quotations(edition.body), *_of_the_photos(edition),
    ]  # fmt: skip


def _of_the_numbers(edition, body):
    count = binding.count(body, language=edition.language)
    if count:
        yield Problem(
            ngettext(
                "%(count)s number in the text is not held against the record.",
                "%(count)s numbers in the text are not held against the record.",
                count,
            )
            % {"count": count},
            "numbers",
        )


def _of_the_lengths(edition):
    if len(edition.title) > LONGEST_TITLE:
        yield Problem(
            _("The title has %(count)s characters; lists and search engines cut it after about %(limit)s.")
            % {"count": len(edition.title), "limit": LONGEST_TITLE},
            "title",
        )
    if len(edition.standfirst) > LONGEST_STANDFIRST:
        yield Problem(
            _("The standfirst has %(count)s characters; more than %(limit)s are rarely read.")
            % {"count": len(edition.standfirst), "limit": LONGEST_STANDFIRST},
            "standfirst",
        )


def _of_the_sentences(edition, body):
    long = []
    for field, text in (("standfirst", edition.standfirst), ("body", body)):
        for sentence in SENTENCE_END.split(text):
            words = WORD.findall(sentence)
            if len(words) > LONGEST_SENTENCE:
                long.append((field, len(words), " ".join(sentence.split())))
    for field, count, sentence in long[:MOST_NAMED]:
        beginning = " ".join(sentence.split()[:6])
        yield Problem(
            _("The sentence “%(beginning)s …” has %(count)s words.") % {"beginning": beginning, "count": count}, field
        )
    more = len(long) - MOST_NAMED
    if more > 0:
        yield Problem(
            ngettext(
                "%(count)s more sentence is longer than %(limit)s words.",
                "%(count)s more sentences are longer than %(limit)s words.",
                more,
            )
            % {"count": more, "limit": LONGEST_SENTENCE},
            "body",
        )


def _of_the_headings(body):
    above, ended = None, None
    for match in HEADING.finditer(body):
        level, text = int(match[1]), plain_text.read(match[2]).text.strip()
        if not text:
            yield Problem(_("A heading is empty."), "body")
        if level == 3 and above is None:
            yield Problem(
                _("“%(heading)s” is a heading of the third level with none of the second above it.")
                % {"heading": text},
                "body",
            )
        if ended is not None and level == above and not plain_text.read(body[ended : match.start()]).text.strip():
            yield Problem(_("No text stands between the heading before and “%(heading)s”.") % {"heading": text}, "body")
        above, ended = level, match.end()


def _of_the_quotations(body):
    """A quotation's speaker is marked in it, or at the head of the paragraph under it."""
    for match in QUOTATION.finditer(body):
        words = plain_text.read(match[1]).text.split()
        below = SPEAKER_BELOW.match(body, match.end())
        speakers = SPEAKER.findall(match[1] + (below[1] if below else ""))
        if words and not any(plain_text.read(speaker).text.strip() for speaker in speakers):
            yield Problem(
                _("The quotation “%(beginning)s …” names no speaker.") % {"beginning": " ".join(words[:6])}, "body"
            )


def _of_the_photos(edition):
    unseen = edition.photo_uses.exclude(photo=None).exclude(place__in=[PhotoUse.LEAD, *tokens.places_in(edition.body)])
    for place in unseen.order_by("place").values_list("place", flat=True):
        yield Problem(_("Photo %(place)s is chosen, and the text shows it nowhere.") % {"place": place}, "photo_uses")

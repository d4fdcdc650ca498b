"""Which people and places of the record a text names, whether or not the editor listed them.

A full name, initials with a family name, and a rank with a family name are somebody's name; a family name alone is
nobody's, since hundreds bear it. A patronymic that differs tells two people apart.
"""

import html
import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from articles import tokens
from articles.name_forms import (
    AFTER_RANK,
    PATRONYMIC,
    RANK,
    beginnings,
    fold,
    is_cyrillic,
    is_form,
    skeleton,
    spellings,
)
from ledger import audit
from missions.models import Country, Deployment, Mission, Person

WORD = re.compile(r"[^\W\d_]+(?:[-‐‑'’ʼ][^\W\d_]+)*")
PLACE_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")  # a camp may be a number, and its hyphen comes and goes
INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
INLINE = re.compile(r"</?(?:strong|em|a|cite|sup|sub)\b[^>]*>")
NEAR = re.compile(r"[\s\u00a0]+")
NEAR_INITIAL = re.compile(r"\.?[\s\u00a0]*")
NEAR_RANK = re.compile(r"\.?[\s\u00a0\d-]*")


class CannotSetApart(Exception):
    """This person cannot be set apart from the text. The message says why."""


@dataclass(frozen=True)
class Named:
    """A person of the record whom a text names: the `words` as they stand in it, and the field to look at."""

    person: int
    words: str
    field: str


@dataclass(frozen=True)
class Bearer:
    """A person of the record, as far as a text could name them."""

    pk: int
    family: str
    given: str
    patronymic: str
    latin: tuple

    @property
    def latin_family(self):
        """The word of the Latin name that is the family name: the one that does not begin like the given name."""
        family, given = skeleton(self.family), skeleton(self.given)
        return sorted(self.latin, key=lambda word: (skeleton(word) != family, skeleton(word)[:1] == given[:1]))[:1]


def texts_of(edition, uses):
    """This will return (field, text) of everything that an edition prints; `uses` are its photos."""
    texts = [(name, getattr(edition, name)) for name in ("title", "standfirst", "byline", "correction")]
    texts += [("body", plain(edition.body)), ("slug", edition.slug.replace("-", " ").title())]
    for use in uses:
        for name in ("caption", "alt"):
            text = getattr(use, name) or getattr(use.photo, f"{name}_{edition.language}")
            texts.append((f"photo:{use.photo_id}", text))
        for name in ("credit", "licence"):
            texts.append((f"photo:{use.photo_id}", getattr(use, name) or getattr(use.photo, name)))
    texts += [("attachments", title) for title in edition.attachments.order_by("pk").values_list("title", flat=True)]
    return [(field, text) for field, text in texts if text.strip()]


def plain(body):
    """This will return the words of a body that a reader sees; another block begins on another line."""

    def words(match):
        text = html.unescape(match[1])
        return text.partition(":")[2] if ":" in text else "\n"

    text = tokens.TOKEN.sub(words, INLINE.sub("", body))
    return html.unescape(re.sub(r"<[^>]*>", "\n\n", text))


def people(texts):
    """This will return the `Named` of the (field, text) pairs `texts`, in one query whatever the record holds."""
    found = [(field, mention) for field, text in texts for mention in _mentions(text)]
    bearers = _bearers({mention.word for _field, mention in found})
    named = {}
    for field, mention in found:
        for bearer in _of_that_name(bearers, mention.word):
            if words := mention.means(bearer):
                named.setdefault((bearer.pk, field), Named(bearer.pk, words, field))
    return list(named.values())


def people_in(edition, uses):
    """This will return the `Named` of an edition, without those who were set apart as namesakes."""
    return people_of(edition.article, texts_of(edition, uses))


def people_of(article, texts):
    """This will return the `Named` of an article's `texts`, without those who were set apart as namesakes.

    Words that fit somebody whom the article lists mean that one, and nobody else of the name.
    """
    listed = set(article.people.values_list("pk", flat=True))
    apart = set(article.namesakes.values_list("pk", flat=True))
    found = people(texts)
    meant = {(named.words, named.field) for named in found if named.person in listed}
    return [
        named
        for named in found
        if named.person in listed or (named.person not in apart and (named.words, named.field) not in meant)
    ]


def namesakes_in(edition, uses):
    """This will return the `Named` of those in the text who were set apart: somebody else is meant."""
    apart = set(edition.article.namesakes.values_list("pk", flat=True))
    return [named for named in people(texts_of(edition, uses)) if named.person in apart] if apart else []


def places_in(edition, uses):
    """This will return what `places` finds in all that an edition prints, without where another place is meant."""
    return places_of(edition.article, texts_of(edition, uses))


def places_of(article, texts):
    """This will return what `places` finds in an article's `texts`, without where another place is meant."""
    apart = _places_apart(article)
    return [(ids - apart, words, field) for ids, words, field in places(texts) if ids - apart]


def other_places_in(edition, uses):
    """This will return what `places` finds in an edition where another place was said to be meant."""
    apart = _places_apart(edition.article)
    found = places(texts_of(edition, uses)) if apart else []
    return [(ids & apart, words, field) for ids, words, field in found if ids & apart]


def _places_apart(article):
    """This will return the ids of the deployments set apart from an article by words that still name their place."""
    rows = list(article.other_places.values_list("deployment", "words"))
    if not rows:
        return set()
    named = {(pk, words) for ids, _said, words in places([(words, words) for _pk, words in rows]) for pk in ids}
    return {pk for pk, words in rows if (pk, words) in named}


def set_apart(article, person, *, by, at):
    """This will note that the article means somebody else who bears the name of a person of the record."""
    with transaction.atomic():
        if article.people.filter(pk=person.pk).exists():
            raise CannotSetApart(_("The article lists this person: take them off that list first."))
        article.namesakes.add(person)
        audit.note("set apart", article, by=by, at=at, person=person.pk)


def take_back(article, person, *, by, at):
    """This will undo `set_apart`: the name in the text means the person of the record again."""
    with transaction.atomic():
        article.namesakes.remove(person)
        audit.note("take back set apart", article, by=by, at=at, person=person.pk)


def set_place_apart(article, words, deployments, *, by, at):
    """This will note that the article means another place by `words` than that of these deployments (their ids)."""
    with transaction.atomic():
        for pk in sorted(deployments):
            article.other_places.get_or_create(deployment_id=pk, words=words)
            audit.note("set place apart", article, by=by, at=at, deployment=pk)


def take_place_back(article, deployments, *, by, at):
    """This will undo `set_place_apart`: the words mean the place of these deployments again."""
    with transaction.atomic():
        article.other_places.filter(deployment__in=deployments).delete()
        for pk in sorted(deployments):
            audit.note("take back set place apart", article, by=by, at=at, deployment=pk)


def places(texts):
    """This will return [(deployment ids, words, field)] of the private places of deployments that `texts` name.

    What a mission's own page says, its headquarters, host country and name, is no secret.
    """
    held = {}
    for pk, place in Deployment.objects.exclude(place="").order_by("pk").values_list("pk", "place"):
        held.setdefault(tuple(PLACE_WORD.findall(place)), set()).add(pk)
    held.pop((), None)
    if not held:
        return []
    open_names = Mission.objects.values_list("headquarters", "name_kk", "name_ru", "name_en", "acronym")
    open_names = [*open_names, *Country.objects.values_list("name_kk", "name_ru", "name_en")]
    known = {tuple(map(_plain_word, PLACE_WORD.findall(name))) for row in open_names for name in row if name}
    starts = {}
    for place in held:
        if tuple(map(_plain_word, place)) not in known:
            starts.setdefault(_plain_word(place[0])[:2], []).append(place)
    found = {}
    for field, text in texts:
        text = text.translate(INVISIBLE)
        words = _words(text, PLACE_WORD)
        for at, word in enumerate(words):
            for place in starts.get(_plain_word(word.text)[:2], ()):
                run = words[at : at + len(place)]
                if len(run) == len(place) and not word.text[0].islower() and all(
                    one.text == name or is_form(one.text, name) for one, name in zip(run, place, strict=True)
                ):  # fmt: skip
                    said = text[word.start : run[-1].end]
                    found.setdefault((said, field), set()).update(held[place])
    return [(ids, words, field) for (words, field), ids in found.items()]


def _plain_word(word):
    return skeleton(word) or word


@dataclass(frozen=True)
class Word:
    text: str
    start: int
    end: int
    gap: str  # what stands between the word before and this one
    has_dot: bool

    @property
    def is_capital(self):
        return self.text[0].isupper() and not self.is_initial

    @property
    def is_initial(self):
        return self.text[0].isupper() and self.has_dot and len(self.text) <= (1 if is_cyrillic(self.text) else 2)


@dataclass(frozen=True)
class Mention:
    """A capitalised word that stands beside what would make it somebody's family name."""

    word: str
    beside: tuple  # (given names in full or as initials, the patronymic or "", the words as typed), or a rank's words

    def means(self, bearer):
        """This will return the words that name the bearer, or ""."""
        for given, patronymic, words in self.beside:
            if given is None or (_is_given(given, bearer) and _may_be_patronymic(patronymic, bearer)):
                return words
        return ""


def _is_given(given, bearer):
    names = [bearer.given, *(word for word in bearer.latin if word not in bearer.latin_family)]
    if given.endswith("."):
        initial = given[:-1]
        if is_cyrillic(initial):
            return fold(initial) == fold(bearer.given)[:1]
        return any(skeleton(name).startswith(skeleton(initial)) for name in names if skeleton(initial))
    return any(is_form(given, name) for name in names)


def _may_be_patronymic(word, bearer):
    """This will say whether a word after the given name leaves it possible that this bearer is meant."""
    if not word or not bearer.patronymic:
        return True
    if word.endswith("."):
        return skeleton(bearer.patronymic).startswith(skeleton(word[:-1]))
    return not PATRONYMIC.search(fold(word)) or is_form(word, bearer.patronymic)


def _words(text, pattern=WORD):
    words, end = [], 0
    for match in pattern.finditer(text):
        word = re.sub(r"['’ʼ]s$", "", match[0])
        words.append(Word(word, match.start(), match.start() + len(word), text[end : match.start()],
                          text[match.end() : match.end() + 1] == "."))  # fmt: skip
        end = match.end()
    return words


def _is_next(word, before):
    """This will say whether a word follows the one before without a mark of the sentence between them."""
    return bool((NEAR_INITIAL if before.is_initial else NEAR).fullmatch(word.gap)) and "\n\n" not in word.gap


def _mentions(text):
    text = text.translate(INVISIBLE)
    words = _words(text)

    def run(at, step):
        """This will return up to three words that stand beside words[at] on one side, the nearest first."""
        near = []
        while len(near) < 3 and 0 <= at + step < len(words):
            later, earlier = (words[at + step], words[at]) if step > 0 else (words[at], words[at + step])
            if not _is_next(later, earlier) or not words[at + step].text[0].isupper():
                break
            at += step
            near.append(words[at])
        return near

    for at, word in enumerate(words):
        if not word.is_capital or len(word.text) < 2:
            continue
        before, after = run(at, -1), run(at, +1)
        beside = []
        if after:
            second = after[1] if len(after) > 1 and (_is_patronymic(after[1]) or after[1].is_initial) else None
            last = second or after[0]
            end = last.end + last.is_initial
            beside.append((_name(after[0]), _name(second) if second else "", text[word.start : end]))
        if before:
            beside.append((_name(before[0]), "", text[before[0].start : word.end]))
        if len(before) > 1:
            beside.append((_name(before[1]), _name(before[0]), text[before[1].start : word.end]))
        start = _rank_before(words, at)
        if start is not None:
            beside.append((None, "", text[start : word.end]))
        if beside:
            yield Mention(word.text, tuple(beside))


def _name(word):
    return word.text + "." if word.is_initial else word.text


def _is_patronymic(word):
    return bool(PATRONYMIC.search(fold(word.text)))


def _rank_before(words, at):
    """This will return where the rank before words[at] begins in the text, or None."""
    for back in range(1, 5):
        if back > at or not NEAR_RANK.fullmatch(words[at - back + 1].gap) or "\n\n" in words[at - back + 1].gap:
            return None
        word = fold(words[at - back].text)
        if RANK.match(word) or RANK.match(word.rpartition("-")[2]):
            return words[at - back].start
        if word not in AFTER_RANK:
            return None
    return None


def _bearers(words):
    """This will return the people of the record who could be meant by one of `words`, in one query."""
    if not words:
        return {}
    cyrillic = {beginning for word in words if is_cyrillic(word) for beginning in beginnings(word)}
    latin = [word for word in words if not is_cyrillic(word)]
    short = {beginning for word in latin for beginning in beginnings(word)}
    passport = {case(word[:3]) for word in latin for case in (str.capitalize, str.upper, str.lower)}
    same = {spelling for word in latin for spelling in (word[:4].capitalize(), word[:4].upper())}
    four = {spelling for beginning in cyrillic for spelling in spellings(beginning)} | same
    rows = Person.objects.annotate(
        four=Substr("family_name", 1, 4), three=Substr("family_name", 1, 3), passport=Substr("name_latin", 1, 3)
    ).filter(
        Q(four__in=four)
        | Q(three__in={spelling for beginning in short for spelling in spellings(beginning)})
        | Q(passport__in=passport)
    )  # fmt: skip
    bearers = {}
    for pk, family, given, patronymic, name_latin in rows.order_by("pk").values_list(
        "pk", "family_name", "given_name", "patronymic", F("name_latin")
    ):
        bearer = Bearer(pk, family, given, patronymic, tuple(WORD.findall(name_latin)))
        keys = {fold(family)[:4], skeleton(family), *(skeleton(word) for word in bearer.latin_family)}
        for key in keys:
            bearers.setdefault(key, []).append(bearer)
    return bearers


def _of_that_name(bearers, word):
    if not is_cyrillic(word):
        return bearers.get(skeleton(word), [])
    near = {bearer.pk: bearer for beginning in beginnings(word) for bearer in bearers.get(beginning, ())}
    return [bearer for bearer in near.values() if is_form(word, bearer.family)]

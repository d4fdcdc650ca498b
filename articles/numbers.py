"""Finds every number in a text of any of the three languages, and what the words around it say of it.

"более 600", "600-ден астам" and "more than six hundred" are one claim: more than 600. Dates, years, hours, telephone
numbers, resolutions, percentages and ranks are found too and marked, so that nobody offers a figure for them.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from articles import day_words
from articles.number_words import CASES, HUNDRED, LIKE, ONE, ORDINAL, TEEN, TEN, TIMES, word

COUNT, DATE, YEAR, TIME, TELEPHONE = "count", "date", "year", "time", "telephone"
REFERENCE, RANK, PERCENT, FRACTION, ARTICLE = "reference", "rank", "percent", "fraction", "article"
EXACTLY, MORE_THAN, AT_LEAST = "exactly", "more_than", "at_least"
LESS_THAN, AT_MOST, ABOUT = "less_than", "at_most", "about"


@dataclass(frozen=True)
class Number:
    """A number as it stands in a text: `text[start:end]`, the words that qualify it included.

    `core` is the span without them. `kind` is COUNT for what may be a figure; `relation` is that of
    `articles.models.Claim.Relation`. `value` is an int, or a Decimal where it is not whole.
    """

    value: int | Decimal
    relation: str
    kind: str
    start: int
    end: int
    core: tuple
    text: str
    sentence: str
    sentence_start: int = 0


GAP = "[ \u00a0\u202f\u2009]"
LITERAL = re.compile(
    rf"(?<![\d.,])(?:(\d{{1,3}}(?:{GAP}\d{{3}})+(?!\d)|[1-9]\d{{0,2}}(?:,\d{{3}})+(?!\d)|\d+)(?:([.,])(\d+))?)"
    r"(?:[-‐‑–]([a-zа-яёәғқңөұүһі]+)|(st|nd|rd|th|s)\b)?",
    re.I,
)
WORD = re.compile(r"[a-zа-яёәғқңөұүһі]+", re.I)
KAZAKH = re.compile("[әғқңөұүһі]", re.I)
RUSSIAN_CASE = re.compile(r"ти|и|х|ми|ю|мя|ёх|ех|ми|стам|ста|та|сот|ух|рех|ью|ьми|умя|ём|ем|еро|ро|ое")
KAZAKH_CASE = re.compile(rf"(?:{CASES}|{LIKE}|с?[ыі](?:н[аеыі]?|н[ыі]ң|н[ае]н)?|[еа]у[ыі]?\w{{0,3}}|лар|лер)")

RUSSIAN_ORDINAL = re.compile(r"й|я|е|го|му|м|ый|ая|ое|ую|ой|ых|ым|ом|ий|ые|ыми")
ENGLISH_TAIL = re.compile(r"strong|member|person|man|woman|odd|plus", re.I)

# What makes a number none of the record's; the first that covers it names it.
SPECIAL = [
    (TELEPHONE, r"\+\d[\d ()\-\u00a0]{7,}\d|\b8[ -]?\(\d{3,5}\)[ \d-]{5,}\d|\b\d{2,3}-\d{2}-\d{2}\b"),
    (
        REFERENCE,
        r"(?:№|\bNos?\.?(?=\s*\d)|#|(?i:\bresolutions?|\bрезолюци\w+|қарар\w{0,40}|\barticle|\bстать\w+|\bст\.|\bпункт\w*"
        r"|\bбап\w*|\bchapter|\bглав[аеыу]|\bприказ\w*|\bуказ\w*|бұйрық\w{0,40}|жарлық\w{0,40}|\bpage|\bстр\.))"
        r"\s*+(?:(?:№|No\.?|#)\s*+)?\d+(?:/\d+)*(?:\s*\(\d{4}\))?",
    ),
    (REFERENCE, r"\b\d+(?:\s*\(\d{4}\))?(?:\s*-)?\s*(?:қарар|бұйры[қғ]|жарлы[қғ]|бап(?:\b|[тқ]))\w*"),
    (REFERENCE, r"\b[A-ZА-ЯӘҒҚҢӨҰҮҺІ]\w*-\d+\w*|\b[A-Za-zА-Яа-яҚқ]+\d+\w*|\b24/7\b"),
    (
        TIME,
        r"\b(?:[01]?\d|2[0-4]):[0-5]\d\b(?:\s*[ap]\.?m\.?)?|\b(?:1[0-2]|[1-9])(?:\.[0-5]\d)?\s*[ap]\.?m\b\.?"
        r"|\b(?:[01]?\d|2[0-4])\s+час(?:ов|а)?\s+(?:утра|вечера|дня|ночи)|(?i:сағат)\s+\d{1,2}(?:[.:]\d\d)?(?:-\w+)?",
    ),
    (
        YEAR,
        r"\b(?:19|20)\d\d(?:\s*[–-]\s*(?:19|20)?\d\d)?(?:(?:\s*-)?\s*(?:жыл\w*|ж\.)"
        r"|\s*(?:год(?:а|у|ом|ах|ы|ов|ам|е)?|гг?\.)(?!\w)|-?(?:е|х|s)\b|-(?:м|го|му|й)\b)",
    ),
    (FRACTION, r"\b\d+/\d+\b"),
    (RANK, r"(?m:^[^\S\n]*\d{1,3}[.)](?=\s+\D))"),
]
SPECIAL = [(kind, re.compile(pattern)) for kind, pattern in SPECIAL]
BARE_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)(?![ \u00a0]\d)")
PERCENT_AFTER = re.compile(r"\s?%|\s+(?:процент\w*|пайыз\w*|per\s?cent)", re.I)
FRACTION_AFTER = re.compile(
    r"[\s-]+(?:thirds?|quarters?|fifths?|tenths?|трет(?:и|ей|ях|ям)|четверт(?:и|ей|ях))\b", re.I
)
PEOPLE = re.compile(
    r"\s+(?:[\w-]+\s+)?(?:человек|люд|казахстан|қазақстан|военнослуж|миротвор|солдат|офицер|женщин|адам|сарбаз|әскери"
    r"|бітімгер|people|persons|troops|soldiers|peacekeepers|personnel|women|men\b|kazakhstan)",
    re.I,
)
# What stands before a number and qualifies it, a preposition between them: "более чем в семи".
BEFORE = [
    (
        AT_LEAST,
        r"не\s+(?:менее|меньше)(?:\s+чем)?|как\s+минимум|минимум|по\s+(?:меньшей|крайней)\s+мере|хотя\s+бы"
        r"|at\s+(?:the\s+very\s+)?least|(?:no|not)\s+(?:fewer|less)\s+than|a\s+minimum\s+of|кемінде"
        r"|(?:кем|аз)\s+дегенде|ең\s+(?:кемі|азы)",
    ),
    (
        AT_MOST,
        r"не\s+(?:более|больше)(?:\s+чем)?|не\s+превыша\w+|вплоть\s+до|до|максимум|(?:no|not)\s+more\s+than"
        r"|at\s+(?:the\s+)?most|up\s+to|a\s+maximum\s+of|көп\s+дегенде|ең\s+көбі",
    ),
    (
        MORE_THAN,
        r"более(?:\s+чем)?|больше(?:\s+чем)?|свыше|превы[сш]\w+|more\s+than|(?:well\s+)?over|above|upwards\s+of"
        r"|in\s+excess\s+of|exceed\w*",
    ),
    (LESS_THAN, r"менее(?:\s+чем)?|меньше(?:\s+чем)?|(?:fewer|less)\s+than|under|below"),
    (
        ABOUT,
        r"около|примерно|порядка|приблизительно|ориентировочно|почти|где-то|about|around|approximately|roughly|some"
        r"|nearly|almost|close\s+to|circa|an\s+estimated|шамамен|жобамен|дерлік",
    ),
    (EXACTLY, r"ровно|exactly|precisely|дәл|тура"),
]
_PREPOSITION = r"(?:\s+(?:в|во|на|из|с|у|к|о|за|the|a|an|in|for))?"
BEFORE = [(relation, re.compile(rf"\b(?:{words}){_PREPOSITION}\s+$", re.I)) for relation, words in BEFORE]
# What stands after it. In Kazakh the number, or a noun between them, bears the case: 600-ден астам, 600 адамға жуық.
AFTER_FROM = [
    (AT_LEAST, r"(?:кем|аз|төмен)\s+емес"), (AT_MOST, r"(?:артық|көп|астам)\s+емес|аспа\w+"),
    (MORE_THAN, r"астам|артық|көп|жоғары|ас(?:а|ады|ты|қан|ып)"), (LESS_THAN, r"кем|аз|төмен"),
]  # fmt: skip
AFTER_TO = [(AT_MOST, r"дейін|шейін"), (ABOUT, r"жуық|таяу|тарта|жақын")]
AFTER_ANY = [
    (
        AT_LEAST,
        r"(?:\s+(?:человек|people|persons))?\s+(?:и|или)\s+(?:более|больше)(?!\w)|(?:\s+\w+)?\s+or\s+more\b|\s?\+(?!\w)",
    ),
    (AT_MOST, r"(?:\s+человек)?\s+(?:и|или)\s+(?:менее|меньше)(?!\w)|(?:\s+\w+)?\s+or\s+(?:fewer|less)\b"),
    (MORE_THAN, r"\s+с\s+(?:лишним|небольшим)(?!\w)"),
    (ABOUT, r"(?:\s+\w+)?\s+or\s+so\b|\s+(?:шақты|шамасында)(?!\w)"),
]
_FROM, _TO = r"[дтн][ае]н", r"(?:[ғқн]а|[гкн]е|[ае])"
AFTER_FROM = [
    (relation, re.compile(rf"\s+(?:{words})(?!\w)", re.I), re.compile(rf"\s+\w+{_FROM}\s+(?:{words})(?!\w)", re.I))
    for relation, words in AFTER_FROM
]
AFTER_TO = [
    (relation, re.compile(rf"\s+(?:{words})(?!\w)", re.I), re.compile(rf"\s+\w+{_TO}\s+(?:{words})(?!\w)", re.I))
    for relation, words in AFTER_TO
]
AFTER_ANY = [(relation, re.compile(words, re.I)) for relation, words in AFTER_ANY]
ENDS_FROM, ENDS_LIKE = (re.compile(f"{end}$", re.I) for end in (_FROM, LIKE))
RANGE = re.compile(r"(?:\s*[-–—]\s*|\s+(?:и|to|and|мен|пен|бен|до)\s+)", re.I)
RANGE_BEGINS = re.compile(r"\b(?:between|from|между|от)\s+$", re.I)
ALONE_IF_QUALIFIED = ("тысячи", "сотни")  # of a thousand, or thousands
ABBREVIATED = re.compile(
    r"(?:\b(?:г|гг|тыс|млн|млрд|им|ж|тел|ст|стр|т\.д|т\.п|No|Mr|Mrs|Ms|Dr|Lt|Col|Gen|Maj|Capt|St|U\.N)|\b[^\W\d])\.$"
)
SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"»”’)]*+\s+(?=[«\"“(–—-]?\s?[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ0-9])|\n+")


def find(text, *, language=None):
    """This will return every `Number` of a plain text in reading order; `language` where it is known (kk, ru, en)."""
    starts = _sentences(text)
    taken = [(DATE, span) for span, _parts in day_words.find(text)]
    for kind, pattern in SPECIAL:
        taken += [(kind, match.span()) for match in pattern.finditer(text) if not _covers(taken, *match.span())]
    found = [_special(text, kind, span, starts) for kind, span in taken]
    tokens, place = _tokens(text, starts, language), 0
    while place < len(tokens):
        start, end, part, _suffix = tokens[place]
        if part is None or _covers(taken, start, end):
            place += 1
            continue
        value, after = _compose(text, tokens, place, taken)
        number = _number(text, tokens, place, after, value, starts)
        if number:
            found.append(number)
        place = after
    return _ranges(text, sorted(found, key=lambda number: number.start))


def counts(text, *, language=None):
    """This will return the numbers of a text that may be figures: how many of something, or how much."""
    return [number for number in find(text, language=language) if number.kind == COUNT]


def only(words):
    """This will return the one `Number` that an editor's words claim, or None where they hold none or several.

    A rank or "one" is a claim too, where no other number stands beside it.
    """
    for language in (None, "kk"):  # "он адам" has no letter that is Kazakh alone
        found = find(words, language=language)
        claimed = [number for number in found if number.kind == COUNT]
        claimed = claimed or [number for number in found if number.kind in (RANK, ARTICLE, YEAR)]
        if claimed:
            return claimed[0] if len(claimed) == 1 else None
    return None


def _sentences(text):
    """This will return where each sentence starts; a full stop after an abbreviation or an initial ends none."""
    starts = [0]
    for match in SENTENCE_END.finditer(text):
        if "\n" in match[0] or not ABBREVIATED.search(text[max(match.start() - 6, 0) : match.start() + 1]):
            starts.append(match.end())
    return [*starts, len(text)]


def _sentence(starts, position):
    place = min(bisect_right(starts, position), len(starts) - 1)
    return starts[place - 1], starts[place]


def _covers(taken, start, end):
    return any(begin < end and start < finish for _kind, (begin, finish) in taken)


def _special(text, kind, span, starts):
    low, high = _sentence(starts, span[0])
    digits = re.search(r"\d+", text[slice(*span)])
    return Number(int(digits[0]) if digits else 0, EXACTLY, kind, *span, span, text[slice(*span)],
                  " ".join(text[low:high].split()), low)  # fmt: skip


def _tokens(text, starts, language):
    """This will return (start, end, Word or Decimal or None, suffix) of every word and literal of the text."""
    literals = [
        (match.start(), match.end(), _literal(match), (match[4] or match[5] or "").lower())
        for match in LITERAL.finditer(text)
    ]
    inside = {position for start, end, *_rest in literals for position in range(start, end)}
    words = []
    for match in WORD.finditer(text):
        if match.start() not in inside:
            low, high = _sentence(starts, match.start())
            is_kazakh = language == "kk" if language else bool(KAZAKH.search(text, low, high))
            words.append((match.start(), match.end(), word(match[0], is_kazakh=is_kazakh), ""))
    return sorted(literals + words, key=lambda token: token[0])


def _literal(match):
    whole = re.sub(r"\D", "", match[1])
    return Decimal(f"{whole}.{match[3]}") if match[3] else Decimal(whole)


def _compose(text, tokens, place, taken):
    """This will return (the number that begins at `place`, the place after it)."""
    total, group, floor, scale = Decimal(0), Decimal(0), 1000, None
    last = place
    while place < len(tokens):
        start, end, part, suffix = tokens[place]
        if place > last and not _joins(text, tokens, last, place):
            break
        if part is None:
            # "and" joins "one hundred" with "thirty-nine", and nothing else.
            if floor >= 100 and (total or group) and text[start:end].lower() == "and":
                place += 1
                continue
            break
        if _covers(taken, start, end):
            break
        if isinstance(part, Decimal):
            if group or (total and (scale is None or part >= scale or part != int(part))):
                break
            group, floor = part, 0
        elif part.rank == TIMES and part.value >= 1000:
            if scale is not None and part.value >= scale:
                break
            total, group, floor, scale = total + (group or 1) * part.value, Decimal(0), 1000, part.value
        elif part.rank == TIMES:
            if group >= 10 and not (floor == 0 and part.value == 12):
                break
            group, floor = (group or 1) * part.value, int(part.value) if part.value != 12 else 0
        elif part.value == Decimal("0.5"):
            if not group:
                break
            group, floor = group + part.value, 0
        else:
            needs = {ONE: 1, TEEN: 10, TEN: 10, HUNDRED: 100}[part.rank]
            if floor <= needs:
                break
            group, floor = group + part.value, {ONE: 0, TEEN: 0, TEN: 10, HUNDRED: 100}[part.rank]
        last = place
        place += 1
        if suffix:
            break
    return total + group, last + 1


def _joins(text, tokens, last, place):
    between = text[tokens[last][1] : tokens[place][0]]
    return bool(re.fullmatch(r"[ \u00a0\u202f]+|-|\.\s", between)) or (
        place - last == 2 and bool(re.fullmatch(r"\s+and\s+", between, re.I))
    )


def _number(text, tokens, first, after, value, starts):
    """This will return the `Number` of the tokens from `first` to before `after`, or None where it is none."""
    start, end = tokens[first][0], tokens[after - 1][1]
    suffix = tokens[after - 1][3]
    low, high = _sentence(starts, start)
    lone = tokens[first][2] if after - first == 1 and not isinstance(tokens[first][2], Decimal) else None
    kind = _kind(text, tokens, first, after)
    if lone and not lone.alone:
        article = re.search(r"\b(half\s+)?an?\s+$", text[low:start], re.I)
        if article:
            start, value = low + article.start(), value / 2 if article[1] else value
        elif text[start:end].lower() not in ALONE_IF_QUALIFIED:
            return None
    if lone and text[start:end].lower() == "семью" and not re.match(r"\s+\w+(?:ми|ью)\b", text[end:high]):
        return None  # "his family", not "with seven"
    relation, begin, finish = _relation(text, start, end, suffix, low, high)
    if lone and text[start:end].lower() in ALONE_IF_QUALIFIED and begin == start:
        return None
    if kind == YEAR and (PEOPLE.match(text[finish:high]) or relation in (MORE_THAN, AT_LEAST, LESS_THAN)):
        kind = COUNT
    if kind == RANK and ORDINAL.match(text[tokens[after][0] :] if after < len(tokens) and not suffix else ""):
        finish = max(finish, tokens[after][1])
    return Number(int(value) if value == int(value) else value, relation, kind, begin, finish, (start, end),
                  text[begin:finish], " ".join(text[low:high].split()), low)  # fmt: skip


def _kind(text, tokens, first, after):
    """This will return what the number of the tokens from `first` to before `after` is."""
    start, end, part, suffix = tokens[after - 1]
    if suffix:
        if (
            suffix in ("st", "nd", "rd", "th")
            or RUSSIAN_ORDINAL.fullmatch(suffix)
            or re.match("н?[ш][іы]|[ыі]нш", suffix)
        ):
            return RANK
        if suffix == "s" or suffix.startswith(("лет", "year", "day", "month", "жыл")):
            return REFERENCE
        if not (RUSSIAN_CASE.fullmatch(suffix) or KAZAKH_CASE.fullmatch(suffix) or ENGLISH_TAIL.fullmatch(suffix)):
            return RANK
    if PERCENT_AFTER.match(text, end):
        return PERCENT
    if FRACTION_AFTER.match(text, end):
        return FRACTION
    if after < len(tokens) and not suffix and not isinstance(part, Decimal) and tokens[after][2] is None:
        following = text[tokens[after][0] : tokens[after][1]]
        if re.fullmatch(r"\s+|-", text[end : tokens[after][0]]) and ORDINAL.fullmatch(following):
            return RANK
    if after - first == 1 and isinstance(part, Decimal) and BARE_YEAR.match(text, start):
        return YEAR
    if after - first == 1 and not isinstance(part, Decimal) and part.is_article:
        return ARTICLE
    return COUNT


def _relation(text, start, end, suffix, low, high):
    """This will return (relation, start, end) of the number with the words that qualify it."""
    relation, begin, finish = EXACTLY, start, end
    before = [(match.start(), name) for name, rule in BEFORE if (match := rule.search(text[low:start]))]
    if before:
        begin, relation = min(before)
        begin += low
    core, tail = text[start:end], text[end:high]
    rules = [
        (name, rule if ENDS_FROM.search(core) else with_noun) for name, rule, with_noun in AFTER_FROM
    ] + [(name, rule) for name, bare, with_noun in AFTER_TO for rule in (bare, with_noun)] + AFTER_ANY  # fmt: skip
    for name, rule in rules:
        if match := rule.match(tail):
            return name, begin, end + match.end()
    if suffix in ("odd", "plus"):
        return (ABOUT if suffix == "odd" else AT_LEAST), begin, finish
    if ENDS_LIKE.search(core) and KAZAKH_CASE.fullmatch(suffix or "дай") and re.search("[а-яі]$", core):
        return ABOUT, begin, finish
    return relation, begin, finish


def _ranges(text, found):
    """This will read two numbers as the ends of a range where the words between them say so: 16–17, from 16 to 17."""
    for place, (one, other) in enumerate(pairwise(found)):
        between = text[one.core[1] : other.core[0]]
        if one.kind != COUNT or other.kind != COUNT or not RANGE.fullmatch(between) or one.value >= other.value:
            continue
        begins = RANGE_BEGINS.search(text[: one.core[0]])
        if begins or re.fullmatch(r"\s*[-–—]\s*", between):
            start = begins.start() if begins else one.core[0]
            found[place] = replace(one, relation=AT_LEAST, start=start, end=one.core[1], text=text[start : one.core[1]])
            found[place + 1] = replace(other, relation=AT_MOST)
    return found

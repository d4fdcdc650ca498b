"""Dates as the three languages write them: where they stand in a text, and which day each means."""

import calendar
import re
from datetime import date

_MONTHS = (
    "январ[ьяею]|феврал[ьяею]|март[ае]?|апрел[ьяею]|ма[йяею]|июн[ьяею]|июл[ьяею]|август[ае]?|сентябр[ьяею]|октябр[ьяею]"
    "|ноябр[ьяею]|декабр[ьяею]",
    r"қаңтар\w*|ақпан\w*|наурыз\w*|сәуір\w*|мамыр\w*|маусым\w*|шілде\w*|тамыз\w*|қыркүйек\w*|қыркүйег\w*|қазан\w*"
    r"|қараша\w*|желтоқсан\w*",
    r"(?-i:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\.?",
)  # fmt: skip
_STEMS = (
    ("янв", "қаңт", "jan"), ("фев", "ақп", "feb"), ("мар", "нау", "mar"), ("апр", "сәу", "apr"), ("ма", "мам", "may"),
    ("июн", "маус", "jun"), ("июл", "шіл", "jul"), ("авг", "там", "aug"), ("сен", "қырк", "sep"),
    ("окт", "қаз", "oct"), ("ноя", "қара", "nov"), ("дек", "жел", "dec"),
)  # fmt: skip
_RU, _KK, _EN = _MONTHS
_YEAR = r"(?:19|20)\d\d"
_RU_YEAR = rf"(?:\s+({_YEAR})(?:\s*(?:года|году|годом|год|гг?\.))?)?"
_KK_YEAR = rf"(?:({_YEAR})(?:(?:\s*-)?\s*(?:жыл\w*|ж\.))?\s+)?"
_COUNTED = r"\s+(?:people|persons|soldiers|troops|peacekeepers|officers|observers|women|men)\b"
# Each gives (day, month, year) by the order in the tuple; what is missing is None.
_FORMS = [
    (re.compile(rf"\b(\d{{1,2}})(?:-?(?:го|е))?\s+({_RU})\b{_RU_YEAR}", re.I), (1, 2, 3)),
    (re.compile(rf"\b{_KK_YEAR}(\d{{1,2}})(?:-?\w{{1,6}})?\s+({_KK})\b", re.I), (2, 3, 1)),
    (re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_EN})\b(?:,?\s+({_YEAR}))?", re.I), (1, 2, 3)),
    (
        re.compile(
            rf"\b({_EN})\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*\d{{3}})(?!{_COUNTED})(?:,?\s+({_YEAR})\b)?", re.I
        ),
        (2, 1, 3),
    ),
    (re.compile(rf"\b({_RU})\s+({_YEAR})\b(?:\s*(?:года|году|г\.))?", re.I), (None, 1, 2)),
    (re.compile(rf"\b({_YEAR})(?:(?:\s*-)?\s*(?:жыл\w*|ж\.))\s+({_KK})\b", re.I), (None, 2, 1)),
    (re.compile(rf"\b({_EN})\s+({_YEAR})\b", re.I), (None, 1, 2)),
    (re.compile(rf"\b({_YEAR})-(\d\d)-(\d\d)\b"), (3, 2, 1)),
    (re.compile(rf"\b(\d{{1,2}})[./](\d{{1,2}})[./]({_YEAR}|\d\d)\b"), (1, 2, 3)),
]


def _month(text):
    if text.isdigit():
        return int(text)
    text = text.lower()
    # "ма" of the Russian May begins March too: the longest stem that fits decides.
    fits = [
        (len(stem), place) for place, stems in enumerate(_STEMS, start=1) for stem in stems if text.startswith(stem)
    ]
    return max(fits)[1]


def find(text):
    """This will return ((start, end), (year, month, day)) of each date, in reading order; None for what it leaves out.

    Where two readings overlap, the longer one counts.
    """
    found = []
    for pattern, places in _FORMS:
        for match in pattern.finditer(text):
            day, month, year = (match[place] if place else None for place in places)
            year = int(year) + (2000 if len(year) == 2 else 0) if year else None
            parts = (year, _month(month), int(day) if day else None)
            if 1 <= parts[1] <= 12 and (parts[2] is None or 1 <= parts[2] <= 31):
                found.append((match.span(), parts))
    found.sort(key=lambda one: (one[0][0] - one[0][1], one[0][0]))
    kept = []
    for span, parts in found:
        if all(span[1] <= start or end <= span[0] for (start, end), _parts in kept):
            kept.append((span, parts))
    return sorted(kept)


def days(text, *, on):
    """This will return the days that the text names, none after `on`: a month means its last day.

    A date without a year is taken to lie in the year that ends on the day `on`.
    """
    named = []
    for _span, (year, month, day) in find(text):
        asked = year or (on.year if (month, day or 1) <= (on.month, on.day) else on.year - 1)
        try:
            meant = date(asked, month, day or calendar.monthrange(asked, month)[1])
        except ValueError:
            continue  # the 31st of February is somebody else's mistake
        if meant <= on and meant not in named:
            named.append(meant)
    return named

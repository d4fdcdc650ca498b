"""The number words of Kazakh, Russian and English in all their cases: what each is worth and how it joins others."""

import re
from dataclasses import dataclass
from decimal import Decimal

ONE, TEEN, TEN, HUNDRED, TIMES = "one", "teen", "ten", "hundred", "times"


@dataclass(frozen=True)
class Word:
    """A number word: its worth, its rank among the parts of a number, and whether it may stand alone."""

    value: Decimal
    rank: str
    alone: bool = True
    is_article: bool = False  # alone it is mostly an article or a pronoun: one, один, бір


_RUSSIAN_ONES = {
    2: "два две двух двум двумя двое двоих двоим двоими оба обе обоих обеих обоим обеим обоими обеими",
    3: "три трех трем тремя трое троих троим троими", 4: "четыре четырех четырем четырьмя четверо четверых четверым",
    5: "пять пяти пятью пятеро пятерых пятерым", 6: "шесть шести шестью шестеро шестерых шестерым",
    7: "семь семи семью семеро семерых семерым", 8: "восемь восьми восьмью восемью восьмеро восьмерых",
    9: "девять девяти девятью девятеро девятерых",
}  # fmt: skip
_RUSSIAN_TENS = {
    20: "двадцать двадцати двадцатью", 30: "тридцать тридцати тридцатью", 40: "сорок сорока",
    50: "пятьдесят пятидесяти пятьюдесятью", 60: "шестьдесят шестидесяти шестьюдесятью",
    70: "семьдесят семидесяти семьюдесятью", 80: "восемьдесят восьмидесяти восемьюдесятью восьмьюдесятью",
    90: "девяносто девяноста",
}  # fmt: skip
_RUSSIAN_HUNDREDS = {
    100: "сто ста", 150: "полтораста полутораста", 200: "двести двухсот двумстам двумястами двухстах",
    300: "триста трехсот тремстам тремястами трехстах",
    400: "четыреста четырехсот четыремстам четырьмястами четырехстах",
}  # fmt: skip
_RUSSIAN_HUNDREDS |= {
    count * 100: f"{count_as}сот {genitive}сот {genitive}стам {instrumental}стами {genitive}стах"
    for count, (count_as, genitive, instrumental) in {
        5: ("пять", "пяти", "пятью"), 6: ("шесть", "шести", "шестью"), 7: ("семь", "семи", "семью"),
        8: ("восемь", "восьми", "восемью"), 9: ("девять", "девяти", "девятью"),
    }.items()
}  # fmt: skip
_RUSSIAN_TEENS = {
    11: "одиннадцат", 12: "двенадцат", 13: "тринадцат", 14: "четырнадцат", 15: "пятнадцат", 16: "шестнадцат",
    17: "семнадцат", 18: "восемнадцат", 19: "девятнадцат",
}  # fmt: skip
_RUSSIAN_ARTICLES = "один одна одно одного одной одному одним одном одну"

_ENGLISH = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

_KAZAKH = {
    ONE: {1: "бір", 2: "екі", 3: "үш", 4: "төрт", 5: "бес", 6: "алты", 7: "жеті", 8: "сегіз", 9: "тоғыз"},
    TEN: {10: "он", 20: "жиырма", 30: "отыз", 40: "қырық", 50: "елу", 60: "алпыс", 70: "жетпіс", 80: "сексен",
          90: "тоқсан"},
    TIMES: {100: "жүз", 1000: "мың", 1000000: "миллион", 1000000000: "миллиард"},
}  # fmt: skip
_KAZAKH_GROUP = {2: "екеу", 3: "үшеу", 4: "төртеу", 5: "бесеу", 6: "алтау", 7: "жетеу"}
# Case endings after a number; those after a possessive; the ending of likeness says "about".
CASES = r"(?:[ндт][ыі]ң|[ғқ]а|[гк]е|[ндт][ыі]|[дт][ае](?:ғы|гі)?|[ндт][ае]н|[мбп]ен)"
POSSESSIVE = r"(?:с?[ыі](?:н[аеыі]?|н[ыі]ң|н[ае]н|нд[ае](?:ғы|гі)?|мен)?|м[ыі]з(?:д[ыі]ң)?)"
LIKE = r"(?:[дт][ае]й)"
_KAZAKH_STEMS = {stem: (value, rank) for rank, stems in _KAZAKH.items() for value, stem in stems.items()}
_KAZAKH_WORD = re.compile(rf"({'|'.join(_KAZAKH_STEMS)})({CASES}|{LIKE}|с[ыі](?:н[ыіае]|н[ыі]ң|н[ае]н)?)?")
_KAZAKH_MANY = re.compile(rf"({'|'.join(_KAZAKH_GROUP.values())})({POSSESSIVE}|{CASES})?")
# Other words that happen to look like a number with an ending: there, such, together, the same, at once.
_KAZAKH_OTHERS = set("онда ондай ондағы бірге бірде бірдей бірден бірдің бірдегі".split())
_GROUP_VALUES = {stem: value for value, stem in _KAZAKH_GROUP.items()}


def _table():
    table = {}

    def enter(values, rank, **rules):
        for value, forms in values.items():
            for form in forms.split():
                table[form] = Word(Decimal(value), rank, **rules)

    enter(_RUSSIAN_ONES, ONE)
    enter({1: _RUSSIAN_ARTICLES}, ONE, is_article=True)
    enter({value: f"{stem}ь {stem}и {stem}ью" for value, stem in _RUSSIAN_TEENS.items()}, TEEN)
    enter({10: "десять десяти десятью десятеро десятерых"}, TEEN)
    enter(_RUSSIAN_TENS, TEN)
    enter(_RUSSIAN_HUNDREDS, HUNDRED)
    enter({"1.5": "полтора полторы полутора"}, ONE, alone=False)
    enter({10: "десяток десятка десятку десятком десятке", 12: "дюжина дюжины дюжину дюжиной дюжине",
           100: "сотня сотню сотней сотне", 1000: "тысяча тысячу тысячей тысячью тысяче", 10**6: "миллион миллиона",
           10**9: "миллиард миллиарда"}, TIMES)  # fmt: skip
    # In the plural they are no number of their own: "тысячи людей", "dozens".
    enter({10: "десятков десятками", 100: "сотни сотен", 1000: "тысячи тысяч тысячам тысячами тысячах тыс",
           10**6: "миллионов миллионам миллионами млн", 10**9: "миллиардов млрд"}, TIMES, alone=False)  # fmt: skip
    for value, form in enumerate(_ENGLISH.split(), start=1):
        table[form] = Word(Decimal(value), ONE if value < 10 else TEEN, is_article=value == 1)
    enter({(place + 2) * 10: form for place, form in enumerate(_ENGLISH_TENS.split())}, TEN)
    enter({12: "dozen", 100: "hundred", 1000: "thousand", 10**6: "million", 10**9: "billion"}, TIMES, alone=False)
    return table


WORDS = _table()


def word(text, *, is_kazakh):
    """This will return the `Word` that `text` is in one of the three languages, or None.

    "он" is ten in Kazakh and "he" in Russian, "бес" five and a demon: `is_kazakh` says which language is read.
    """
    text = text.lower().replace("ё", "е")
    if not is_kazakh and text in ("он", "бес", "бесам"):
        return None
    if text in WORDS and not (is_kazakh and text in ("миллион", "миллиард")):
        return WORDS[text]
    if text == "жарым":
        return Word(Decimal("0.5"), ONE, alone=False)
    if match := _KAZAKH_MANY.fullmatch(text):
        return Word(Decimal(_GROUP_VALUES[match[1]]), ONE)
    match = _KAZAKH_WORD.fullmatch(text)
    if match and text not in _KAZAKH_OTHERS:
        value, rank = _KAZAKH_STEMS[match[1]]
        return Word(Decimal(value), rank, is_article=value == 1)
    return None


# An ordinal: "первого", "двадцать второй", "сороковой", "бірінші", "жиырмасыншы", "first", "twenty-second".
ORDINAL = re.compile(
    r"(?:перв|втор|четв[её]рт|пят|шест|седьм|восьм|девят|десят|\w*надцат|двадцат|тридцат|сороков|\w+десят|девяност|\w*сот"
    r"|\w*тысячн)(?:ый|ой|ого|ому|ым|ом|ая|ую|ое|ые|ых|ыми)|трет(?:ий|ьего|ьему|ьим|ьем|ья|ью|ье|ьи|ьих|ьей)"
    r"|\w+(?:ыншы|інші|ншы|нші)\w{0,6}"
    r"|first|second|third|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|\w+teen|\w+tie|hundred|thousand)th",
    re.I,
)

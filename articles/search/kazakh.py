"""Kazakh words for search: takes the endings off in the order in which the grammar puts them on.

No engine ships a stemmer for Kazakh. This one knows which ending may follow which (number, possession, case, person;
voice, negation, tense), which form of it harmony and assimilation demand after which letter, and how a stem's end
changes before it. A word list decides where that leaves more than one reading; what is in no list keeps them all.

A noun's key is its stem, a verb's its root with `VERB` behind it, so that ел and елу, шешім and шешу never meet.
"""

import re
from functools import lru_cache

from articles.search.kazakh_words import NOUNS, PRONOUNS, VERBS

VERB = "_"
BACK, FRONT, EITHER = set("аоұыяё"), set("әеөүіэ"), set("иую")
VOWELS = set("аәеоөұүыіяёэ")  # и, у, ю take the endings of a glide
VOICELESS = set("пкқтсшщфхцчһбвгд")  # б, в, г, д at the end of a loan word are said so
NASAL, BUZZING = set("мнң"), set("зж")
VOICED_AT_END = {"б": "п", "г": "к", "ғ": "қ"}
# Loan words and Russian names go their own way: округі, банкі, рубльдер, Тоқаевтың.
BOTH_HARMONIES = re.compile(r"(?:[гкхьв]|[зс]т|кс)$")
LETTER = re.compile(r"[аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя]+")


def _kind(stem):
    """This will return what assimilation sees at a stem's end: v(owel), g(lide), l, n(asal), z, t (voiceless)."""
    last = stem[-2] if stem[-1] in "ьъ" and len(stem) > 1 else stem[-1]
    if last in VOWELS:
        return "v"
    if last in VOICELESS:
        return "t"
    if last in NASAL:
        return "n"
    if last in BUZZING:
        return "z"
    return "l" if last == "л" else "g"


def _harmony(text):
    """This will return the set of vowels that may stand in an ending after this text."""
    for letter in reversed(text):
        if letter in BACK:
            return "back"
        if letter in FRONT:
            return "front"
        if letter in EITHER:
            break
    return "both"


def _fits(stem, ending):
    """This will say whether vowel harmony lets this ending follow this stem."""
    if ending in WITHOUT_HARMONY:
        return True
    first = next((letter for letter in ending if letter in BACK or letter in FRONT), "")
    if not first or BOTH_HARMONIES.search(stem) or BENT.get(stem, "").endswith("ь"):
        return True
    wanted = _harmony(stem)
    return wanted == "both" or wanted == ("back" if first in BACK else "front")


def _pairs(text):
    """This will return both harmonies of endings that are written with А and Ы for their vowels."""
    return [
        form
        for one in text.split()
        for form in (
            one.replace("А", "а").replace("Ы", "ы"),
            one.replace("А", "е").replace("Ы", "і").replace("ғ", "г").replace("қ", "к"),
        )
    ]


def _table(*rows):
    """This will return {ending: the kinds of stem that it may follow}."""
    return {form: kinds for kinds, endings in rows for form in _pairs(endings)}


# What follows what, from the word's end to its stem.
PERSON = _table(
    ("vgln", "мЫн мЫз"), ("z", "бЫн бЫз"), ("t", "пЫн пЫз"), ("vglnzt", "сЫң сЫңдАр"),
)  # fmt: skip
CASE = _table(
    ("vn", "нЫң"), ("glz", "дЫң"), ("t", "тЫң"),
    ("v", "нЫ"), ("glnz", "дЫ"), ("t", "тЫ"),
    ("vglnz", "ғА"), ("t", "қА"),
    ("vglnz", "дА"), ("t", "тА"),
    ("vglz", "дАн"), ("n", "нАн"), ("t", "тАн"),
    ("vglnz", "дАй"), ("t", "тАй"),
    ("vglnz", "дАғЫдАй"),
)  # fmt: skip
WITHOUT_HARMONY = {"мен": "vgln", "бен": "z", "пен": "t", "нікі": "vn", "дікі": "glz", "тікі": "t"}
CASE.update(WITHOUT_HARMONY)
PLACE = _table(("vglnz", "дАғЫ"), ("t", "тАғЫ"))  # of the place: елдегі
# Possession of the third person, alone and with the cases that it bends.
THEIRS = {
    start + form: kinds
    for kinds, start in (("v", "с"), ("glnzt", ""))
    for form in _pairs("Ы Ын ЫнА ЫндА ЫнАн ЫндАй ЫндАғЫ ЫншА")
}
OURS = {**_table(("v", "м ң мЫз ңЫз мА ңА"), ("glnzt", "Ым Ың ЫмЫз ЫңЫз ЫмА ЫңА"))}
# Words that bear "its" within them take the cases that it bends: отбасында.
ITS_WITHIN = re.compile(r"басы$")
ITS = set(_pairs("Ы сЫ"))
AFTER_ITS = set(_pairs("н нА ндА нАн ндАғЫ"))
PLURAL = _table(("vg", "лАр"), ("lnz", "дАр"), ("t", "тАр"))
MORE = _table(("v", "рАқ"), ("glnzt", "ЫрАқ"))  # the comparative
LONGEST = 10  # letters of an ending
SINGULAR_OURS = set(_pairs("м ң мА ңА Ым Ың ЫмА ЫңА"))

LEVELS = [PERSON, CASE, {**THEIRS, **OURS}, PLURAL, {**PLACE, **MORE}]


def _strip(word, table):
    """This will yield (stem, ending) for each ending of the table that the grammar lets stand there."""
    for size in range(1, min(LONGEST, len(word) - 1) + 1):
        ending = word[-size:]
        kinds = table.get(ending)
        if kinds and _kind(word[:-size]) in kinds and _fits(word[:-size], ending):
            yield word[:-size], ending
        elif table is CASE and ending in AFTER_ITS and ITS_WITHIN.search(word[:-size]) and word[:-size] in NOUNS:
            yield word[:-size], ending


@lru_cache(maxsize=100)  # `keys` and `roots` ask for the same
def bare(word):
    """This will return {what is left of the word: the endings taken off, outermost first}, itself included."""
    found = {}

    def walk(rest, level, taken):
        if len(rest) < 2 or (rest in found and len(found[rest]) <= len(taken)):
            return
        found[rest] = taken
        for deeper in range(level, len(LEVELS)):
            for stem, ending in _strip(rest, LEVELS[deeper]):
                # Behind "of the place" a word begins anew: ел|іміз|дегі|лер|дің.
                walk(stem, 2 if ending in PLACE else deeper + 1, (*taken, ending))

    walk(word, 0, ())
    return found


def key(stem):
    """This will return the form of a stem that all its forms share: халық and халқ(ы), мектеп and мектеб(і)."""
    stem = stem.rstrip("ьъ") or stem
    stem = re.sub(r"(?<=[бвгджзклмнпрстфх]к)[ыі]$", "", stem)  # Дамаскіде
    stem = stem[:-1] + VOICED_AT_END.get(stem[-1], stem[-1])
    if len(stem) > 3 and stem[-2] in "ыі" and stem[-3] not in VOWELS and stem[-1] not in VOWELS | EITHER:
        shorter = stem[:-2] + stem[-1]
        if any(letter in VOWELS | EITHER for letter in shorter[:-2]):
            return shorter
    return stem


def _may_be_noun(stem, taken):
    """This will say whether a stem that no list holds may be taken for one."""
    if not taken:
        return True
    if not any(letter in VOWELS | EITHER for letter in stem):
        return False
    innermost = taken[-1]
    if innermost in SINGULAR_OURS:
        return len(stem) > (4 if innermost in "мң" else 3)
    return len(stem) > (1 if PLURAL.keys() & set(taken) else 2)


# --- Verbs -------------------------------------------------------------------------------------------------------

NEGATION = _table(("vgl", "мА"), ("nz", "бА"), ("t", "пА"))
MOVED = _pairs("м ң қ ңЫз ңдАр ңЫздАр")  # who did it, behind a past or an if
# Finite endings, after a root or a negated root.
FINITE = _table(
    ("vglnz", " ".join(["дЫ", *("дЫ" + one for one in "м ң қ ңЫз ңдАр ңЫздАр".split())])),
    ("t", " ".join(["тЫ", *("тЫ" + one for one in "м ң қ ңЫз ңдАр ңЫздАр".split())])),
    ("vglnzt", " ".join("сА" + one for one in ["", *"м ң қ ңЫз ңдАр ңЫздАр".split()])),
    ("vglnzt", "сЫн"),
    ("glnzt", " ".join("А" + one for one in ["", *"дЫ мЫн сЫң сЫз мЫз мЫ сЫздАр сЫңдАр йЫқ йЫн тЫн".split()])),
    ("v", " ".join("й" + one for one in ["", *"дЫ мЫн сЫң сЫз мЫз мЫ сЫздАр сЫңдАр Ық Ын тЫн".split()])),
    ("glnzt", " ".join("Ып" + one for one in ["", "тЫ", "пЫн", "сЫң", "пЫз"])),
    ("v", " ".join("п" + one for one in ["", "тЫ", "пЫн", "сЫң", "пЫз"])),
    ("glnzt", "ЫңЫз ЫңдАр ЫңЫздАр"), ("v", "ңЫз ңдАр ңЫздАр"),
    ("vglnz", "ғАлЫ ғАнша ғАнше ғАйсЫң"), ("t", "қАлЫ қАнша қАнше"),
    ("vglnz", "ғАндЫқтАн"), ("t", "қАндЫқтАн"),
    ("vgl", "мАй мАқ мАқшЫ мАс мАйынша"), ("nz", "бАй бАқ бАқшЫ бАс"), ("t", "пАй пАқ пАқшЫ пАс"),
)  # fmt: skip
# What makes a noun of a root; the noun's own endings come behind it.
NOUN_OF_VERB = _table(
    ("vglnz", "ғАн ғАндЫқ"), ("t", "қАн қАндЫқ"), ("glnzt", "АтЫн Ар"), ("v", "йтЫн р"), ("vglnzt", "у"),
    ("vgl", "мАйтЫн"), ("nz", "бАйтЫн"), ("t", "пАйтЫн"),
)  # fmt: skip
SLIGHT = set(_pairs("А й Ар р"))  # too little to tell a verb by, where no list knows its root
PASSIVE = [(re.compile(r"(?<=[^аәеоөұүыіяёэл])[ыі]л$"), ""), (re.compile(r"(?<=л)[ыі]н$"), ""),
           (re.compile(r"(?<=[ае])л$"), ""), (re.compile(r"(?<=[тдл][ае])н$"), "")]  # fmt: skip


def _spread(word):
    """This will write the letters of two sounds as two, where an ending begins within one: қояды, қою, оқиды."""
    word = re.sub(r"(?<=[аәеоөұүыі])я", "йа", word)
    word = re.sub(r"(?<=[аәеоөұүыі])ю", "йу", word)
    return re.sub(r"(?<=[^аәеоөұүыі])и(?=(?:д[ыі]|м[ыі]|с[ыі]|т[ыі]н|[ыі]қ|[ыі]к|[ыі]н|$))", "\0", word)


def roots(word):
    """This will return the (root, ending) pairs of the verbs of which the word may be a form."""
    spread = _spread(word)
    readings = {spread.replace("\0", "и")}
    if "\0" in spread:
        readings |= {spread.replace("\0", "ый"), spread.replace("\0", "ій")}
    found = set()
    for reading in readings:
        for root, _ending in _strip(reading, FINITE):
            found.add((root, _ending))
        for noun in bare(reading):
            found |= set(_strip(noun, NOUN_OF_VERB))
    for root, ending in list(found):
        found |= {(stem, ending) for stem, _negation in _strip(root, NEGATION)}
        if ending in ("ып", "іп") and root[-1] == "у":
            found.add((root[:-1] + "п", ending))  # тауып
    return frozenset(found)


def root_key(root):
    """This will return the form of a root that all its forms share: тап(ты) and таб(у), оқы(ды) and оқ(у)."""
    root = root[:-1] + VOICED_AT_END.get(root[-1], root[-1])
    if len(root) > 2 and root[-1] in "ыі":
        root = root[:-1]
    return root + VERB


VERB_KEYS = frozenset(root_key(root) for root in VERBS)
# The roots as endings leave them: таб(у), оқ(иды).
ROOTS = VERBS | {
    root[:-1] + soft for root in VERBS for hard, soft in (("п", "б"), ("к", "г"), ("қ", "ғ")) if root.endswith(hard)
} | {root[:-1] for root in VERBS if root[-1] in "ыі" and len(root) > 2}  # fmt: skip


def actives(verb):
    """This will return the keys of the verbs of which the one with this key is the passive: құрыл_ gives құр_."""
    root = verb[:-1]
    found = set()
    for ending, instead in PASSIVE:
        shorter = ending.sub(instead, root)
        if shorter != root and (root_key(shorter) in VERB_KEYS or len(shorter) > 5):
            found.add(root_key(shorter))
    return found


def keys(word):
    """This will return the keys under which a lower-case Kazakh word is looked for."""
    if word in PRONOUNS:
        return frozenset({PRONOUNS[word]})
    if not LETTER.fullmatch(word) or len(word) < 2:
        return frozenset({word})
    stems = bare(word)
    listed = _listed(stems)
    found = roots(word)
    verbs = {root_key(root): ending for root, ending in sorted(found) if len(root) > 1}
    known_verbs = {root_key(root) for root, _ending in found if root in ROOTS}
    if listed == {word}:  # a listed word as it stands is no verb, but for what names the doing: оқу
        known_verbs = {verb for verb in known_verbs if verbs[verb] == "у"}
    if listed:
        told = {verb for verb in known_verbs if verbs[verb] not in SLIGHT}
        return frozenset({key(stem) for stem in listed} | _longest(told))
    if any(verbs[verb] not in SLIGHT for verb in known_verbs):
        return frozenset(_longest(known_verbs))
    nouns = {key(stem) for stem, taken in stems.items() if _may_be_noun(stem, taken)}
    possible = {
        verb for verb, ending in verbs.items()
        if len(verb) > 3 and ending not in SLIGHT and any(letter in VOWELS | EITHER for letter in verb)
    }  # fmt: skip
    return frozenset(nouns | possible | known_verbs)


def owned(word):
    """This will return the key of the noun whose "its" a listed word might also be: ұлы is great, and his son."""
    if word not in NOUNS or len(word) < 3:
        return frozenset()
    return frozenset({key(stem) for stem, ending in _strip(word, THEIRS) if stem in NOUNS and ending in ITS})


def _listed(stems):
    """This will return the stems that are listed nouns, those of the plainest reading: the fewest endings.

    "Mine" and "thine" in one letter are taken last: the end of жауаптың is no "thy" behind жауапты.
    """
    known = [stem for stem, taken in stems.items() if stem in NOUNS or _restored(stem, taken) in NOUNS]
    known = [stem for stem in known if not SINGULAR_OURS & set(stems[stem])] or known
    fewest = min((len(stems[stem]) for stem in known), default=0)
    return {stem for stem in known if len(stems[stem]) == fewest}


def _longest(verbs):
    most = max(map(len, verbs), default=0)
    return {verb for verb in verbs if len(verb) == most}


def _restored(stem, taken):
    """This will return the listed noun that a stem belongs to which its ending has changed: мектеб(і), халқ(ы)."""
    if not taken or taken[-1][0] not in "ыі" or len(stem) < 3:
        return None
    return BENT.get(stem)


def _bent(noun):
    """This will return the stems that a noun shows before an ending that begins with a vowel, where they differ."""
    found = set()
    for hard, soft in (("п", "б"), ("к", "г"), ("қ", "ғ")):
        if noun.endswith(hard):
            found.add(noun[:-1] + soft)
    if len(noun) > 3 and noun[-2] in "ыі" and noun[-1] not in VOWELS and noun[-3] not in VOWELS:
        found.add(noun[:-2] + noun[-1])
    elif len(noun) > 2 and noun[-2] in "ыі":
        found.add(noun[:-2] + noun[-1])
    if noun[-1] == "ь":
        found.add(noun[:-1])
    return found


BENT = {bent: noun for noun in NOUNS for bent in _bent(noun)}

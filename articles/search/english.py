"""English words for search: inflection is taken off and nothing else, so that officer, office and official differ."""

import re

IRREGULAR = {
    form: base
    for line in """
    man men, woman women, child children, person people, foot feet, tooth teeth, mouse mice, goose geese, ox
    oxen, knife knives, life lives, wife wives, half halves, leaf leaves, shelf shelves, wolf wolves, thief
    thieves, self selves, analysis analyses, crisis crises, basis bases, axis axes, thesis theses, hypothesis
    hypotheses, diagnosis diagnoses, phenomenon phenomena, criterion criteria, datum data, medium media, index
    indices, appendix appendices, be am is are was were been being, have has had having, do does did done doing,
    go goes went gone going, say said says, make made making, take took taken taking, come came coming, see saw
    seen seeing, know knew known, get got gotten getting, give gave given giving, find found, think thought,
    tell told, become became becoming, leave left leaving, feel felt, bring brought, begin began begun
    beginning, keep kept, hold held, write wrote written, stand stood, hear heard, mean meant, meet met, run ran
    running, pay paid, sit sat sitting, speak spoke spoken, lie lay lain lying, lead led, read read, grow grew
    grown, lose lost losing, fall fell fallen, send sent, build built, understand understood, draw drew drawn,
    break broke broken, spend spent, rise rose risen, drive drove driven driving, buy bought, wear wore worn,
    choose chose chosen choosing, seek sought, throw threw thrown, catch caught, deal dealt, win won winning,
    forget forgot forgotten, lay laid, sell sold, fight fought, bear bore borne, teach taught, eat ate, sing
    sang sung, strike struck stricken, hang hung, shake shook shaken, ride rode ridden, feed fed, shoot shot,
    drink drank drunk, hide hid hidden, fly flew flown flies, swear swore sworn, steal stole stolen, swim swam
    swum, sleep slept, wake woke woken, freeze froze frozen, bend bent, tear tore torn, sink sank sunk, dig dug,
    bind bound, withdraw withdrew withdrawn, undergo underwent undergone undergoes, overcome overcame, undertake
    undertook undertaken, rebuild rebuilt, oversee oversaw overseen, arise arose arisen, forgive forgave
    forgiven, shine shone, bleed bled, die died dying dies, tie tied tying ties, good better best, bad worse
    worst, dice dice, bus buses, gas gases
    """.replace("\n", " ").split(",")
    if line.strip()
    for base, *forms in [line.split()]
    for form in (base, *forms)
}
# They end like a form and are none.
WHOLE = frozenset(
    """
    across always anything athens athletics bed beijing being belarus bleed bonus bored bred breed bring
    brussels bus campus ceiling census chaos charles christmas consensus corps creed cyprus dallas damascus deed
    diplomatics during economics electronics embed ethics evening everything exceed fed feed fled focus gas
    genus greed hatred headquarters his honduras hundred indeed its james jones kansas kindred king laos lebanon
    led lens logistics mathematics mauritius minus morning naked naples need news nothing notwithstanding
    outstanding paris perhaps physics plus politics proceed red ring sacred seed series shed sibling sing sled
    something species sped speed spring status steed string succeed texas thing this thomas thus unless us virus
    wales wed weed williams wing yes
    """.split()
)  # fmt: skip
BRITISH = [
    (re.compile(r"isation$"), "ization"), (re.compile(r"(?<=[a-z]{3})is(e|er)$"), r"iz\1"),
    (re.compile(r"(?<=[a-z]{3})yse$"), "yze"), (re.compile(r"(?<=[a-z]{2}[bcdlmnpv])our$"), "or"),
    (re.compile(r"(?<=[a-z][bt])re$"), "er"), (re.compile(r"programme$"), "program"),
    (re.compile(r"defence$"), "defense"),
]  # fmt: skip
VOWEL = re.compile(r"[aeiouy]")


def keys(word):
    """This will return the keys under which a lower-case word of Latin letters is looked for."""
    word = re.sub(r"'(?:s|d|ll|re|ve|m)?$", "", re.sub("[’ʼ]", "'", word)) or word
    found = set()
    for base in _irregular(word) if word in IRREGULAR else _bases(word):
        for pattern, instead in BRITISH:
            base = pattern.sub(instead, base)
        found.add(base)
    return frozenset(found)


def _irregular(word):
    """This will return the words of which an irregular form may be: bases is of basis, and of base."""
    return {IRREGULAR[word], *([word[:-1]] if word.endswith("es") and len(word) > 4 else [])}


def _bases(word):
    """This will return the words of which a regular form may be: moved is of move, and might be of a verb mov."""
    if word in WHOLE or len(word) < 4:
        return {word}
    if word.endswith(("ies", "ied")):
        return {word[:-3] + ("y" if len(word) > 4 else "ie")}
    if word.endswith(("ses", "shes", "ches", "xes", "zes", "oes")):
        return {word[:-1], word[:-2]}
    if word.endswith("s") and word[-2] not in "usi":
        return {word[:-1]}
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2 or not VOWEL.search(stem):
            continue
        if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in "bdglmnprt":
            return {stem[:-1], stem} if stem[-1] == "l" else {stem[:-1]}  # stopped; travelled, called
        return {word.removesuffix("d")} if stem.endswith("e") and ending == "ed" else {stem, stem + "e"}
    return {word}

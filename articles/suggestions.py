"""Suggests, for every number of a text, which figures of the record it might be, and says what the record answers."""

import re
from collections import Counter
from dataclasses import dataclass

from django.conf import settings

from articles import claims, day_words, numbers
from missions import figures
from missions.models import Contribution, Country, Deployment, Mission

AGREES, DIFFERS, CANNOT_SAY = "agrees", "differs", "cannot_say"
AT_MOST_OFFERED = 6

# What the words right after the number say that it counts; stems, in any of the languages.
_NEXT = r"^\W*+(?:\w++(?:-\w++){0,2}\W++){0,3}?"
WOMEN = re.compile(rf"{_NEXT}(?:женщин|девуш|әйел|қыздар|women|woman|female|servicewom)", re.I)
WOMEN_BEFORE = re.compile(r"(?:женщин\w*|әйел\w*|women|female\w*)\W{1,4}(?:[\w-]+\W+)?$", re.I)
YEARS = re.compile(r"^\W*+(?:\w++(?:-\w++){0,2}\W++)??(?:years?\b|лет\b|год(?:а|ов|у)?\b|жыл)", re.I)
MISSIONS = re.compile(rf"{_NEXT}(?:missions?\b|operations?\b|мисси|операци)", re.I)
TOURS = re.compile(rf"{_NEXT}(?:tours?\b|rotations?\b|командиров|ротаци|іссапар)", re.I)
OTHER_UNITS = re.compile(
    r"[^\w\n]*(?:км|километр|метр|тонн|доллар|тенге|теңге|час|минут|дн(?:я|ей|ям)|сут(?:ок|ки)|недел|месяц|государств|стран|раз\b"
    r"|шақырым|сағат|күн\b|апта|ай\b|мемлекет|ел\b|рет\b|km\b|kilomet|met(?:re|er)s|miles|hours?\b|days?\b|weeks?\b|months?\b"
    r"|tonnes|dollars|countries|nations|times\b|percent)",
    re.I,
)
PEOPLE = re.compile(
    r"человек|людей|военнослуж|миротвор|казахстан|солдат|офицер|наблюдател|қазақстан|сарбаз|адам|әскери|бітімгер|бейбіт|офицер"
    r"|people|persons|soldiers|troops|peacekeepers|personnel|officers|observers|kazakhstan|service",
    re.I,
)
SERVED = re.compile(
    r"приняли\s+участие|участвовал|прошли|побывал|за\s+вс[её]\s+время|took\s+part|taken\s+part|have\s+served|has\s+sent"
    r"|қатыс(?:ты|қан)|өтті|өткерді|барып\s+қайтты",
    re.I,
)
SERVING = re.compile(
    r"настоящее\s+время|сегодня|сейчас|проходят|несут|принимают\s+участие|\bслуж[аиу]|находятся|currently|now\b|today|serv(?:e|es|ing)\b"
    r"|deployed|stationed|қазір|бүгін|жүр\b|қызмет|атқар|қатысуда",
    re.I,
)
CEILING = re.compile(
    r"парламент|санкционир|мандат\w*\s+предусм|разреш|authori[sz]|ceiling|parliament|рұқсат|бекіт", re.I
)
DEATHS = re.compile(r"погиб|умер|killed|died|deaths?\b|fatalit|lost\s+their\s+lives|қаза|опат|мерт", re.I)
ONE_BY_ONE = re.compile(r"наблюдател|штабн|observers?\b|staff\s+officers?|advisers?|байқаушы|штаб", re.I)
IN_A_BODY = re.compile(r"контингент|рот[аыеу]\b|батальон|contingent|battalion|company|казбат|қазбат", re.I)

SHORTEST_STEM = 4
COMMON_IN = 5  # a word of so many missions' descriptions says nothing of one of them
ENOUGH = 0.2
NAME = re.compile(r"[A-ZА-ЯЁӘҒҚҢӨҰҮҺІ][\w’'-]+")
ENDING = re.compile(
    r"(?:ск|дағы|дегі|тағы|тегі|ндағы|ның|нің|дың|дің|тың|тің|да|де|та|те|ая|ые|ых|ый|ой|ом|ам|ах|а|е|и|ы|у|я|ь|й|о)$"
)


@dataclass(frozen=True)
class Candidate:
    """A figure that a number might be, and whether the record's answer agrees with it."""

    answer: figures.Answer
    agreement: str
    on: object = None  # the day, where it is not the story's

    @property
    def asked(self):
        """The figure as it stands in a token."""
        return f"{self.answer.question} on={self.on}" if self.on else str(self.answer.question)

    @property
    def told(self):
        return claims.what_record_says(self.answer)


@dataclass(frozen=True)
class Suggestion:
    """A number as it stands in the text, and the figures that it might be, the likeliest first.

    `before` and `after` are the rest of its sentence.
    """

    number: numbers.Number
    candidates: tuple = ()
    before: str = ""
    after: str = ""

    @property
    def text(self):
        return self.number.text

    @property
    def value(self):
        return self.number.value

    @property
    def sentence(self):
        return self.number.sentence

    @property
    def answer(self):
        return self.candidates[0].answer if self.candidates else None

    @property
    def chosen(self):
        """The candidate to offer first: one that the record bears out, where there is one; printing it is one click."""
        agreeing = (candidate for candidate in self.candidates if candidate.agreement == AGREES)
        return next(agreeing, self.candidates[0] if self.candidates else None)


def suggest(text, *, on, language=None):
    """This will return a `Suggestion` for every number of the text that may be a figure, in reading order.

    Each candidate is asked for the story's day `on`, and for the days that the sentence names. All are asked at once,
    in a number of queries that does not grow with the text.
    """
    found = numbers.counts(text, language=language)
    places = Places() if found else None
    wanted = []
    for number in found:
        named = places.named_in(number.sentence)
        days = [*(day for day in day_words.days(number.sentence, on=on) if day != on), None]
        questions = _figures(text, number, named, places.with_own_people)
        wanted.append((number, named, [(question, day) for question in questions for day in days]))
    asked = list(dict.fromkeys((str(question), day) for _number, _named, pairs in wanted for question, day in pairs))
    by_text = {str(question): question for _number, _named, pairs in wanted for question, _day in pairs}
    answers = dict(zip(asked, figures.ask_many([(by_text[text], day or on) for text, day in asked]), strict=True))
    suggestions = []
    for number, named, pairs in wanted:
        candidates = [_candidate(number, answers[str(question), day], day) for question, day in pairs]
        is_elsewhere = not named and places.names_a_place(number)
        ranked = tuple(_ranked(number, candidates, named, is_elsewhere))
        suggestions.append(Suggestion(number, ranked, *_around(text, number)))
    return suggestions


def _around(text, number):
    """This will return what of its sentence stands before and after a number, with single blanks."""
    before = " ".join(f"{text[number.sentence_start : number.start]}|".split())[:-1]
    return before, number.sentence[len(before) + len(" ".join(number.text.split())) :]


def _candidate(number, answer, day):
    held = claims.holds(number.value, number.relation, answer) if isinstance(number.value, int) else None
    return Candidate(answer, {True: AGREES, False: DIFFERS, None: CANNOT_SAY}[held], day)


def _ranked(number, candidates, named, is_elsewhere):
    """This will return the candidates, the likeliest first.

    A mission that the sentence does not name is worth offering only where the record has just that number for it; it
    comes first where the sentence names a place that the record does not know.
    """
    kept = []
    for place, candidate in enumerate(candidates):
        mission = candidate.answer.question.parameters.get("mission")
        is_guess = mission is not None and mission not in named
        if is_guess and candidate.answer.value != number.value:
            continue
        rank = is_guess != is_elsewhere if candidate.agreement == AGREES else 2 + is_guess
        kept.append((is_guess and not is_elsewhere, rank if not named else 0, place, candidate))
    kept.sort(key=lambda one: one[:3])
    return [candidate for *_rank, candidate in kept][:AT_MOST_OFFERED]


def counts_something_else(text, number):
    """This will say whether a number counts what the record never does: kilometres, hours, money."""
    return OTHER_UNITS.match(text, number.end) is not None


def _figures(text, number, named, with_own_people):
    """This will return the questions that the words around a number ask, in the order of likelihood."""
    end = text.find("\n", number.end)
    after = text[number.end : end if end >= 0 else None][:120]
    before = text[number.sentence_start : number.start]
    if counts_something_else(text, number):
        return []
    missions = [*named, *(acronym for acronym in with_own_people if acronym not in named)]
    if YEARS.match(after):
        keys = ["years_since_first_contingent", "years_since_first_tour"]
        return [figures.Question(key) for key in (keys if IN_A_BODY.search(number.sentence) else keys[::-1])]
    if WOMEN.match(after) or WOMEN_BEFORE.search(before):
        return _each("women", named, missions)
    if MISSIONS.match(after):
        return [figures.Question("missions_joined")]
    if TOURS.match(after):
        return _each("tours", named, missions)
    sentence = number.sentence
    questions = []
    if DEATHS.search(sentence):
        questions += [figures.Question("own_fatalities")]
        questions += [figures.Question("fatalities", {"mission": acronym}) for acronym in named]
    if CEILING.search(sentence):
        questions += [figures.Question("authorised_strength", {"mission": acronym}) for acronym in missions]
    # What stands nearest before or after the number decides between those who served and those who serve.
    served, serving = (_distance(rule, before, after) for rule in (SERVED, SERVING))
    if served is None and serving is None and not PEOPLE.search(after[:60]):
        return questions
    keys = ["strength", "persons_served"]
    if served is not None and (serving is None or served <= serving):
        keys.reverse()
    kind = "individual" if ONE_BY_ONE.search(sentence) else "contingent" if IN_A_BODY.search(sentence) else ""
    for key in keys:
        questions += _each(key, named, missions, kind)
    return questions


def _distance(rule, before, after):
    """This will return how far from the number the rule's nearest words stand in its sentence, or None."""
    after = re.split(r"[.!?](?:\s|$)", after)[0]
    distances = [len(before) - match.end() for match in rule.finditer(before)]
    distances += [match.start() for match in rule.finditer(after)]
    return min(distances, default=None)


def _each(key, named, missions, kind=""):
    """This will ask a figure of the missions named, of all together, and of each other one with own people."""
    others = [acronym for acronym in missions if acronym not in named]
    places = [*({"mission": acronym} for acronym in named), {}, *({"mission": acronym} for acronym in others)]
    questions = [figures.Question(key, place) for place in places]
    if kind:
        narrowed = named or [None]
        questions[len(narrowed) : len(narrowed)] = [
            figures.Question(key, {**({"mission": acronym} if acronym else {}), "kind": kind}) for acronym in narrowed
        ]
    return questions


class Places:
    """The words by which the record's missions are known: names, acronyms, host countries, headquarters, mandates."""

    def __init__(self):
        missions = list(Mission.objects.prefetch_related("host_countries", "aliases").order_by("pk"))
        own = set(Deployment.objects.values_list("mission", flat=True).distinct())
        own |= set(
            Contribution.objects.known(None).filter(contributor__iso3=settings.CONTRIBUTOR)
            .values_list("mission", flat=True).distinct()
        )  # fmt: skip
        self.with_own_people = [mission.acronym for mission in missions if mission.pk in own]
        self.acronyms = {}
        words = {}
        for mission in missions:
            for acronym in (mission.acronym, *(alias.acronym for alias in mission.aliases.all())):
                self.acronyms[acronym] = mission.acronym
            words[mission.acronym] = _words_of(mission)
        seen = Counter(stem for stems in words.values() for stem in stems)
        # "Republic" stands in the names of two missions' hosts, and in those of half the world.
        for country in Country.objects.values_list("name_kk", "name_ru", "name_en"):
            seen.update({_stem(word) for name in country for word in NAME.findall(name)})
        own_names = Country.objects.filter(iso3=settings.CONTRIBUTOR).values_list("name_kk", "name_ru", "name_en")
        self.own_stems = {_stem(word) for names in own_names for name in names for word in NAME.findall(name)}
        self.stems = {
            acronym: {stem: 1 / seen[stem] for stem in stems - self.own_stems if seen[stem] <= COMMON_IN}
            for acronym, stems in words.items()
        }

    def named_in(self, sentence):
        """This will return the acronyms of the missions that a sentence names, the surest first."""
        sure = [known for acronym, known in self.acronyms.items() if re.search(rf"\b{re.escape(acronym)}\b", sentence)]
        heard = [word.lower() for word in NAME.findall(sentence)]
        scores = {
            acronym: sum(weight for stem, weight in stems.items() if any(word.startswith(stem) for word in heard))
            for acronym, stems in self.stems.items()
        }
        guessed = sorted(
            (acronym for acronym, score in scores.items() if score >= ENOUGH and acronym not in sure),
            key=lambda acronym: (-scores[acronym], acronym not in self.with_own_people, acronym),
        )
        best = [acronym for acronym in guessed if scores[acronym] >= scores[guessed[0]] / 2]
        return list(dict.fromkeys([*sure, *(best if not sure else ())]))[:3]

    def names_a_place(self, number):
        """This will say whether the sentence holds a name, not its first word and not the country's own."""
        names = [match for match in NAME.finditer(number.sentence) if match.start() > 0]
        return any(
            not any(match[0].lower().startswith(stem) for stem in self.own_stems) and not match[0].isupper()
            for match in names
        )


def _words_of(mission):
    """This will return the stems of the names that stand in what the record says of a mission."""
    texts = [mission.headquarters, *(getattr(mission, f"name_{language}") for language in ("kk", "ru", "en"))]
    texts += [
        getattr(country, f"name_{language}")
        for country in mission.host_countries.all() for language in ("kk", "ru", "en")
    ]  # fmt: skip
    found = {_stem(word) for text in texts for word in NAME.findall(text)}
    # In a running text the first word is a name by its place only.
    for language in ("kk", "ru", "en"):
        mandate = getattr(mission, f"mandate_{language}")
        found |= {_stem(match[0]) for match in NAME.finditer(mandate) if language == "kk" or match.start() > 0}
    return {stem for stem in found if len(stem) >= SHORTEST_STEM}


def _stem(word):
    word = word.lower()
    shorter = ENDING.sub("", word)
    return shorter if len(shorter) >= SHORTEST_STEM else word

"""Finds the numbers in a plain text and suggests which figure of the record each might claim."""

import re
from dataclasses import dataclass

from missions import figures

# Number words from two to twenty in the forms that news features use; one is left out: it is mostly an article.
WORDS = {
    2: "two двух двумя две двое екі", 3: "three трёх трех тремя три трое үш", 4: "four четырёх четырех четыре төрт",
    5: "five пяти пять бес", 6: "six шести шесть алты", 7: "seven семи семь семью жеті",
    8: "eight восьми восемь сегіз", 9: "nine девяти девять тоғыз", 10: "ten десяти десять он",
    11: "eleven одиннадцати одиннадцать", 12: "twelve двенадцати двенадцать", 13: "thirteen тринадцати тринадцать",
    14: "fourteen четырнадцати четырнадцать", 15: "fifteen пятнадцати пятнадцать",
    16: "sixteen шестнадцати шестнадцать", 17: "seventeen семнадцати семнадцать",
    18: "eighteen восемнадцати восемнадцать", 19: "nineteen девятнадцати девятнадцать",
    20: "twenty двадцати двадцать жиырма",
}  # fmt: skip
BY_WORD = {word: number for number, words in WORDS.items() for word in words.split()}
NUMBER = re.compile(rf"\b(\d{{1,3}}(?:[  ]\d{{3}})+|\d+)\b|\b({'|'.join(BY_WORD)})\b", re.I)
SENTENCE = re.compile(r"[^.!?]+[.!?]?")
YEAR = re.compile(r"(19|20)\d\d")

# Words near a number, and the figure that they speak of; the first that fits is suggested. Word stems, lower case.
NEAR = [
    (r"^\W*(?:\w+\W+){0,2}(?:women|женщин|әйел)", "women"),
    (r"^\W*(?:\w+\W+){0,2}(?:years|лет\b|год|жыл)", "years_since_first_tour"),
    (r"^\W*(?:\w+\W+){0,2}(?:missions|мисси|миссия)", "missions_joined"),
]
PLACES = [("golan", "UNDOF"), ("голан", "UNDOF"), ("lebanon", "UNIFIL"), ("ливан", "UNIFIL"), ("сахар", "MINURSO"),
          ("sahara", "MINURSO")]  # fmt: skip
SERVED = ("приняли участие", "took part", "have served", "қатысты", "қатысқан")
SERVING = ("в настоящее время", "сегодня", "currently", "now", "today", "қазір", "бүгінде", "службу")


@dataclass(frozen=True)
class Suggestion:
    """A number as it stands in the text, its value, its sentence, and what the record answers to it."""

    text: str
    value: int
    sentence: str
    answer: figures.Answer | None = None


def suggest(text, *, on):
    """This will return every number of the text but years and days of the month, in reading order.

    Each comes with the record's answer for the day `on` where the words near it speak of a figure.
    """
    found, answers = [], {}
    for sentence in SENTENCE.findall(text):
        for match in NUMBER.finditer(sentence):
            digits = re.sub(r"\D", "", match[1] or "")
            if digits and YEAR.fullmatch(digits) and not match[1].count(" "):
                continue
            value = int(digits) if digits else BY_WORD[match[2].lower()]
            key = _figure(sentence.lower(), match.end())
            if key and key not in answers:
                answers[key] = _ask(key, on)
            found.append(Suggestion(match[0], value, " ".join(sentence.split()), answers.get(key)))
    return found


def _figure(sentence, end):
    """This will return the figure that the words after the number, or around it, speak of."""
    for pattern, key in NEAR:
        if re.search(pattern, sentence[end:]):
            return key
    if any(words in sentence for words in SERVED) and not any(words in sentence for words in SERVING[:1]):
        return "persons_served"
    if any(words in sentence for words in SERVING):
        place = next((acronym for stem, acronym in PLACES if stem in sentence), None)
        return f"strength mission={place}" if place else "strength"
    return None


def _ask(key, on):
    try:
        return figures.ask(figures.parse(key), on=on)
    except figures.UnknownFigure:
        return None  # the record has no such mission yet; the number stays without a suggestion

"""Measures how well search finds the forms of words: recall and precision of a test set, beside plain matching.

Each form is a text of its own in an index that this connection alone sees and that ends with it; the queries take the
way of every reader's.
"""

import csv
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from articles.models import Language, SearchEntry
from articles.search import asking
from articles.search.engines import Index, Row, in_language
from articles.search.indexing import words_of

QUERIES = Path(__file__).parent / "queries"
COLUMNS = ["language", "query", "must_match", "must_not_match"]


class BadQueries(Exception):
    """The file of queries cannot be read; `problems` name the lines."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Case:
    """A query, the forms that it must find, and those that it must not."""

    line: int
    language: str
    query: str
    must: tuple
    must_not: tuple


@dataclass
class Score:
    """What one way of matching found of the forms of one language."""

    wanted: int = 0
    found: int = 0
    wrong: int = 0
    slips: list = field(default_factory=list)  # (line, query, form, "missed" or "wrong")

    @property
    def recall(self):
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def precision(self):
        return self.found / (self.found + self.wrong) if self.found + self.wrong else 1.0


def read(path):
    """This will return (the cases of a CSV file, sentences on the lines that cannot be read, each with its number)."""
    cases, problems = [], []
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            rows = csv.reader(file)
            head = [cell.strip() for cell in next(rows, [])]
            if head != COLUMNS:
                raise BadQueries([f"{path}, line 1: the columns are {','.join(COLUMNS)}, not {','.join(head)}."])
            for cells in rows:
                if not any(cell.strip() for cell in cells):
                    continue
                case, problem = _case(rows.line_num, cells)
                if problem:
                    problems.append(f"{path}, line {rows.line_num}: {problem}")
                else:
                    cases.append(case)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadQueries([f"{path} cannot be read: {error}"]) from error
    return cases, problems


def _case(line, cells):
    if len(cells) == len(COLUMNS) - 1:
        cells = [*cells, ""]  # without its last comma
    if len(cells) != len(COLUMNS):
        return None, f"it has {len(cells)} cells instead of {len(COLUMNS)}."
    language, query, *lists = (cell.strip() for cell in cells)
    if language not in Language.values:
        return None, f"the language is {language or 'missing'}; it is one of {', '.join(Language.values)}."
    if not query:
        return None, "the query is missing."
    must, must_not = (tuple(dict.fromkeys(filter(None, map(str.strip, cell.split("|"))))) for cell in lists)
    if not must and not must_not:
        return None, "it names no form, neither one to find nor one to leave."
    if both := set(must) & set(must_not):
        return None, f"{', '.join(sorted(both))} cannot be both found and left."
    return Case(line, language, query, must, must_not), None


def measure(cases):
    """This will return {language: {"search": Score, "plain": Score}} of these cases."""
    scores = defaultdict(lambda: {"search": Score(), "plain": Score()})
    with transaction.atomic():
        index, numbers = _index(cases)
        for case in cases:
            asked = asking.Question(case.query, (case.language,))
            answer = set(asking.search(asked, readable=set, index=index).editions)
            ours = {form for form in (*case.must, *case.must_not) if numbers[case.language, form] in answer}
            plain = {form for form in (*case.must, *case.must_not) if _plainly(case.query, form)}
            for name, found in (("search", ours), ("plain", plain)):
                _count(scores[case.language][name], case, found)
        index.drop()
    return dict(scores)


def _index(cases):
    index = Index("quality", temporary=True)
    index.install()
    numbers, rows, keys = {}, [], set()
    for case in cases:
        for form in (*case.must, *case.must_not):
            if (case.language, form) in numbers:
                continue
            number = numbers[case.language, form] = len(numbers) + 1
            held, found = words_of("", "", form, case.language)
            keys |= found
            rows.append(Row(SearchEntry.DAY + number, number, held, in_language(case.language), form))
    index.put(rows)
    index.learn(keys)
    return index, numbers


def _plainly(query, form):
    """This will say whether every word of the query stands in the form just so, in whatever case."""
    return set(re.findall(r"\w+", query.lower())) <= set(re.findall(r"\w+", form.lower()))


def _count(score, case, found):
    score.wanted += len(case.must)
    for form in case.must:
        if form in found:
            score.found += 1
        else:
            score.slips.append((case.line, case.query, form, "missed"))
    for form in case.must_not:
        if form in found:
            score.wrong += 1
            score.slips.append((case.line, case.query, form, "wrong"))


def languages_of(cases):
    return Counter(case.language for case in cases)

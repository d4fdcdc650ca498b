import re
from pathlib import Path

import pytest

from articles import advice, attachments, numbers, photos, review, tokens
from articles.models import Claim
from ledger.roles import ROLES
from missions import figures
from reports.catalogue import REPORTS
from reports.run import SMALL, SMALL_PAPER
from reports.writers import pdf
from tests import makers

ROOT = Path(__file__).resolve().parent.parent
EDITORS = ROOT / "docs/editors.md"
PAGES = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_readme_is_read_in_one_sitting():
    assert len((ROOT / "README.md").read_text().splitlines()) < 120


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_the_docs_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def rights_of_the_docs():
    """This will return the roles at the head of the table, and (cells, permission strings) for each of its rows."""
    table = EDITORS.read_text().split("## Who may do what")[1]
    head, _line, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]
    return head[1:-1], [(row[:-1], _strings(row[-1])) for row in rows]


def _strings(cell):
    """`articles.add+change_photo photouse` stands for four permissions."""
    found = set()
    for code in re.findall(r"`([^`]+)`", cell):
        first, *nouns = code.split()
        app, verbs, noun = re.fullmatch(r"(\w+)\.([a-z+]+)_(\w+)", first).groups()
        found |= {f"{app}.{verb}_{one}" for verb in verbs.split("+") for one in [noun, *nouns]}
    return found


def test_the_docs_say_of_every_role_what_it_may_and_nothing_else():
    roles, rows = rights_of_the_docs()
    assert roles == list(ROLES)
    wrong = []
    for (right, *cells), strings in rows:
        for role, cell in zip(roles, cells, strict=True):
            held = strings & ROLES[role]
            if cell not in ("yes", "–") or held != (strings if cell == "yes" else set()):
                wrong.append((right, role, cell, sorted(held)))
    assert wrong == []
    every = set().union(*ROLES.values())
    named = set().union(*(strings for _cells, strings in rows))
    assert sorted(every - named) == [], "give these rights a row in docs/editors.md"


@pytest.mark.django_db
def test_every_figure_that_the_docs_show_can_be_asked_and_none_is_left_out():
    makers.golan_mission()
    shown = tokens.find(" ".join(re.findall(r"\[\[.*?\]\]", EDITORS.read_text())))
    keys = {token.question.key for token in shown if isinstance(token, tokens.FigureToken)}
    assert keys == set(figures.VOCABULARY)
    by_mission = {key for key, figure in figures.VOCABULARY.items() if figure.mission == "required"}
    by_kind = {key for key, figure in figures.VOCABULARY.items() if figure.by_kind}
    must, _semicolon, may = _row_of("`mission=`").partition(";")
    assert set(re.findall(r"`(\w+)`", must)) == by_mission
    may_take = {key for key, figure in figures.VOCABULARY.items() if figure.mission == "optional"}
    assert set(re.findall(r"`(\w+)`", may)) == may_take
    assert set(re.findall(r"`(\w+)`", _row_of("`kind=contingent` or"))) == by_kind


def _row_of(beginning):
    (row,) = [line for line in EDITORS.read_text().splitlines() if line.startswith(f"| {beginning}")]
    return row.split(" | ", 1)[1]


@pytest.mark.parametrize("relation", Claim.Relation.values)
def test_the_words_that_the_docs_show_for_a_relation_are_read_as_that_relation(relation):
    words = re.findall(r"`(.+?)`", _row_of(relation.replace("_", " ")))
    assert len(words) >= 3
    assert {numbers.only(one).relation for one in words} == {relation}


def test_the_limits_that_the_docs_tell_editors_are_those_of_the_code():
    text = " ".join(EDITORS.read_text().split())
    for sentence in (
        f"more than {advice.LONGEST_TITLE} characters, a standfirst of more than {advice.LONGEST_STANDFIRST};",
        f"more than {advice.LONGEST_SENTENCE} words", f"in at most {tokens.LONGEST_WORDS} characters",
        f"up to {photos.LARGEST >> 20} MB and {photos.MOST_PIXELS // 10**6} million pixels",
        f"told by the content, up to {attachments.LARGEST >> 20} MB", f"1 to {review.LONGEST} days, {review.USUAL} if",
    ):  # fmt: skip
        assert sentence in text


@pytest.mark.parametrize(
    "folder", ["articles", "articles/admin", "articles/models", "ledger", "ledger/models", "reports", "reports/models"]
)
def test_every_module_of_the_newsroom_the_ledger_and_the_reports_has_its_line_in_the_architecture(folder):
    described = set(re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", (ROOT / "docs/architecture.md").read_text(), re.M))
    named = set(re.findall(r"`(\w+)`", " ".join(described)))
    modules = {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"}
    assert sorted(modules - named) == []


def test_the_docs_list_every_report_with_what_it_takes_and_for_whom():
    table = (ROOT / "docs/reports.md").read_text()
    rows = re.findall(r"^\| (.+?) \| `([\w-]+)` \| ((?:`\w+` ?)*)\| `([\w.]+)` \|$", table, re.M)
    assert [(title, slug, tuple(re.findall(r"`(\w+)`", takes)), whom) for title, slug, takes, whom in rows] == [
        (str(report.title), slug, report.takes, report.permission) for slug, report in REPORTS.items()
    ]
    for number in (f"{SMALL:,}", f"{SMALL_PAPER:,}", f"{pdf.MOST_ROWS:,}", f"{pdf.MOST_CELLS:,}"):
        assert number in table


def test_the_docs_name_every_variable_of_the_environment():
    variables = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
    table = (ROOT / "docs/operations.md").read_text()
    assert [name for name in variables if f"| `{name}` |" not in table] == []
    settings = (ROOT / "peacekeeping/settings.py").read_text()
    of_one_command = {"NEW_DATABASE_URL"}  # move_database reads it, and nothing else
    assert set(re.findall(r'read\("\w+", "([A-Z_]+)"', settings)) == set(variables) - of_one_command


def test_every_test_that_the_threat_model_names_is_there():
    text = (ROOT / "docs/threat-model.md").read_text()
    named = set(re.findall(r"`(test_\w+|tests/\w+)`", text))
    assert len(named) > 30
    paths = {ROOT / (name if "/" in name else f"tests/{name}.py") for name in named}
    assert [path for path in sorted(paths) if not path.exists()] == []

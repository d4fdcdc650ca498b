import re
from pathlib import Path

import pytest

from articles import tokens
from ledger.roles import ROLES
from missions import figures
from tests import makers

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_readme_is_read_in_one_sitting():
    assert len((ROOT / "README.md").read_text().splitlines()) < 120


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_the_docs_leads_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def rights_of_the_docs():
    """This will return the roles at the head of the table, and (cells, permission strings) for each of its rows."""
    table = (ROOT / "docs/editors.md").read_text().split("## Who may do what")[1]
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
    shown = re.findall(r"^\| `(\[\[.*?\]\])`", (ROOT / "docs/editors.md").read_text(), re.M)
    keys = {token.question.key for token in tokens.find(" ".join(shown))}
    assert keys == set(figures.VOCABULARY)


def test_the_docs_name_every_variable_of_the_environment():
    variables = re.findall(r"^#? ?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M)
    table = (ROOT / "docs/operations.md").read_text()
    assert [name for name in variables if f"| `{name}` |" not in table] == []
    settings = (ROOT / "peacekeeping/settings.py").read_text()
    assert set(re.findall(r'read\("\w+", "([A-Z_]+)"', settings)) == set(variables)

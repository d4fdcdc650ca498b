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


def test_the_docs_name_every_role_and_no_other():
    table = (ROOT / "docs/editors.md").read_text().split("## Who may do what")[1]
    assert set(re.findall(r"^\| ([a-z ]+) \|", table, re.M)) - {"role"} == set(ROLES)


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

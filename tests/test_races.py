"""Two people at once: one wins, the other is told, and nothing stands between the two.

The races run on PostgreSQL, where two writers are really at work together, and on SQLite too, where the second waits at
BEGIN: there they hold that it is told the same. They are played by `tests/races.py` in a process and upon a database of
its own, since connections of their own must see each other's commits.
"""

import json
import os
import subprocess
import sys

import pytest

from tests.house import ROOT
from tests.own_database import own_database


@pytest.fixture(scope="module")
def races(tmp_path_factory):
    """What came of each race: nothing, or why its promise was not kept."""
    with own_database(tmp_path_factory.mktemp("races")) as address:
        environment = {
            **os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "peacekeeping.settings",
            "PYTHONPATH": str(ROOT), "MEDIA_ROOT": str(tmp_path_factory.mktemp("media")),
        }  # fmt: skip
        for arguments in (["manage.py", "migrate", "-v0"], ["tests/races.py"]):
            done = subprocess.run(
                [sys.executable, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=280,
                check=False,
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def kept(races, race):
    assert races[race] == "", races[race]


def test_of_two_approvals_of_one_draft_one_wins_and_the_other_is_told(races):
    kept(races, "two_approvals_of_one_draft")


def test_a_text_saved_while_it_is_approved_is_printed_or_handed_back_and_nothing_between(races):
    kept(races, "an_approval_and_a_save")


def test_of_ten_editors_who_save_at_once_one_wins_and_nine_see_the_winners_text_and_keep_theirs(races):
    kept(races, "ten_editors_save_one_text")


@pytest.mark.parametrize("race", ["two_open_the_next_edition", "two_open_the_next_edition_from_two_earlier_ones"])
def test_who_opens_the_next_edition_at_the_same_time_as_a_colleague_makes_no_second_draft(races, race):
    kept(races, race)


def test_a_withdrawal_never_takes_the_next_edition_with_it(races):
    kept(races, "a_withdrawal_and_the_approval_of_the_next")


def test_a_text_is_handed_in_once(races):
    kept(races, "two_submits")


def test_a_text_that_is_sent_back_while_it_is_approved_is_one_of_the_two(races):
    kept(races, "an_approval_and_a_sending_back")


def test_no_photo_slips_into_an_edition_while_it_is_approved(races):
    kept(races, "an_approval_and_one_more_photo")


@pytest.mark.parametrize("what", ["name", "place"])
def test_a_name_or_place_that_is_revoked_while_a_story_is_approved_never_reaches_the_public(races, what):
    kept(races, f"an_approval_and_a_revoked_{what}")


def test_who_is_seen_in_a_picture_while_a_story_is_approved_never_reaches_the_public_uncleared(races):
    kept(races, "an_approval_and_somebody_seen_in_its_picture")


def test_of_two_stories_that_take_one_address_at_once_one_is_refused(races):
    kept(races, "two_stories_take_one_address")


def test_while_an_erasure_lifts_the_rules_everybody_else_is_held_to_them(races):
    kept(races, "a_writer_while_the_rules_are_lifted")

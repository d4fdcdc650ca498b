"""How long ready pages hold: by the site's version, by the clock, and while the database is away."""

import os
import threading

import pytest

from peacekeeping.page_cache import pages, watch
from peacekeeping.page_cache.front import Front
from peacekeeping.page_cache.watch import Generation, Watch
from tests.fixtures.page_cache import LATER, MB, TEXT, Site, ask


def test_a_new_version_of_the_site_is_rendered_anew_and_the_pages_before_are_forgotten(layer, site, database, clocks):
    ask(layer), ask(layer, "/ru/")
    database.version, site.says = 2, b"withdrawn"
    clocks.pass_by(LATER)
    assert ask(layer).body == b"withdrawn" and len(layer.pages) == 1
    database.version = 1  # a database that was put back to an earlier state
    site.says = TEXT
    clocks.pass_by(LATER)
    assert ask(layer).body == TEXT


def test_no_look_counts_for_longer_than_it_may(layer, site, database, clocks):
    ask(layer)
    looks = database.looks
    clocks.pass_by(watch.FRESH - 0.01)
    ask(layer)
    assert database.looks == looks
    clocks.pass_by(0.02)
    ask(layer)
    assert database.looks == looks + 1 and site.renderings == 1
    assert watch.FRESH + watch.EVERY < 1


def test_the_clocks_turn_brings_a_new_rendering_without_any_look(layer, site, database, clocks):
    database.ends = clocks.wall + 0.1
    ask(layer)
    database.ends, site.says = clocks.wall + 3600, b"after"
    clocks.pass_by(0.1)
    assert ask(layer).body == b"after" and site.renderings == 2


def test_a_clock_that_is_set_back_brings_back_nothing_of_the_future(layer, site, database, clocks):
    ask(layer)
    clocks.wall, site.says = clocks.wall - 1000, b"before"
    assert ask(layer).body == b"before"


def test_a_process_that_stood_still_asks_before_it_answers(layer, site, database, clocks):
    """As after SIGSTOP and SIGCONT, or a machine that slept: the first answer is not stale."""
    ask(layer)
    database.version, site.says = 2, b"withdrawn"
    clocks.pass_by(3600)
    database.ends = database.until_gone = clocks.wall + 3600
    assert ask(layer).body == b"withdrawn"


def test_a_look_that_began_before_the_process_stood_still_does_not_count(layer, site, database, clocks):
    ask(layer)
    look = database.look

    def stopped_within(known):
        found = look(known)
        clocks.pass_by(60)
        return found

    layer.watch._look = stopped_within
    clocks.pass_by(LATER)
    layer.watch.look()
    assert layer.watch.now() is None


def test_while_the_database_is_away_pages_are_served_as_they_were_and_say_so(layer, site, database, clocks):
    ask(layer)
    database.answers, site.grants, site.status, site.says = False, False, "500 Oops", b"oops"
    clocks.pass_by(LATER)
    stale = ask(layer)
    assert (stale.status, stale.body, stale.told) == (200, TEXT, "page-cache; hit; detail=database-away")
    assert ask(layer, "/ru/").status == 500 and ask(layer, cookie="sessionid=1").status == 500
    assert ask(layer, if_none_match=stale.headers["ETag"]).status == 304
    clocks.pass_by(300)
    assert ask(layer).status == 500
    database.answers, site.grants, site.status, site.says = True, True, "200 OK", b"again"
    clocks.pass_by(watch.EVERY)
    assert ask(layer).told == "page-cache; hit" and ask(layer).body == TEXT  # nothing changed meanwhile
    database.version = 2
    clocks.pass_by(LATER)
    assert ask(layer).body == b"again"


def test_no_page_is_served_beyond_a_moment_at_which_something_must_be_gone(layer, site, database, clocks):
    database.ends, database.until_gone = clocks.wall + 10, clocks.wall + 20
    ask(layer)
    database.answers, site.says, site.grants = False, b"not from the layer", False
    clocks.pass_by(15)  # something comes meanwhile: it may wait
    assert ask(layer).told == pages.STALE
    clocks.pass_by(5)
    assert ask(layer).body == b"not from the layer"


def test_a_page_of_an_earlier_state_is_not_served_while_the_database_is_away(layer, site, database, clocks):
    ask(layer), ask(layer, "/ru/")
    database.version = 2
    clocks.pass_by(LATER)
    ask(layer)  # the layer has seen the change
    layer.pages.put(pages.Page(("here", "/kk/", "", None), Generation(1, 0, 9e9, 9e9), [], TEXT))
    database.answers, site.grants, site.says = False, False, b"not from the layer"
    clocks.pass_by(LATER)
    assert ask(layer).told == pages.STALE
    assert ask(layer, "/ru/").body == ask(layer, "/kk/").body == b"not from the layer"


def test_the_watch_looks_by_itself_and_tells_of_each_change_once():
    changes, version, seen = [], [1], threading.Semaphore(0)

    def look(known):
        if known is None or known.version != version[0]:
            return Generation(version[0], 0, float("inf"), float("inf"))
        return known

    def on_change(generation):
        changes.append(generation.version)
        seen.release()

    alone = Watch(on_change, look=look)
    assert alone.now() is None and alone._thread is None  # nothing begins before the first question
    assert alone.generation().version == 1 and seen.acquire(timeout=5)
    version[0] = 2
    assert seen.acquire(timeout=5) and alone.now().version == 2 and changes == [1, 2]


def test_a_watch_whose_thread_died_begins_another():
    """Else one error would leave the process without the layer for good, or with pages of yesterday."""

    def look(known):
        return known or Generation(1, 0, float("inf"), float("inf"))

    alone = Watch(lambda generation: None, look=look)
    alone._thread = threading.Thread(target=lambda: None)
    alone._thread.start()
    alone._thread.join()
    assert alone.generation().version == 1 and alone._thread.is_alive()


def test_while_a_look_hangs_only_the_first_waits_for_it(monkeypatch):
    monkeypatch.setattr(watch, "PATIENCE", 0.01)
    hangs = threading.Event()

    def look(known):
        hangs.wait(10)
        raise ConnectionError

    alone = Watch(lambda generation: None, look=look)
    assert alone.generation() is None and alone.is_away
    monkeypatch.setattr(alone, "_looked", None)  # who asks now waits for nothing
    assert alone.generation() is None
    monkeypatch.undo()
    hangs.set()


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_that_forks_after_its_first_answer_watches_in_its_child_too():
    version = [1]

    def look(known):
        return known if known and known.version == version[0] else Generation(version[0], 0, 9e12, 9e12)

    site = Site()
    layer = Front(site, limit=MB, stale_for=300)
    layer.watch._look = look
    assert ask(layer).body == TEXT
    reads, writes = os.pipe()
    child = os.fork()
    if not child:  # it must not come back into the test
        try:
            site.says, version[0] = b"new", 2
            layer.watch.seen_at = float("-inf")
            os.write(writes, ask(layer).body)
        finally:
            os._exit(0)
    os.close(writes)
    os.waitpid(child, 0)
    with os.fdopen(reads, "rb") as said:
        assert said.read() == b"new"
    assert ask(layer).body == TEXT

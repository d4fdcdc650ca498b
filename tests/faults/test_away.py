"""What a house stands on goes away: its database, for a restart and for a minute, and its cache."""

import signal
import time

import pytest

from tests.faults import parts
from tests.faults.people import READY, STALE, Desk, Readers, ask

HOME, LIST, COLD = "/en/", "/en/articles/", "/en/timeline/"


@pytest.mark.postgresql
def test_a_database_that_restarts_or_is_away_for_a_minute_costs_no_reader_a_page_and_nobody_what_was_saved(
    site_of_its_own, cluster
):
    site = site_of_its_own
    keys = site.prepare()
    node = site.run(parts.Node)
    node.start()
    editor = Desk(node.address, "editor")
    acknowledged, tried = {}, iter(zip(keys["to_write"], keys["to_approve"], strict=True))

    def work():
        """Writes one text and approves another, and returns whether both were acknowledged."""
        draft, ready = next(tried)
        text = f"Written at {time.monotonic()}."
        if editor.write(draft, text):
            acknowledged[draft] = text
        if editor.approve(ready):
            acknowledged[ready] = "The mark of story number"
        return draft in acknowledged and ready in acknowledged

    with Readers(node.address, [HOME, LIST]) as readers:
        time.sleep(3)  # both processes have the pages by then
        assert work() and work()
        time.sleep(3)

        cluster.stop("fast")
        cluster.start()
        parts.until(lambda: parts.status_of(f"{node.address}/health/ready") == 200, 20, "readiness after a restart")
        assert work()
        time.sleep(3)

        cluster.stop("immediate")
        away = time.monotonic()
        parts.until(lambda: parts.status_of(f"{node.address}/health/ready") == 503, 5, "the word that it is not ready")
        assert parts.status_of(f"{node.address}/health/live") == 200
        assert not work()
        assert ask(node.address, COLD).status == 503
        time.sleep(max(away + 60 - time.monotonic(), 0))
        back = time.monotonic()
        assert {answer.kept for answer in readers.since(away + 5)} == {STALE}
        cluster.start()
        parts.until(lambda: parts.status_of(f"{node.address}/health/ready") == 200, 20, "readiness after a minute")
        parts.until(lambda: ask(node.address, LIST).kept == READY, 10, "a page of now")
        assert work() and ask(node.address, COLD).is_whole
    assert readers.failed() == []
    assert back - away >= 60 and len(readers.since(away)) > 300
    held = site.tell()
    assert {key: text for key, text in acknowledged.items() if text not in held[key]["body"]} == {}
    for key in keys["to_approve"]:
        is_there = ask(node.address, f"/en/articles/{held[key]['slug']}/").status
        assert is_there == (200 if held[key]["state"] == "approved" else 404)
        assert key not in acknowledged or is_there == 200


@pytest.mark.postgresql  # nothing of it is of one database
def test_without_its_cache_a_house_goes_on_and_signs_people_in(site):
    keys = site.prepare()
    redis = site.run(parts.Redis)
    redis.start()
    node = site.run(parts.Node, environment={"CACHE_URL": redis.address})
    node.start()
    editor = Desk(node.address, "editor")
    with Readers(node.address, [HOME, LIST, COLD]) as readers:
        assert editor.write(keys["to_write"][0], "With the cache.")
        redis.process.send_signal(signal.SIGSTOP)  # it takes connections, and answers nobody
        assert editor.write(keys["to_write"][1], "While it hangs.")
        redis.process.send_signal(signal.SIGCONT)
        redis.kill()
        assert editor.write(keys["to_write"][2], "Without it.") and editor.approve(keys["to_approve"][0])
        colleague = Desk(node.address, "author")
        assert colleague.get("/admin/").url.endswith("/admin/")
        redis.start()
        assert editor.write(keys["to_write"][3], "With it again.")
    assert readers.failed() == []
    held = site.tell()
    assert ["With the cache" in held[keys["to_write"][0]]["body"], "While" in held[keys["to_write"][1]]["body"],
            "Without" in held[keys["to_write"][2]]["body"], "again" in held[keys["to_write"][3]]["body"]] == [True] * 4  # fmt: skip

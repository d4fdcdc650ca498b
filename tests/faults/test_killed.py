"""Processes that are killed outright: those that answer, and those that make reports."""

import os
import signal
import time

from tests.faults import parts, scene
from tests.faults.people import Desk, Readers, ask

HOME, LIST = "/en/", "/en/articles/"


def test_a_killed_web_worker_takes_nothing_with_it_and_another_stands_in_its_place(site):
    keys = site.prepare()
    node = site.run(parts.Node)
    node.start()
    editor = Desk(node.address, "editor")
    written, approved, asked, killed = {}, [], [], []
    with Readers(node.address, [HOME, LIST, "/en/missions/"]) as readers:
        for number, (draft, ready) in enumerate(zip(keys["to_write"][:24], keys["to_approve"][:24], strict=True)):
            if number % 8 == 4:
                before = node.worker_ids()
                killed.append(time.monotonic())
                os.kill(before[0], signal.SIGKILL)  # the one that lives longest
                parts.until(lambda old=before: len(node.worker_ids()) == 2 and node.worker_ids() != old, 30, "another")
            text = f"Written at {time.monotonic()}."
            if editor.write(draft, text):
                written[draft] = text
            asked.append(ready)
            if editor.approve(ready):
                approved.append(ready)
    assert len(killed) == 3 and len(written) > 18 and len(approved) > 18
    assert node.process.poll() is None
    # What was under way in the killed worker is cut off, and nobody else is told anything but the page.
    for path, status, at in readers.failed():
        assert status == 0 and any(-1 < at - moment < 2 for moment in killed), (path, status, at, killed)
    assert len(readers.failed()) <= 4 * len(killed) < len(readers.answers) / 10
    held = site.tell()
    assert {draft: text for draft, text in written.items() if text not in held[draft]["body"]} == {}
    for key in asked:
        answer = ask(node.address, f"/en/articles/{held[key]['slug']}/")
        if held[key]["state"] == "approved":
            assert answer.is_whole and "The mark of story number" in answer.text
        else:
            assert key not in approved and answer.status == 404


def test_a_report_whose_worker_is_killed_is_made_by_the_next_one_while_readers_read(site):
    site.do("prepare_many_rows()")
    node, worker = site.run(parts.Node), site.run(parts.Worker)
    node.start()
    worker.start()
    worker.process.send_signal(signal.SIGSTOP)
    staff = Desk(node.address, "report-staff")
    with Readers(node.address, [HOME, "/en/missions/"], number=2) as readers:
        runs = [staff.take_report(scene.MANY, format="csv", language="en") for _run in range(2)]
        assert all(runs)
        site.do(f"kill_at_work({worker.process.pid})")
        worker.kill()
        site.do("a_minute_passes()")
        another = site.run(parts.Worker)
        another.start()
        parts.until(lambda: site.reports()["ready"] == 2, 120, "both reports")
    assert readers.failed() == []
    files = [staff.get(f"{run}file").content for run in runs]
    assert files[0] == files[1] and files[0].count(b"\n") > scene.ROWS
    assert {site.do(f"verify({run.split('/')[-2]})") for run in runs} == {"verified"}
    assert another.end() == 0

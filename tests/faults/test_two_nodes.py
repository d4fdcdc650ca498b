"""Two nodes with one PostgreSQL, one Redis and one S3 store, a balancer in front: a newsroom's life through both."""

import os
import re
import signal
import time

import pytest

from tests import makers
from tests.faults import parts, scene
from tests.faults.people import Desk, Readers, ask

pytestmark = pytest.mark.postgresql
HOME, LIST = "/en/", "/en/articles/"


class TwoNodes:
    """The nodes with a worker on each machine, and their balancer."""

    def __init__(self, site):
        self.site = site
        redis, store = site.run(parts.Redis), site.run(parts.Store)
        redis.start()
        store.start()
        site.environment |= {
            "CACHE_URL": redis.address, "MEDIA_STORAGE": f"s3://media/house?endpoint={store.address}&region=us-east-1",
            "AWS_ACCESS_KEY_ID": "of-a-test", "AWS_SECRET_ACCESS_KEY": "of-a-test",
        }  # fmt: skip
        self.nodes = [site.run(parts.Node, environment=self.own(place)) for place in range(2)]
        for node in self.nodes:
            node.start()
        self.balancer = site.run(parts.Balancer, self.nodes)
        self.balancer.start()
        self.address = self.balancer.address

    def own(self, place):
        """What is of one machine alone: nothing that the other needs may lie there."""
        folder = self.site.folder / f"machine-{place}"
        folder.mkdir(exist_ok=True)
        return {"MEDIA_ROOT": f"{folder}/media", "METRICS_DIR": f"{folder}/metrics", "TMPDIR": str(folder)}


@pytest.fixture
def house(site):
    return TwoNodes(site)


def until_both(house, path, is_so, seconds=1.0):
    """This will wait until both nodes answer so, and fail where that takes longer."""
    began = time.monotonic()
    for node in house.nodes:
        while not is_so(ask(node.address, path)):
            assert time.monotonic() - began < seconds + 1, (
                f"{path} is not so on both nodes"
            )  # a page may have to be made
            time.sleep(0.02)


def test_a_newsroom_lives_through_two_nodes_as_through_one(house):
    keys = house.site.prepare()
    first, second = house.nodes
    worker = house.site.run(parts.Worker, environment=house.own(1))
    worker.start()
    with Readers(house.address, [HOME, LIST, "/en/missions/"], number=2) as readers:
        # Signed in on one node, at work on the other: a cookie is of the house.
        editor = Desk(first.address, "editor")
        editor.address = second.address
        draft, ready = keys["to_write"][0], keys["to_approve"][0]
        assert editor.write(draft, "On the second node.")
        editor.address = first.address
        assert editor.write(draft, "On the first one.")

        # A picture comes in by one node, is given its credit on the other, and is shown by both.
        photographer = Desk(first.address, "photo-editor")
        picture = makers.picture((1600, 1200))
        upload = "/admin/articles/photo/upload/"
        assert "It waits below" in photographer.post(upload, files={"files": ("golan.jpg", picture)}).text
        photographer.address = second.address
        key = re.search(r'name="([0-9a-f]{64})-credit"', photographer.get(upload).text)[1]
        kept = {"credit": "Ministry of Defence", "licence": "CC BY 4.0", "alt_en": "A post", "caption_en": "A post"}
        answer = photographer.post(
            upload, keep="1", **{f"{key}-{name}": value for name, value in kept.items()}
        )  # fmt: skip
        assert answer.status_code == 200 and f"{key}-credit" not in answer.text
        rendition = house.site.do(f"show_photo({ready})")

        # Approved on one node, public on both within a second; its picture comes from the bucket by either.
        editor.address = second.address
        assert editor.approve(ready)
        story = f"/en/articles/{house.site.tell()[ready]['slug']}/"
        until_both(house, story, lambda answer: answer.is_whole and rendition in answer.text)
        until_both(house, LIST, lambda answer: f'href="{story}"' in answer.text)
        for node in house.nodes:
            parts.until(lambda at=node.address: parts.status_of(f"{at}{rendition}") == 200, 10, "the picture")

        # Withdrawn on the other: gone from both.
        editor.address = first.address
        assert editor.withdraw(ready)
        until_both(house, story, lambda answer: answer.status == 410)
        assert {parts.status_of(f"{node.address}{rendition}") for node in house.nodes} == {404}

        # A report that one node was asked for is made by the worker of the other machine, and fetched by either node.
        house.site.do("make_many_rows()")
        staff = Desk(first.address, "report-staff")
        run = staff.take_report(scene.MANY, format="csv", language="en")
        parts.until(lambda: house.site.reports()["ready"] == 1, 90, "the report")
        files = []
        for node in house.nodes:
            staff.address = node.address
            files.append(staff.get(f"{run}file").content)
        assert files[0] == files[1] and files[0].count(b"\n") > scene.ROWS

        # Who guesses passwords is counted by both together.
        guesser = Desk(first.address, "nobody")
        said = []
        for number in range(14):
            guesser.address = house.nodes[number % 2].address
            said.append(guesser.post("/admin/login/", login="editor", password="wrong").text)
        assert "Too many" in said[-1] and "Too many" not in said[0]
    assert readers.failed() == []
    held = house.site.tell()
    assert "On the first one." in held[draft]["body"] and held[ready]["state"] == "withdrawn"


def test_two_nodes_are_deployed_one_after_the_other_and_no_reader_or_writer_notices(house):
    site = house.site
    keys = site.prepare()
    editor = Desk(house.address, "editor")
    written, approved, while_leaving = {}, [], []
    for node in house.nodes:
        node.end()
        node.start(grace=7)  # as it is run behind a balancer that asks every two seconds
    parts.until(lambda: {parts.status_of(f"{node.address}/health/ready") for node in house.nodes} == {200}, 20)
    parts.until(lambda: ask(house.address, HOME).is_whole, 20)
    time.sleep(5)
    work = iter(zip(keys["to_write"], keys["to_approve"], strict=True))
    with Readers(house.address, [HOME, LIST, "/en/missions/", "/en/search/?q=Golan"]) as readers:

        def go_on():
            draft, ready = next(work)
            text = f"Written at {time.monotonic()}."
            assert editor.write(draft, text) and editor.approve(ready)
            written[draft] = text
            approved.append(ready)

        go_on()
        site.manage("migrate", "-v0")  # first the database, for which both versions work
        for node in house.nodes:
            node.environment["CODE_VERSION"] = "the next one"
            before = len(approved)
            node.process.terminate()
            while node.process.poll() is None:
                go_on()
                time.sleep(0.5)
            assert node.process.returncode == 0
            while_leaving.append(len(approved) - before)
            node.start(grace=7)
            parts.until(lambda: ask(house.address, HOME).is_whole, 10)
            for _time in range(3):
                go_on()
                time.sleep(1)
    assert readers.failed() == []
    # How many there are says how fast the machine is; each node has to have left while somebody read and wrote.
    assert len(readers.answers) > 400 and min(while_leaving) > 1, while_leaving
    held = site.tell()
    assert {key: text for key, text in written.items() if text not in held[key]["body"]} == {}
    assert {held[key]["state"] for key in approved} == {"approved"}
    for key in approved:
        assert ask(house.address, f"/en/articles/{held[key]['slug']}/").is_whole


def test_when_one_node_dies_the_other_answers_everybody(house):
    site = house.site
    keys = site.prepare()
    editor = Desk(house.address, "editor")
    assert editor.write(keys["to_write"][0], "Before.")
    with Readers(house.address, [HOME, LIST]) as readers:
        time.sleep(1)
        dead = house.nodes[0]
        for worker in dead.worker_ids():
            os.kill(worker, signal.SIGKILL)
        dead.kill()
        died = time.monotonic()
        time.sleep(6)
        assert editor.write(keys["to_write"][1], "After.")
    assert readers.failed() == [], "what was under way is asked of the other node"
    assert len(readers.since(died)) > 100
    held = site.tell()
    assert "Before." in held[keys["to_write"][0]]["body"] and "After." in held[keys["to_write"][1]]["body"]

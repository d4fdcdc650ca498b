"""A real replica, which PostgreSQL streams to: it answers readers, lags, dies and comes back, and nobody reads less."""

import tempfile
import time

import psycopg2
import pytest

from tests import postgres
from tests.faults import parts
from tests.faults.people import Desk, Readers, ask

pytestmark = pytest.mark.postgresql
HOME, LIST, SEARCH = "/en/", "/en/articles/", "/en/search/?q=Golan"


@pytest.fixture
def replica(cluster):
    with tempfile.TemporaryDirectory(prefix="replica-") as folder:
        made = postgres.Cluster(folder, cluster.binaries, streams_from=cluster, max_connections=300)
        made.start()
        yield made
        made.stop("immediate")


def told(cluster, question):
    """This will ask a cluster by hand, and return the first cell of the answer."""
    connection = psycopg2.connect(cluster.address)
    try:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(question)
        return cursor.fetchone()[0]
    finally:
        connection.close()


def work_of(cluster):
    """This will return how many rows a cluster has handed out so far."""
    told(cluster, "SELECT 1 FROM (SELECT pg_stat_force_next_flush()) f")
    return told(cluster, "SELECT tup_fetched + tup_returned FROM pg_stat_database WHERE datname = current_database()")


def test_a_replica_that_lags_or_dies_makes_no_page_old_and_no_reader_wait(site_of_its_own, cluster, replica):
    site = site_of_its_own
    keys = iter(site.prepare()["to_approve"])
    assert told(replica, "SELECT pg_is_in_recovery()") is True
    node = site.run(parts.Node, environment={"DATABASE_REPLICA_URL": replica.address, "PAGE_CACHE": "off"})
    node.start()
    editor = Desk(node.address, "editor")
    held = site.tell()

    def approve_one():
        """Approves a story, and returns how long it took until readers have it."""
        key = next(keys)
        assert editor.approve(key)
        path = f'href="/en/articles/{held[key]["slug"]}/"'
        return parts.until(lambda: path in ask(node.address, LIST).text, 1, "the story")

    with Readers(node.address, [HOME, LIST, SEARCH], number=2) as readers:
        before = work_of(replica)
        approve_one()
        time.sleep(3)
        assert work_of(replica) > before + 1_000, "readers are answered by it"

        told(replica, "SELECT 1 FROM (SELECT pg_wal_replay_pause()) p")  # it lags, and goes on lagging
        approve_one()
        approve_one()
        told(replica, "SELECT 1 FROM (SELECT pg_wal_replay_resume()) p")
        approve_one()

        replica.stop("immediate")
        approve_one()
        replica.start()
        approve_one()
        before = work_of(replica)
        parts.until(lambda: work_of(replica) > before + 3_000, 20, "the replica's turn after five seconds")
    assert readers.failed() == []
    assert max(later.at - first.at for first, later in zip(readers.answers, readers.answers[1:], strict=False)) < 3
    site.tell()

"""A clock that jumps, forward and back, under the processes of a node."""

import pytest

from tests.faults import parts
from tests.faults.people import Desk, Readers, ask

pytestmark = pytest.mark.postgresql  # nothing of it is of one database
HOUR = 3600
LIST = "/en/articles/"


def test_a_clock_that_jumps_shows_nothing_that_is_over_and_loses_nothing(site):
    keys = site.prepare()
    clock = parts.Clock(site.folder)
    node = site.run(parts.Node, environment=clock.environment)
    node.start()
    ends, comes = keys["to_approve"][:2]
    site.do(f"hours({ends}, {comes})")
    editor = Desk(node.address, "editor")
    held = site.tell()
    of_now, of_later = (f"/en/articles/{held[key]['slug']}/" for key in (ends, comes))

    def shown(path, status):
        """Whether each of many answers is of that status, and the list says the same: either process is asked."""
        found = {ask(node.address, path).status for _time in range(8)}
        listed = {f'href="{path}"' in ask(node.address, LIST).text for _time in range(8)}
        return found == {status} and listed == {status == 200}

    with Readers(node.address, ["/en/", LIST]) as readers:
        parts.until(lambda: shown(of_now, 200) and shown(of_later, 404), 10, "the first state")
        assert editor.write(keys["to_write"][0], "Before the jump.")

        clock.jump(2 * HOUR - 60)  # short of the two hours after which an idle session ends
        parts.until(lambda: shown(of_later, 200), 5, "what was due")
        parts.until(lambda: ask(node.address, of_now).status != 200, 5, "the end of what was over")
        assert f'href="{of_now}"' not in ask(node.address, LIST).text
        assert editor.write(keys["to_write"][1], "After it.") and editor.approve(keys["to_approve"][2])

        clock.jump(0)
        parts.until(lambda: shown(of_now, 200), 5, "what is not over yet")
        parts.until(lambda: ask(node.address, of_later).status == 404, 5, "what is not due yet")
        assert editor.write(keys["to_write"][2], "Back again.") and editor.approve(keys["to_approve"][3])
        assert ask(node.address, f"/en/articles/{held[keys['to_approve'][3]]['slug']}/").is_whole

        clock.jump(30 * HOUR)
        assert not editor.write(keys["to_write"][3], "By a session that is over.")
        assert editor.sign_in("editor") and editor.write(keys["to_write"][3], "The day after.")
    assert readers.failed() == []
    held = site.tell()
    for place, text in enumerate(("Before the jump.", "After it.", "Back again.", "The day after.")):
        assert text in held[keys["to_write"][place]]["body"]
    assert held[keys["to_approve"][2]]["state"] == held[keys["to_approve"][3]]["state"] == "approved"


def test_a_session_of_a_clock_that_went_ahead_does_not_last_for_ever(site):
    site.prepare()
    clock = parts.Clock(site.folder)
    clock.jump(1000 * HOUR)
    node = site.run(parts.Node, environment=clock.environment)
    node.start()
    editor = Desk(node.address, "editor")
    assert editor.get("/admin/").url.endswith("/admin/")
    clock.jump(0)
    assert "/admin/login/" in editor.get("/admin/").url, "it would end twelve hours after a day that is weeks away"

"""What the layer of ready pages does for many who ask at once, and where a rendering fails them."""

import threading

import pytest

from peacekeeping.page_cache import front, kept
from tests.fixtures.page_cache import LATER, TEXT, Body, ask


def crowd(layer, number=20, **request):
    """This will let so many ask at once and return their answers, or what was raised for them."""
    answers, together = [], threading.Barrier(number)

    def one():
        together.wait()
        try:
            answers.append(ask(layer, **request))
        except Exception as error:
            answers.append(error)

    threads = [threading.Thread(target=one) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(answers) == number and not layer._flights
    return answers


def all_wait(layer, site, number):
    """This will let a rendering end only when all others of the crowd wait for it."""
    waiting, full = [], threading.Event()
    wait = front.Flight.wait

    def counted(flight):
        waiting.append(flight)
        if len(waiting) == number - 1:
            full.set()
        return wait(flight)

    def during():
        if kept.ASKED in site.asked[-1]:
            assert full.wait(20)

    site.during = during
    return counted


def test_a_crowd_on_an_expired_page_makes_one_rendering(layer, site, database, clocks, monkeypatch):
    ask(layer)
    database.version, site.says = 2, b"new"
    clocks.pass_by(LATER)
    layer.watch.look()
    monkeypatch.setattr(front.Flight, "wait", all_wait(layer, site, 20))
    answers = crowd(layer)
    assert site.renderings == 2 and {answer.body for answer in answers} == {b"new"}


def test_a_change_under_a_crowd_begins_no_second_crowd(layer, site, database, clocks, monkeypatch):
    layer.watch.look()
    counted = all_wait(layer, site, 20)
    wait_for_all = site.during

    def during():
        wait_for_all()
        database.version = 2
        layer.watch.look()

    site.during = during
    monkeypatch.setattr(front.Flight, "wait", counted)
    answers = crowd(layer)
    assert site.renderings == 1 and {answer.body for answer in answers} == {TEXT}
    assert len(layer.pages) == 0  # who comes now gets the new state
    site.during, site.says = (lambda: None), b"new"
    assert ask(layer).body == b"new"


def test_where_a_rendering_is_not_to_be_kept_each_of_the_crowd_gets_an_answer_of_their_own(layer, site, monkeypatch):
    layer.watch.look()
    site.grants, site.headers = False, [("Set-Cookie", "of=one")]
    monkeypatch.setattr(front.Flight, "wait", all_wait(layer, site, 20))
    answers = crowd(layer)
    assert site.renderings == 20 and {answer.status for answer in answers} == {200} and len(layer.pages) == 0


def test_where_a_rendering_fails_nobody_is_left_waiting(layer, site, monkeypatch):
    layer.watch.look()
    counted = all_wait(layer, site, 20)
    wait_for_all = site.during

    def during():
        if kept.ASKED in site.asked[-1]:
            wait_for_all()
            raise RuntimeError("it broke")

    site.during = during
    monkeypatch.setattr(front.Flight, "wait", counted)
    answers = crowd(layer)
    assert sum(isinstance(answer, RuntimeError) for answer in answers) == 1
    assert sum(getattr(answer, "body", b"") == TEXT for answer in answers) == 19 and len(layer.pages) == 0


def test_a_body_that_breaks_off_is_neither_kept_nor_answered_by_half(layer, site):
    class Broken(Body):
        def __iter__(self):
            yield b"half"
            raise RuntimeError("it broke")

    broken, started = Broken(), []

    def application(environ, start_response):
        environ[kept.GRANTED] = True
        start_response("200 OK", [])
        return broken

    layer._application = application
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/en/", "HTTP_HOST": "here"}
    with pytest.raises(RuntimeError):
        layer(environ, lambda *answer: started.append(answer))
    assert started == [] and broken.closed and len(layer.pages) == 0 and not layer._flights

"""Redis, and the house without it: nobody is kept out, no page breaks, and who guesses passwords is stopped all the same."""

import signal
import time

import pytest
from django.core.cache import caches
from django.test import Client

from ledger import accounts
from ledger.backends import shared_cache
from tests.faults.parts import Redis

pytestmark = pytest.mark.django_db


@pytest.fixture
def redis(settings, monkeypatch, tmp_path):
    monkeypatch.setattr(shared_cache.SharedCache, "_away_until", float("-inf"))
    redis = Redis(tmp_path / "redis.log")
    redis.start()
    settings.CACHES = {
        "default": {
            "BACKEND": "ledger.backends.shared_cache.SharedCache",
            "LOCATION": redis.address,
        },
        "of another process": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": redis.address,
        },
    }
    yield redis
    caches["default"]._own.clear()
    redis.kill()


def tries_until_refused(limit=40):
    for tried in range(1, limit):
        try:
            accounts.try_password("editor", place="192.0.2.1")
        except accounts.CannotSignIn:
            return tried
    return None


def test_while_redis_answers_all_processes_count_together(redis):
    caches["default"].set("x", 1, 60)
    assert caches["of another process"].get("x") == 1


def test_without_redis_people_sign_in_pages_are_shown_and_guessing_has_an_end(redis, editor):
    editor.set_password("the right one, long")
    editor.save()
    caches["default"].set("x", 1, 60)
    redis.kill()
    client, began = Client(), time.monotonic()
    assert (
        client.post("/admin/login/", {"login": editor.username, "password": "the right one, long"}).status_code == 302
    )
    for path in ("/admin/", "/data/v1/datapackage.json"):
        assert client.get(path, follow=True).status_code == 200
    assert caches["default"].get("x") is None
    assert tries_until_refused() == accounts.MOST_WRONG_FOR_NAME + 1
    assert time.monotonic() - began < 10, "each question would wait for what is not there"


def test_when_redis_is_back_it_is_asked_again(redis, monkeypatch):
    monkeypatch.setattr(shared_cache, "RESPITE", 0.05)
    redis.kill()
    caches["default"].set("x", "of this process", 60)
    assert caches["default"].get("x") == "of this process"
    redis.start()
    time.sleep(0.06)
    assert caches["default"].get("x") is None  # Redis has lost it, and says so
    caches["default"].set("x", "of all", 60)
    assert caches["of another process"].get("x") == "of all"


def test_a_redis_that_hangs_costs_a_request_a_moment_once(redis):
    redis.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    for _time in range(20):
        caches["default"].add("x", 1, 60)
    assert time.monotonic() - began < 3 * shared_cache.PATIENCE
    redis.process.send_signal(signal.SIGCONT)

"""The settings of a production site, in processes of its own: what Django's check says, and what HTTPS=on changes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# As docs/operations.md has them.
PRODUCTION = {
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_", "DEBUG": "off", "HTTPS": "on",
    "ALLOWED_HOSTS": "record.example,127.0.0.1", "SITE_URL": "https://record.example",
    "EMAIL_URL": "smtp+tls://house:secret@mail.example:587", "CACHE_URL": "rediscache://127.0.0.1:6379/0",
}  # fmt: skip
ASK = """
import json, django, pytest  # nothing is collected here: static files bear their plain names
django.setup()
from django.conf import settings
from django.test import Client
from ledger.models import User

User.objects.create_superuser("root", password="a long pass phrase")
asked = {}

def ask(name, method, address, tls=True, client=None, host="record.example", **form):
    told = {"host": host, **({"x-forwarded-proto": "https"} if tls else {})}
    answer = getattr(client or Client(), method)(address, form or None, headers=told)
    cookies = {key: {"secure": bool(one["secure"]), "httponly": bool(one["httponly"]), "samesite": one["samesite"],
               "path": one["path"], "domain": one["domain"]} for key, one in answer.cookies.items()}
    asked[name] = {"status": answer.status_code, "headers": dict(answer.items()), "cookies": cookies}

desk = Client()
ask("page", "get", "/en/about/")
ask("plain", "get", "/en/about/?x=1", tls=False)
ask("plain, to another host", "get", "/en/about/", tls=False, host="elsewhere.example")
ask("health", "get", "/health/live", tls=False)
ask("door", "get", "/admin/login/", client=desk)
ask("signed in", "post", "/admin/login/", client=desk, login="root", password="a long pass phrase")
ask("language", "post", "/i18n/setlang/", client=desk, language="ru")
print(json.dumps(asked))
"""


@pytest.fixture
def production(monkeypatch):
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)


def test_djangos_check_for_deployment_finds_nothing_in_the_settings_that_the_docs_give(
    production, tmp_path, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/x.sqlite3")
    command = [
        sys.executable,
        "-W",
        "error::RuntimeWarning",
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout and "0 silenced" in done.stdout


@pytest.mark.django_db
def test_under_tls_there_are_hsts_cookies_of_this_host_alone_and_no_way_past(
    production, migrated, run_python, tmp_path
):
    out, err = run_python("-c", ASK).communicate(timeout=120)
    assert out, err
    asked = json.loads(out)
    page = asked["page"]["headers"]
    assert page["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "upgrade-insecure-requests" in page["Content-Security-Policy"].split("; ")
    assert asked["page"]["status"] == 200 and not asked["page"]["cookies"]
    led = asked["plain"]
    assert (led["status"], led["headers"]["Location"]) == (301, "https://record.example/en/about/?x=1")
    assert "frame-ancestors 'none'" in led["headers"]["Content-Security-Policy"]
    assert asked["plain, to another host"]["status"] == 400
    assert asked["health"]["status"] == 200
    # It says of a browser that somebody signed in there before, and is sent to the desk alone.
    device = asked["signed in"]["cookies"].pop("__Secure-desk-device")
    assert device["secure"] and device["httponly"] and device["path"] == "/admin/"
    cookies = asked["door"]["cookies"] | asked["signed in"]["cookies"] | asked["language"]["cookies"]
    assert set(cookies) == {"__Host-csrf", "__Host-session", "__Host-language"}
    for name, cookie in cookies.items():
        assert cookie == {"secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": ""}, name
    assert set(asked["door"]["cookies"]) == {"__Host-csrf"} and asked["signed in"]["status"] == 302

"""`make demo`: migrate, load, print who may sign in, and serve with the production server and DEBUG off,
with a worker beside it.

Everything lies under var/: the database, the pictures, the key, and the passwords of the demo's desk users.
"""

import argparse
import json
import os
import secrets
import sys
from pathlib import Path

VAR = Path(__file__).resolve().parent.parent.parent / "var"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    VAR.mkdir(exist_ok=True)
    os.environ.setdefault("SECRET_KEY", kept("demo-key", lambda: secrets.token_urlsafe(50)))
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    os.environ["DEBUG"] = "off"
    os.environ.setdefault("SECOND_FACTOR_DEMANDED", "off")  # on the desk of a real house nobody can leave it out
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("PUBLISHER_NAME", "Demo Press (мысал · пример · example)")
    os.environ.setdefault("CONTACT_EMAIL", "newsroom@demo-press.example")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peacekeeping.settings")
    prepare()
    address = f"http://127.0.0.1:{port}/"
    print(f"\n  {address}         the public site\n  {address}admin/   the desk\n  {address}reports/ the reports\n")
    for username, password in json.loads(kept("demo-users", lambda: "{}")).items():
        print(f"  {username:8} {password}")
    print(flush=True)
    # What runs both from now on is a small process, in place of this one with all that it loaded.
    os.execv(sys.executable, [sys.executable, "-m", "peacekeeping.demo.supervise", "--port", str(port)])


def prepare():
    """This will bring the database up to date, load the demo where it is missing, and collect the static files."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from peacekeeping.demo import load

    call_command("migrate", verbosity=0)
    try:
        passwords = load.load(at=timezone.now())
    except load.NotOurs as error:
        sys.exit(str(error))
    if passwords:
        (VAR / "demo-users").unlink(missing_ok=True)
        kept("demo-users", lambda: json.dumps(passwords))
    call_command("collectstatic", verbosity=0, interactive=False)


def kept(name, make):
    """This will return the text of the private file var/`name`, making it at first."""
    path = VAR / name
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(make())
    return path.read_text()


if __name__ == "__main__":
    main()

"""The settings, one file, read top to bottom; the environment decides (`.env.example` lists every variable).

With DEBUG off nothing is guessed: a missing key or an unreadable value stops the start and names the variable.
"""

import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django_prose_editor.config import html_tags
from js_asset import static_lazy

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
env.smart_cast = False
env.read_env(BASE_DIR / ".env")


def read(cast, name, default):
    """This will return the variable `name`, or refuse to start and say which variable cannot be read."""
    try:
        if cast == "bool" and env.str(name, default="").lower() not in YES_OR_NO:
            raise ValueError("use on or off")
        return getattr(env, cast)(name, default=default)
    except Exception as error:
        raise ImproperlyConfigured(f"The variable {name} cannot be read: {error}") from error


def checked_out(folder):
    """This will return the commit that is checked out in `folder`, or "" where none is."""
    head = folder / ".git/HEAD"
    if not head.is_file():
        return ""
    name = head.read_text().strip().removeprefix("ref: ")
    found = folder / ".git" / name
    packed = folder / ".git/packed-refs"
    if found.is_file():
        return found.read_text().strip()[:12]
    lines = packed.read_text().splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), name)[:12]


YES_OR_NO = {"", "on", "off", "true", "false", "yes", "no", "1", "0"}

# --- What kind of run this is ---------------------------------------------------------------------------------

DEBUG = read("bool", "DEBUG", False)
SECRET_KEY = read("str", "SECRET_KEY", "only-for-debug" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("The variable SECRET_KEY is missing. Set it to a long random text, or set DEBUG=on.")
if not DEBUG and len(SECRET_KEY) < 32:
    raise ImproperlyConfigured("The variable SECRET_KEY is too short: it needs at least 32 characters.")

ALLOWED_HOSTS = read("list", "ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = read("list", "CSRF_TRUSTED_ORIGINS", [])
HTTPS = read("bool", "HTTPS", False)  # True behind a TLS proxy that sets X-Forwarded-Proto

# --- Libraries, floors, building ----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "peacekeeping.apps.DeskConfig",  # Django's own admin, with our site class
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "imagekit",
    "simple_history",
    "django_prose_editor",
    "js_asset",
    "csp",
    "django_tasks",
    "django_tasks_db",
    # The floors, from the ground up. The building comes last: its receivers run after every floor's own.
    "ledger",
    "missions",
    "articles",
    "reports",
    "peacekeeping.apps.PeacekeepingConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "peacekeeping.middleware.TextCompressionMiddleware",
    "peacekeeping.page_cache.kept.GrantingMiddleware",
    "peacekeeping.headers.ContentSecurityPolicyMiddleware",
    "peacekeeping.machines.MachinesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "peacekeeping.doorstep.DoorstepMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "peacekeeping.middleware.MomentMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "peacekeeping.urls"
WSGI_APPLICATION = "peacekeeping.wsgi.application"
SITE_URL = read("str", "SITE_URL", "http://127.0.0.1:8000").rstrip("/")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
    # The public pages that are made most often: what Django's own engine does not find, which remembers what it lacks.
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates/public"],
        "OPTIONS": {"environment": "peacekeeping.public_pages.environment"},
    },
]

# --- The record's store ---------------------------------------------------------------------------------------

DATABASES = {"default": read("db_url", "DATABASE_URL", f"sqlite:///{VAR_DIR / 'peacekeeping.sqlite3'}")}
VAR_DIR.mkdir(exist_ok=True)  # a clean clone has no place for the database yet
if DATABASES["default"]["ENGINE"] not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
    raise ImproperlyConfigured("The variable DATABASE_URL must begin with sqlite:// or postgres://.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL: readers never wait for the writer. Immediate: a writer takes the lock at BEGIN, so that two of them
    # queue up instead of failing half-way with "database is locked".
    DATABASES["default"].update(ENGINE="ledger.backends.sqlite3", CONN_MAX_AGE=3600)
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # as Django's own engine has it
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        transaction_mode="IMMEDIATE",
        timeout=20,
        cached_statements=500,  # of a connection: the pages' questions and the desk's
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    )
else:
    # An hour: who opens a connection waits for the database to start a process, and makes the plans anew.
    DATABASES["default"].update(CONN_MAX_AGE=3600, CONN_HEALTH_CHECKS=True)
# Whether PostgreSQL keeps the plans of the pages' questions with each connection (missions.settled). Off behind a
# pooler that gives each transaction another connection.
DATABASE_PREPARES = read("bool", "DATABASE_PREPARES", True)
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql" and DATABASE_PREPARES:
    # A plan that is kept is made once, and not for each value.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c plan_cache_mode=force_generic_plan")

CACHES = {"default": read("cache_url", "CACHE_URL", "locmemcache://")}

# The layer of ready pages in front of Django (peacekeeping.page_cache). Off, each page is made when it is asked for.
PAGE_CACHE = read("bool", "PAGE_CACHE", not DEBUG)
PAGE_CACHE_MB = read("int", "PAGE_CACHE_MB", 8)  # for each process of the site
PAGE_CACHE_STALE = read("int", "PAGE_CACHE_STALE", 300)  # seconds that pages outlast the database

# --- People ---------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "ledger.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
EMAIL_CONFIG = read("email_url", "EMAIL_URL", "consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = read("int", "EMAIL_TIMEOUT", 5)  # seconds: what a mail server that is down may cost a person
DEFAULT_FROM_EMAIL = read("str", "DEFAULT_FROM_EMAIL", "Peacekeeping Record <noreply@localhost>")

# --- Languages and time ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "kk"
LANGUAGES = [("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["peacekeeping.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Almaty"

# The country whose record this is; every figure without a contributor of its own is about it (ISO 3166-1 alpha-3).
CONTRIBUTOR = read("str", "CONTRIBUTOR", "KAZ")
# Of the house's own rows, groups of fewer persons are not broken down by sex in public.
SMALL_GROUP = read("int", "SMALL_GROUP", 5)

# The newsroom of one person may switch this on; else nobody approves a text that they wrote or handed in.
OWN_TEXT_MAY_BE_APPROVED = read("bool", "OWN_TEXT_MAY_BE_APPROVED", False)

# Who runs this installation, in words that its pages print as they stand; what is empty they leave out.
HOUSE = {
    "publisher": read("str", "PUBLISHER_NAME", ""),
    "address": read("str", "PUBLISHER_ADDRESS", ""),
    "email": read("str", "CONTACT_EMAIL", ""),
    "phone": read("str", "CONTACT_PHONE", ""),
    "log_days": read("int", "LOG_DAYS", 0),  # 0: nobody has said it, and the page on privacy says so
}

# Work that outlasts a request waits in the database for `manage.py work`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# For how many days the file of a report that a worker made can be fetched; its run and its proof stay for ever.
REPORTS_KEPT_DAYS = read("int", "REPORTS_KEPT_DAYS", 7)
# What code made a report: kept in each run. Where no variable says it, the checkout does.
CODE_VERSION = read("str", "CODE_VERSION", "") or checked_out(BASE_DIR)

# --- Files ----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(read("str", "STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Nothing of MEDIA_ROOT has an address of its own: one view streams a photo after asking whether it is public.
MEDIA_ROOT = Path(read("str", "MEDIA_ROOT", str(VAR_DIR / "media")))
MEDIA_URL = "/media-is-private/"
STORAGES = {
    "default": {"BACKEND": "ledger.storage.HouseStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or "pytest" in sys.modules
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# The parts of the writing screen's editor that are ours; what a text may hold at all says articles.rendering.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy("desk/editor_parts.js")],
        "extensions": {
            "Speaker": html_tags(["cite"]),
            "Tokens": html_tags([]),
        },
    }
]
IMAGEKIT_CACHEFILE_DIR = "renditions"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # a long body in three languages fits many times

# --- Headers --------------------------------------------------------------------------------------------------

# Public pages carry no nonce (a nonce cannot be cached); peacekeeping.headers adds one on the desk.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # it ends with the browser, as the page on privacy says
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]  # a balancer asks each node itself, behind TLS
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# --- What the house says of itself ------------------------------------------------------------------------------

LOG_LEVEL = read("str", "LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(f"The variable LOG_LEVEL cannot be {LOG_LEVEL}: use DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"pymorphy3": {"level": "WARNING"}},  # it tells of each opening of its dictionary
}

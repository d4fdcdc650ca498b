"""The settings, one file, read top to bottom; the environment decides (`.env.example` lists every variable).

With DEBUG off nothing is guessed: a missing key or an unreadable value stops the start and names the variable.
"""

import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

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


def bucket_of(address):
    """This will return the storage that an address such as `s3://bucket/folder?endpoint=https://…&region=…` names."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.netloc or asked.keys() - {"endpoint", "region"}:
        raise ImproperlyConfigured("The variable MEDIA_STORAGE must read s3://bucket/folder?endpoint=…&region=….")
    options = {
        "bucket_name": parts.netloc, "location": parts.path.strip("/"), "endpoint_url": asked.get("endpoint"),
        "region_name": asked.get("region"),
    }  # fmt: skip
    return {"BACKEND": "ledger.backends.s3.PrivateBucket", "OPTIONS": options}


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
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
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
    "peacekeeping.access_log.RequestMiddleware",
    "peacekeeping.headers.HeadersMiddleware",  # whatever answers within, it has its headers
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "peacekeeping.middleware.TextCompressionMiddleware",
    "peacekeeping.page_cache.kept.GrantingMiddleware",
    "peacekeeping.machines.MachinesMiddleware",
    "peacekeeping.middleware.MethodsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "peacekeeping.doorstep.DoorstepMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ledger.middleware.SessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "peacekeeping.middleware.MomentMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "peacekeeping.urls"
PUBLIC_URLCONF = "peacekeeping.public_urls"  # the part of it that readers ask for
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
                "ledger.sign_in_frame.frame_of_sign_in",
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
        # A megabyte for each connection, and each thread has one. Half as much makes the front page a tenth slower.
        init_command="PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
        "PRAGMA cache_size=-1000;",
    )
else:
    # An hour: who opens a connection waits for the database to start a process, and makes the plans anew.
    DATABASES["default"].update(ENGINE="ledger.backends.postgresql", CONN_MAX_AGE=3600, CONN_HEALTH_CHECKS=True)
    # No request waits for ever for a database machine that is gone: neither for a connection nor for an answer on one.
    DATABASES["default"].setdefault("OPTIONS", {}).update(
        connect_timeout=read("int", "DATABASE_CONNECT_TIMEOUT", 5), tcp_user_timeout=30_000,  # milliseconds
        keepalives_idle=30, keepalives_interval=10, keepalives_count=3,
    )  # fmt: skip
# Whether PostgreSQL keeps the plans of the pages' questions with each connection (missions.settled). Off behind a
# pooler that gives each transaction another connection.
DATABASE_PREPARES = read("bool", "DATABASE_PREPARES", True)
if DATABASES["default"]["ENGINE"] == "ledger.backends.postgresql" and DATABASE_PREPARES:
    # A plan that is kept is made once, and not for each value.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c plan_cache_mode=force_generic_plan")

# Seconds for which a page waits for a statement, and for a lock (ledger.patience); commands and the worker wait on.
DATABASE_STATEMENT_TIMEOUT = read("int", "DATABASE_STATEMENT_TIMEOUT", 30)
DATABASE_LOCK_TIMEOUT = read("int", "DATABASE_LOCK_TIMEOUT", 20)
# Seconds for which a migration waits for a table that others read, since whoever comes next waits behind it.
MIGRATE_LOCK_TIMEOUT = read("int", "MIGRATE_LOCK_TIMEOUT", 5)

# Of what anybody may read, as much as can be is read from this one (peacekeeping.replica).
DATABASE_REPLICA = read("db_url", "DATABASE_REPLICA_URL", "") if env.str("DATABASE_REPLICA_URL", default="") else None
if DATABASE_REPLICA:
    if "postgresql" not in DATABASE_REPLICA["ENGINE"] or "postgresql" not in DATABASES["default"]["ENGINE"]:
        raise ImproperlyConfigured("The variable DATABASE_REPLICA_URL needs PostgreSQL, here and in DATABASE_URL.")
    own = DATABASES["default"]["OPTIONS"] | DATABASE_REPLICA.get("OPTIONS", {})
    limits = f"-c statement_timeout={DATABASE_STATEMENT_TIMEOUT}s -c default_transaction_read_only=on"
    if DATABASE_PREPARES:
        own["options"] = f"{limits} {own.get('options', '')}".strip()
    own["connect_timeout"] = 2
    DATABASE_REPLICA.update(ENGINE=DATABASES["default"]["ENGINE"], CONN_MAX_AGE=3600, OPTIONS=own)
    place = MIDDLEWARE.index("peacekeeping.machines.MachinesMiddleware")  # which asks for the state of the record
    MIDDLEWARE.insert(place, "peacekeeping.replica.ReplicaMiddleware")

CACHES = {"default": read("cache_url", "CACHE_URL", "locmemcache://")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):  # of Redis or Valkey; it outlives both
    CACHES["default"]["BACKEND"] = "ledger.backends.shared_cache.SharedCache"

# The layer of ready pages in front of Django (peacekeeping.page_cache). Off, each page is made when it is asked for.
PAGE_CACHE = read("bool", "PAGE_CACHE", not DEBUG)
PAGE_CACHE_MB = read("int", "PAGE_CACHE_MB", 4)  # for each process of the site
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
SESSION_HOURS = read("int", "SESSION_HOURS", 12)  # after which everybody signs in again
SESSION_IDLE_MINUTES = read("int", "SESSION_IDLE_MINUTES", 120)  # without a person's request, after which they do
PERSONAL_DATA_MINUTES = read("int", "PERSONAL_DATA_MINUTES", 60)  # after which a page of personal data asks again
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Keys that still open what an earlier SECRET_KEY closed: second factors, and letters under way.
SECRET_KEY_FALLBACKS = read("list", "SECRET_KEY_FALLBACKS", [])

# Off for the demonstration alone: whoever may see personal data or approve then needs no second factor.
SECOND_FACTOR_DEMANDED = read("bool", "SECOND_FACTOR_DEMANDED", True)

# Signing in is django-allauth's; what the house decides of it stands in ledger.adapters and ledger.factors.
ACCOUNT_ADAPTER = "ledger.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "ledger.forms.SignInForm", "reauthenticate": "ledger.forms.PasswordAgainForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]  # of accounts that nobody can make: the library asks for a list
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900  # seconds: for changes of how somebody signs in
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "5/5m/key", "reauthenticate": "20/m/user"}
MFA_ADAPTER = "ledger.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an account's address is the one that it was invited by
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = SITE_URL.startswith("http://localhost:")  # a developer's own machine
# The house's own single sign-on (OpenID Connect), where there is one.
OIDC_SERVER_URL = read("str", "OIDC_SERVER_URL", "")
OIDC_NAME = read("str", "OIDC_NAME", "Single sign-on")
OIDC_PROVES_TWO_FACTORS = read("bool", "OIDC_PROVES_TWO_FACTORS", False)
SOCIALACCOUNT_ADAPTER = "ledger.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
if OIDC_SERVER_URL:
    INSTALLED_APPS.insert(INSTALLED_APPS.index("allauth.mfa"), "allauth.socialaccount.providers.openid_connect")
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "house",
                    "name": OIDC_NAME,
                    "client_id": read("str", "OIDC_CLIENT_ID", ""),
                    "secret": read("str", "OIDC_CLIENT_SECRET", ""),
                    "settings": {"server_url": OIDC_SERVER_URL},
                }
            ],
        }
    }
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

# For how many years after their last tour people are kept by name; then the desk proposes to anonymise them. 0: ever.
RETENTION_YEARS = read("int", "RETENTION_YEARS", 0)
# Whether those whose time is over are anonymised by the daily round, without two people's word.
RETENTION_AUTOMATIC = read("bool", "RETENTION_AUTOMATIC", False)
# The ids of everybody who was erased, beside the database: a restored backup is held against it (`erase_again`).
ERASED_LIST = Path(read("str", "ERASED_LIST", str(VAR_DIR / "erased.jsonl")))

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

# Where to tell of a hole in this installation: an address such as mailto:security@house.example or https://….
SECURITY_CONTACT = read("str", "SECURITY_CONTACT", f"mailto:{HOUSE['email']}" if HOUSE["email"] else "")
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith(("mailto:", "https://", "tel:")):
    raise ImproperlyConfigured("The variable SECURITY_CONTACT must begin with mailto:, https:// or tel:.")

# Work that outlasts a request waits in the database for `manage.py work`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# For how many days the file of a report that a worker made can be fetched; its run and its proof stay for ever.
REPORTS_KEPT_DAYS = read("int", "REPORTS_KEPT_DAYS", 7)
# What code made a report: kept in each run. Where no variable says it, the checkout does.
CODE_VERSION = read("str", "CODE_VERSION", "") or checked_out(BASE_DIR)
# To whom backups are encrypted: public keys of age. Nothing on this machine needs the secret ones.
BACKUP_KEYS = [key for key in read("list", "BACKUP_KEYS", []) if key]

# --- Files ----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(read("str", "STATIC_ROOT", str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Nothing of MEDIA_ROOT has an address of its own: one view streams a photo after asking whether it is public.
MEDIA_ROOT = Path(read("str", "MEDIA_ROOT", str(VAR_DIR / "media")))
MEDIA_URL = "/media-is-private/"
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "ledger.storage.Incoming"]
# All of it in a bucket, which every node reaches, where MEDIA_STORAGE names one: s3://bucket/folder?endpoint=…&region=…
MEDIA_STORAGE = read("str", "MEDIA_STORAGE", "")
STORAGES = {
    "default": bucket_of(MEDIA_STORAGE)
    if MEDIA_STORAGE
    else {  # for the server's user alone: originals, and files with people's data
        "BACKEND": "ledger.storage.HouseStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
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

# What a page of readers may load and do. Scripts of ours alone, and none of them makes markup of a text. Public pages
# carry no nonce (a nonce cannot be cached); peacekeeping.headers adds one on the desk, and says what is no page.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],
        "upgrade-insecure-requests": HTTPS,
    }
}
X_FRAME_OPTIONS = "DENY"
# No other site learns from which page somebody came: addresses of review links and of a new password are keys.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no program of another site has to read our files

# --- Cookies --------------------------------------------------------------------------------------------------

# Nobody but who signs in gets one, see ledger.own_pages; no script reads any.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # it ends with the browser
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # in no cookie of its own
if HTTPS:
    # The prefix has the browser refuse the cookie from another host of the same domain, and without TLS.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]  # who watches asks each node itself, behind TLS
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True

# While this file is there the node says that it is not ready, and a balancer sends its readers elsewhere.
LEAVING_FILE = Path(path) if (path := read("str", "LEAVING_FILE", "")) else None

# --- What the house says of itself ------------------------------------------------------------------------------

# /metrics answers whoever has this token; without one there is no such address, and nothing is measured.
METRICS_TOKEN = read("str", "METRICS_TOKEN", "")
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise ImproperlyConfigured("The variable METRICS_TOKEN is too short: it needs at least 16 characters.")
METRICS_DIR = Path(read("str", "METRICS_DIR", str(VAR_DIR / "metrics")))  # where the processes of a node add up
if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "peacekeeping.metrics.MeasuringMiddleware")

LOG_LEVEL = read("str", "LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured(f"The variable LOG_LEVEL cannot be {LOG_LEVEL}: use DEBUG, INFO, WARNING or ERROR.")
LOG_FORMAT = read("str", "LOG_FORMAT", "text").lower()
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured(f"The variable LOG_FORMAT cannot be {LOG_FORMAT}: use text or json.")
# A line for each request that Django answers; all: for pages that were ready, too; off: for none.
LOG_ACCESS = read("str", "LOG_ACCESS", "made").lower()
if LOG_ACCESS not in {"off", "made", "all"}:
    raise ImproperlyConfigured(f"The variable LOG_ACCESS cannot be {LOG_ACCESS}: use off, made or all.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"ledger.logbook.{LOG_FORMAT.capitalize()}Lines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {"pymorphy3": {"level": "WARNING"}},  # it tells of each opening of its dictionary
}

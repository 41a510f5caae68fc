"""Every setting of Dangol, read once, typed, and refused aloud when wrong."""

import os
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import available_timezones

from dangol import lib
from dangol.lib.homes import homes_folder
from dangol.lib.settings import BadSettings, read_file, refuse_unknown

KNOWN = {
    "DANGOL_HOME", "DANGOL_ENGINE", "DANGOL_LANGUAGE", "DANGOL_SECRET_KEY", "DANGOL_HOSTS", "DANGOL_ADDRESS",
    "DANGOL_TEST_DATA", "DANGOL_TEST_SKIPS", "DANGOL_DEBUG", "DANGOL_KEYS",
}  # fmt: skip


@dataclass(frozen=True)
class Home:
    """The settings of one home, kept in its `dangol.toml`. Money and time are the business's own."""

    name: str = ""  # the business's name; empty until told
    source: str = "own"  # dairy, retail or own: where the data came from
    simulated: bool = False  # said on every page when true
    currency: str = "KRW"
    time_zone: str = "Asia/Seoul"
    as_of: datetime | None = None  # the home's clock; none means the real one
    active_days: int = 365  # active = a purchase within these days
    horizon_months: int = 36  # H
    discount_rate: float = 0.10  # d, a year
    margin_rate: float = 0.30  # assumed where costs are unknown
    minute_value: int = 200  # minor units: a customer's minute
    tolerance: float = 15.0  # τ, points around the fair-value line
    weight_economic: float = 1.0
    weight_social: float = 1.0
    weight_cost: float = 1.0
    holdout_share: float = 0.10

    def __post_init__(self) -> None:
        if not 0.01 <= self.holdout_share <= 0.5:
            raise BadSettings("holdout_share must lie between 0.01 and 0.5: without a holdout nothing is measured.")
        if self.time_zone not in available_timezones():
            raise BadSettings(f"time_zone should be one such as Asia/Seoul or Europe/London, not '{self.time_zone}'.")
        if not (len(self.currency) == 3 and self.currency.isalpha() and self.currency.isupper()):
            raise BadSettings(f"currency should be three capital letters such as KRW or USD, not '{self.currency}'.")
        if self.horizon_months < 1 or self.active_days < 1 or self.tolerance <= 0:
            raise BadSettings("horizon_months, active_days and tolerance must be positive.")


def database_from(url: str) -> dict[str, Any]:
    """Django's database settings from DATABASE_URL (postgresql://user:password@host:port/name)."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise BadSettings("DATABASE_URL should look like postgresql://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": _port(parts),
        "OPTIONS": {"pool": True},
    }


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError as error:
        raise BadSettings("The port of DATABASE_URL should be a number such as 5432.") from error


def sqlite_in(home: Path) -> dict[str, Any]:
    """One file in the home: write-ahead log, one writer, readers never wait."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": home / "records.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;"
            " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
        },
    }


def secret_of(home: Path) -> str:
    """The key that signs sessions: from the environment, else one made for this home and kept there."""
    import secrets

    if "DANGOL_SECRET_KEY" in os.environ:
        return os.environ["DANGOL_SECRET_KEY"]
    path = home / "secret"
    if not path.exists():
        if not home.is_dir():
            return secrets.token_urlsafe(50)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50), encoding="ascii")
    return path.read_text(encoding="ascii")


refuse_unknown(os.environ, prefix="DANGOL_", known=KNOWN)

DANGOL_HOME = Path(os.environ.get("DANGOL_HOME") or homes_folder() / "dairy").resolve()
DANGOL = read_file(DANGOL_HOME / "dangol.toml", Home)
DANGOL_ENGINE = os.environ.get("DANGOL_ENGINE", "duckdb")
DANGOL_LAKE = DANGOL_HOME / "lake"
DANGOL_KEYS = Path(os.environ.get("DANGOL_KEYS") or DANGOL_HOME / "keys.json").resolve()

DEBUG = os.environ.get("DANGOL_DEBUG") == "1"
SECRET_KEY = secret_of(DANGOL_HOME)
ALLOWED_HOSTS = (os.environ.get("DANGOL_HOSTS") or "localhost,127.0.0.1,[::1],testserver").split(",")
ROOT_URLCONF = "dangol.config.urls"
WSGI_APPLICATION = "dangol.config.wsgi.application"
AUTH_USER_MODEL = "staff.User"
LOGIN_URL = "sign_in"

RECORDS = ["changes", "staff", "customers", "catalog", "ledger", "voices", "permission", "outbox"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks_db",
    *[f"dangol.records.{room}" for room in RECORDS],
    "dangol.insight.warehouse",
    "dangol.insight.analysis",
    "dangol.insight.relationship",
    "dangol.decisions.segments",
    "dangol.decisions.campaigns",
    "dangol.contact.intake",
    "dangol.contact.delivery",
    "dangol.web.shell",
    "dangol.web.start",
    "dangol.web.today",
    "dangol.web.customers",
    "dangol.web.relationship",
    "dangol.web.campaigns",
    "dangol.web.imports",
    "dangol.web.privacy",
    "dangol.web.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dangol.web.shell.first_use.SignInOwner",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "dangol.web.shell.gate.Gate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dangol.web.shell.frame.frame",
            ]
        },
    }
]
DATABASES = {
    "default": database_from(os.environ["DATABASE_URL"]) if "DATABASE_URL" in os.environ else sqlite_in(DANGOL_HOME)
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LANGUAGE_CODE = os.environ.get("DANGOL_LANGUAGE", "ko")
if LANGUAGE_CODE not in {"ko", "en"}:
    raise BadSettings("DANGOL_LANGUAGE should be ko or en.")
USE_I18N = True
LOCALE_PATHS = [Path(lib.__file__).parent / "locale"]
USE_TZ = True
TIME_ZONE = DANGOL.time_zone
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
# Homes served in turn at one address keep their own sign-ins: going back asks nobody again.
SESSION_COOKIE_NAME = f"dangol-{blake2s(str(DANGOL_HOME).encode(), digest_size=6).hexdigest()}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

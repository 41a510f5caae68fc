"""Every setting of Dangol, read once, typed, and refused aloud when wrong."""

import os
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from dangol import lib
from dangol.lib.homes import homes_folder
from dangol.lib.settings import MOST_PROCESSES, BadSettings, cores, read_file, refuse_unknown, whole_number
from dangol.lib.time_zones import is_zone

KNOWN = {
    "DANGOL_HOME", "DANGOL_ENGINE", "DANGOL_LANGUAGE", "DANGOL_SECRET_KEY", "DANGOL_HOSTS", "DANGOL_ADDRESS",
    "DANGOL_PROCESSES", "DANGOL_TEST_DATA", "DANGOL_TEST_SKIPS", "DANGOL_DEBUG", "DANGOL_KEYS", "DANGOL_HTTPS",
    "DANGOL_MAIL", "DANGOL_MAIL_FROM",
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
    trade: str = ""  # money or uses: what the value to the business is counted in; empty: as the records tell
    tolerance: float = 15.0  # τ, points around the fair-value line
    weight_economic: float = 1.0
    weight_social: float = 1.0
    weight_cost: float = 1.0
    expansion_purchases: int = 3  # so many purchases …
    expansion_categories: int = 2  # … over so many categories are expansion
    commitment_days: int = 365  # so long without being lost is commitment …
    commitment_purchases: int = 4  # … with so many purchases
    lifelong_days: int = 730
    usual_days: int = 60  # counts as one more gap between purchases
    quiet_gaps: float = 2.5  # quiet: silent longer than so many usual gaps …
    quiet_days: int = 30  # … and than so many days
    lost_gaps: float = 5.0
    lost_days: int = 90
    growth_days: int = 180  # spend of so many days against as many before
    growth_share: float = 0.2
    holdout_share: float = 0.10
    fair_floor: float = 0.8  # a group chosen less than this share of everybody's share comes off worse (four fifths)
    grade: str = "grade"  # the further detail of customers that tells their grade
    best_share: float = 0.2  # the best customers: this share of the active ones, by their equity
    idle_minutes: int = 30  # a session nobody used for so long ends; 0: never
    jurisdiction: str = ""  # kr or intl: whose rules hold; empty means by the currency
    contact_cap: int = 4  # advertising messages a person gets at most …
    contact_cap_days: int = 30  # … within so many days; 0 of either means no cap
    points_months: int = 0  # so long points can be used after they were given; 0: not known, or for ever
    address: str = ""  # where customers reach us: https://shop.example; empty: where this server listens
    contact: str = ""  # how customers reach the business; stands at the head of their own pages

    @property
    def law(self) -> str:
        """Whose rules hold: what was set, else those of Korea where the business counts in won."""
        return self.jurisdiction or ("kr" if self.currency == "KRW" else "intl")

    @property
    def _of_stages(self) -> tuple[float, ...]:
        return (
            self.expansion_purchases, self.expansion_categories, self.commitment_days, self.commitment_purchases,
            self.usual_days, self.quiet_gaps, self.quiet_days, self.growth_days, self.growth_share,
        )  # fmt: skip

    def __post_init__(self) -> None:
        if not 0.01 <= self.holdout_share <= 0.5:
            raise BadSettings("holdout_share must lie between 0.01 and 0.5: without a holdout nothing is measured.")
        if not 0 < self.fair_floor <= 1 or not 0 < self.best_share < 1:
            raise BadSettings("fair_floor must lie above 0 and be 1 at most, best_share between 0 and 1.")
        if not is_zone(self.time_zone):
            raise BadSettings(f"time_zone should be one such as Asia/Seoul or Europe/London, not '{self.time_zone}'.")
        if not (len(self.currency) == 3 and self.currency.isalpha() and self.currency.isupper()):
            raise BadSettings(f"currency should be three capital letters such as KRW or USD, not '{self.currency}'.")
        if self.trade not in {"", "money", "uses"}:
            raise BadSettings(f"trade should be money, uses or empty (as the records tell), not '{self.trade}'.")
        if self.horizon_months < 1 or self.active_days < 1 or self.tolerance <= 0:
            raise BadSettings("horizon_months, active_days and tolerance must be positive.")
        if min(self._of_stages) <= 0:
            raise BadSettings("Days, purchases, categories, gaps and growth_share of the stages must be above 0.")
        if self.lifelong_days < self.commitment_days:
            raise BadSettings("lifelong_days cannot be fewer than commitment_days.")
        if self.lost_gaps < self.quiet_gaps or self.lost_days < self.quiet_days:
            raise BadSettings("lost_gaps and lost_days cannot be less than quiet_gaps and quiet_days.")
        if self.jurisdiction not in {"", "kr", "intl"}:
            raise BadSettings(f"jurisdiction should be kr, intl or empty (by the currency), not '{self.jurisdiction}'.")
        if self.contact_cap < 0 or self.contact_cap_days < 0:
            raise BadSettings("contact_cap and contact_cap_days cannot be below 0; 0 means no cap.")
        if not 0 <= self.points_months <= 120:
            raise BadSettings("points_months should be 0 (not known, or for ever) or the months points can be used.")
        if self.idle_minutes < 0:
            raise BadSettings("idle_minutes should be 0 (never) or the minutes after which a session ends.")
        if self.address and not is_base(self.address):
            raise BadSettings(f"address should look like https://shop.example, without a path, not '{self.address}'.")


def is_base(address: str) -> bool:
    """Whether this is scheme and host alone, such as https://shop.example or http://192.168.0.7:8000."""
    try:
        parts = urlsplit(address)
        _port(parts)
    except (ValueError, BadSettings):
        return False
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain


CONNECTIONS = 16


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
        "OPTIONS": {
            # Eight pages at once and everything that works behind them each hold one; idle ones are let go.
            "pool": {"min_size": 1, "max_size": CONNECTIONS},
            # Questions about everybody are many small look-ups: compiling them takes two or three times as long.
            "options": "-c jit=off",
        },
    }


def _port(parts: SplitResult, setting: str = "DATABASE_URL", such: int = 5432) -> str:
    try:
        return str(parts.port or "")
    except ValueError as error:
        raise BadSettings(f"The port of {setting} should be a number such as {such}.") from error


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


def mail_server(url: str, sender: str) -> tuple[str, str]:
    """The mail server for mail to staff, and from whom it comes; both "" where there is none."""
    if not url:
        return "", ""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadSettings("DANGOL_MAIL should look like smtps://user:password@mail.example:465.")
    _port(parts, "DANGOL_MAIL", 465)
    if not re.fullmatch(r"[!-~]+@[a-z0-9.-]+", sender, re.IGNORECASE) or any(sign in sender for sign in '<>(),;:\\"'):
        raise BadSettings("DANGOL_MAIL_FROM should be the address mail comes from, such as reports@shop.example.")
    return url, sender


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
# How many processes make pages: two where there are two cores.
DANGOL_PROCESSES = whole_number(
    os.environ.get("DANGOL_PROCESSES") or str(min(2, cores())), name="DANGOL_PROCESSES", most=MOST_PROCESSES
)
DANGOL_KEYS = Path(os.environ.get("DANGOL_KEYS") or DANGOL_HOME / "keys.json").resolve()

DANGOL_MAIL, DANGOL_MAIL_FROM = mail_server(os.environ.get("DANGOL_MAIL", ""), os.environ.get("DANGOL_MAIL_FROM", ""))

DEBUG = os.environ.get("DANGOL_DEBUG") == "1"
SECRET_KEY = secret_of(DANGOL_HOME)
# Where the pages are reached when the home does not say: `dangol serve` tells its worker.
DANGOL_SERVED = os.environ.get("DANGOL_ADDRESS") or "http://localhost:8000"
ALLOWED_HOSTS = (os.environ.get("DANGOL_HOSTS") or "localhost,127.0.0.1,[::1]").split(",")
if DANGOL.address:  # customers come by it
    ALLOWED_HOSTS.append(urlsplit(DANGOL.address).hostname or "")
ROOT_URLCONF = "dangol.config.urls"
WSGI_APPLICATION = "dangol.config.wsgi.application"
AUTH_USER_MODEL = "staff.User"
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "today"

RECORDS = ["changes", "staff", "customers", "catalog", "ledger", "voices", "permission", "outbox", "rights"]
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
    "dangol.records.staff.breach",
    "dangol.insight.warehouse",
    "dangol.insight.analysis",
    "dangol.insight.relationship",
    "dangol.decisions.segments",
    "dangol.decisions.campaigns",
    "dangol.decisions.care",
    "dangol.contact.intake",
    "dangol.contact.delivery",
    "dangol.web.shell",
    "dangol.web.start",
    "dangol.web.today",
    "dangol.web.customers",
    "dangol.web.duplicates",
    "dangol.web.relationship",
    "dangol.web.campaigns",
    "dangol.web.care",
    "dangol.web.segments",
    "dangol.web.insight",
    "dangol.web.imports",
    "dangol.web.privacy",
    "dangol.web.readiness",
    "dangol.web.public",
    "dangol.web.api",
    "dangol.web.staff",
    # After ours: where a sentence or a template is ours as well, ours is shown.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "dangol.web.shell.unkept.Unkept",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dangol.web.shell.turnstile.Turnstile",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dangol.web.shell.idle.EndIdleSessions",
    "dangol.web.shell.first_use.SignInOwner",
    "dangol.web.shell.idle.LeadToTheDoor",
    "dangol.web.shell.gate.Gate",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "dangol.web.shell.once.Once",  # last: it calls the page itself
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
AUTH_PASSWORD_VALIDATORS = [{"NAME": "dangol.records.staff.passwords.SoundPassword"}]
# Signing in: a name and a password, then what the person added to it. Nobody makes an account without an invitation.
ACCOUNT_ADAPTER = "dangol.web.shell.door.Door"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # for two weeks; idle_minutes ends what nobody uses
# Wrong tries are counted by the door itself: by account in the records, by address in this process.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": None, "reauthenticate": "10/m/user"}
MFA_ADAPTER = "dangol.web.shell.door.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # so that a passkey alone is two things: the device, and who unlocks it
MFA_TOTP_TOLERANCE = 1  # clocks of phones and of a shop's computer differ by some seconds
MFA_RECOVERY_CODES_SHOW_ONCE = True
# One process serves the pages (`dangol serve`), so its memory sees every try; a restart forgets those of an address,
# while locked accounts stay locked, since they are rows. Room enough that nobody pushes others' counts out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LANGUAGE_CODE = os.environ.get("DANGOL_LANGUAGE", "ko")
if LANGUAGE_CODE not in {"ko", "en"}:
    raise BadSettings("DANGOL_LANGUAGE should be ko or en.")
USE_I18N = True
FORMAT_MODULE_PATH = ["dangol.lib.formats"]
LOCALE_PATHS = [Path(lib.__file__).parent / "locale", Path(__file__).parent / "locale"]
USE_TZ = True
TIME_ZONE = DANGOL.time_zone
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
# Homes served in turn at one address keep their own sign-ins: going back asks nobody again.
SESSION_COOKIE_NAME = f"dangol-{blake2s(str(DANGOL_HOME).encode(), digest_size=6).hexdigest()}"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
PASSWORD_RESET_TIMEOUT = 24 * 3600  # links for a new password
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Behind something that speaks TLS for us. Not by default: at this machine and in a shop's own network there is none,
# and cookies that only TLS carries would keep everybody out.
DANGOL_HTTPS = os.environ.get("DANGOL_HTTPS") == "1"
if DANGOL_HTTPS:
    MIDDLEWARE.insert(0, "dangol.web.shell.proxy.BehindProxy")
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 31_536_000  # this name alone: what else stands below it is not ours to decide
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["dangol.web.shell.arriving.Arriving"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "kept": {"()": "dangol.lib.log_lines.KeptLines", "fmt": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "kept", "level": "WARNING"}},
    "root": {"handlers": ["log"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}},  # a page that is not there is no fault of ours
}

"""Every setting of the installation, read from the environment. `.env.example` lists and explains each variable."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF

from cmo_portal.lib.environment import BadSetting, environment, mail_server, postgres

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = environment()
VAR = Path(ENV.text("CMO_PORTAL_DATA", str(BASE_DIR / "var"))).resolve()
VAR.mkdir(parents=True, exist_ok=True)

# --- which installation this is ----------------------------------------------------------------
EMBEDDED = not ENV.text("DATABASE_URL")  # SQLite and a file broker: nothing to install
DEBUG = ENV.boolean("DEBUG", False)
DEMO = ENV.boolean("DEMO", EMBEDDED)  # the demo cast, the style guide and their banners


def embedded_secret() -> str:
    """The key of the embedded default: made on the first start, readable by its owner only."""
    path = VAR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = ENV.text("SECRET_KEY")
if not SECRET_KEY and not EMBEDDED:
    raise BadSetting("SECRET_KEY is missing: set 50 or more random characters and keep them secret.")
SECRET_KEY = SECRET_KEY or embedded_secret()
SECRET_KEY_FALLBACKS = ENV.listing("SECRET_KEY_FALLBACKS")
SIGNING_KEY = ENV.text("SIGNING_KEY", str(VAR / "signing_key"))  # of documents (records/installation_key.py)
PORT = ENV.integer("PORT", 8000, low=1, high=65535)
SITE_URL = ENV.text("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = ENV.listing("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = ENV.listing("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "cmo_portal",
    "cmo_portal.records",
    "cmo_portal.accounts",
    "cmo_portal.lib",
    "vendors",
    "audits",
    "communications",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "template_partials",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cmo_portal.accounts.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "cmo_portal.records.middleware.ConflictMiddleware",
]

ROOT_URLCONF = "cmo_portal.urls"
WSGI_APPLICATION = "cmo_portal.wsgi.application"
FORM_RENDERER = "cmo_portal.lib.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["cmo_portal.lib.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cmo_portal.navigation.shell",
            ],
        },
    }
]

# --- database ------------------------------------------------------------------------------------
# The application connects as a role that owns no table; migrations connect as the owner (records/walls.py).
DATABASE_OWNER: dict[str, Any] | None = None
if EMBEDDED:
    DATABASES: dict[str, dict[str, Any]] = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "db.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;"
                "PRAGMA journal_size_limit=27103364;PRAGMA cache_size=2000;",
            },
        }
    }
else:
    DATABASES = {"default": postgres(ENV.text("DATABASE_URL"))}
    if ENV.text("DATABASE_OWNER_URL"):
        DATABASE_OWNER = postgres(ENV.text("DATABASE_OWNER_URL"), "DATABASE_OWNER_URL")
DATABASE_ROLE = DATABASES["default"].get("USER", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- cache: rate limits and lock-outs count here, so it must be shared by every process ------------
CACHES: dict[str, dict[str, Any]]
if ENV.text("CMO_CACHE_URL"):
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV.text("CMO_CACHE_URL")}
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "framework_cache",
            "OPTIONS": {"MAX_ENTRIES": 1_000_000},  # a full cache would forget lock-outs
        }
    }

# --- Celery: the broker is a doorbell, the truth is rows in the database --------------------------
# Not CELERY_BROKER_URL: Celery reads that variable itself and would override this setting.
CELERY_BROKER_URL = ENV.text("CMO_BROKER_URL", "filesystem://localhost")
if CELERY_BROKER_URL.startswith("filesystem"):
    _queue = VAR / "broker"
    for _folder in ("queue", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(_queue / "queue"),
        "data_folder_out": str(_queue / "queue"),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
    CELERY_WORKER_PREFETCH_MULTIPLIER = 16
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900  # must stay well below visibility_timeout, or a long task runs twice
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a broker that is away for a day is waited for
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CONSUMER = "cmo_portal.lib.consumer:Consumer"
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "beat")

# --- reminders -----------------------------------------------------------------------------------
HURRIED = os.environ.get("DJANGO_SETTINGS_MODULE") == "tests.faults.settings"  # those are no part of an installation
SHORTEST_LEASE = CELERY_TASK_TIME_LIMIT + 60  # no task lives longer than the lease on what it sends
SWEEP_SECONDS = ENV.integer("SWEEP_SECONDS", 60, low=1 if HURRIED else 10, high=3600)  # between two looks
MAIL_LEASE_SECONDS = ENV.integer("MAIL_LEASE_SECONDS", SHORTEST_LEASE, low=1 if HURRIED else SHORTEST_LEASE, high=86400)
CLOCK_OFFSET_FILE = ENV.text("CLOCK_OFFSET_FILE")
if CLOCK_OFFSET_FILE and not HURRIED:
    raise BadSetting("CLOCK_OFFSET_FILE moves the clock of reminders, which only tests may do: leave it out.")
BELL_SECONDS = max(SWEEP_SECONDS, 10)  # a bell that nobody answered for so long is forgotten; the next one rings

# --- what beat rings for -------------------------------------------------------------------------
CELERY_BEAT_SCHEDULE = {
    "heartbeat": {"task": "cmo_portal.heartbeat", "schedule": 20.0},
    "seal-trail": {"task": "cmo_portal.records.tasks.seal_trail", "schedule": 60.0},
    "expire-qualifications": {
        "task": "vendors.registry.tasks.expire_qualifications",
        "schedule": crontab(minute=10),
    },
    "watch-capas": {"task": "audits.capa.tasks.watch_capas", "schedule": crontab(hour=0, minute=20)},
    "run-audit-programme": {"task": "audits.programme.tasks.run_programme", "schedule": crontab(hour=0, minute=20)},
    "resume-imports": {"task": "vendors.registry.tasks.resume_imports", "schedule": 120.0},
    "sweep-due-items": {
        "task": "communications.notices.tasks.sweep_due_items",
        "schedule": float(SWEEP_SECONDS),
        "options": {"expires": BELL_SECONDS},  # a worker that comes back late needs one of them, not all
    },
    "read-received-mail": {"task": "communications.inbound.tasks.read_received", "schedule": 120.0},
    "pick-up-imports": {"task": "vendors.regulatory.tasks.pick_up_imports", "schedule": 60.0},
}

# --- people --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["cmo_portal.accounts.backend.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_FORMS = {
    "login": "cmo_portal.accounts.sign_in_forms.LoginForm",
    "change_password": "cmo_portal.accounts.sign_in_forms.ChangePasswordForm",
    "reset_password": "cmo_portal.accounts.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "cmo_portal.accounts.sign_in_forms.ResetPasswordKeyForm",
    "reauthenticate": "cmo_portal.accounts.sign_in_forms.ReauthenticateForm",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "cmo_portal.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by its invitation
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/15m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.integer("TRUSTED_PROXIES", 0, high=10)  # else everybody behind one counts as one
ACCOUNT_USER_DISPLAY = "cmo_portal.accounts.adapter.display_name"
MFA_ADAPTER = "cmo_portal.accounts.secrets.EncryptingAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "CMO Portal"
USERSESSIONS_TRACK_ACTIVITY = False
SESSION_MAX_HOURS = ENV.integer("SESSION_MAX_HOURS", 12, low=1, high=168)  # from sign-in, whatever the activity
SESSION_COOKIE_AGE = SESSION_MAX_HOURS * 3600
SESSION_IDLE_MINUTES = ENV.integer("SESSION_IDLE_MINUTES", 30, low=5, high=720)

# --- answers by link, from somebody without an account -------------------------------------------
GUEST_LINK_DAYS = ENV.integer("GUEST_LINK_DAYS", 14, low=1, high=90)
GUEST_READABLE_DAYS = ENV.integer("GUEST_READABLE_DAYS", 7, low=0, high=90)  # the receipt, after the answer
GUEST_SESSION_MINUTES = ENV.integer(
    "GUEST_SESSION_MINUTES", 60, low=10, high=480
)  # from the code, whatever the activity

# --- transport and browser -----------------------------------------------------------------------
HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
    }
}

# --- language, time, files -----------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
STATIC_ROOT.mkdir(exist_ok=True)  # the embedded default never fills it, and it is missed when absent
WHITENOISE_USE_FINDERS = EMBEDDED
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR / "files"), "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if EMBEDDED
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
UPLOAD_LIMIT_MB = ENV.integer("UPLOAD_LIMIT_MB", 50, low=1, high=2000)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- mail ----------------------------------------------------------------------------------------
_no_server = f"file://{VAR / 'mail'}" if EMBEDDED else "console://"
globals().update(mail_server(ENV.text("EMAIL_URL", "mailbox://" if DEMO else _no_server)))
DEFAULT_FROM_EMAIL = ENV.text("DEFAULT_FROM_EMAIL", "CMO Portal <portal@localhost>")

# --- mail that comes in: answers to notices (communications/inbound) ------------------------------
REPLY_DOMAIN = ENV.domain("REPLY_DOMAIN")  # empty: nobody can answer by e-mail
REPLY_DAYS = ENV.integer("REPLY_DAYS", 60, low=1, high=365)
INBOUND_SECRET = ENV.text("INBOUND_SECRET")
if INBOUND_SECRET and len(INBOUND_SECRET) < 20:
    raise BadSetting("INBOUND_SECRET is too short: set 20 or more random characters.")
INBOUND_AUTHSERV_ID = ENV.text("INBOUND_AUTHSERV_ID").lower()
INBOUND_LIMIT_MB = ENV.integer("INBOUND_LIMIT_MB", 30, low=1, high=200)

# --- API -----------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cmo_portal.accounts.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["cmo_portal.records.api_rules.NamedPermission"],
    "DEFAULT_PAGINATION_CLASS": "cmo_portal.records.api_rules.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": ENV.text("API_RATE", "1000/min")},
    "EXCEPTION_HANDLER": "cmo_portal.records.problems.problem",
    "PAGE_SIZE": 25,
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "CMO Portal API",
    "VERSION": "1",
    "DESCRIPTION": "Choose and oversee contract manufacturers. The same actions, walls and sentences as the pages.",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "cmo_portal.records.versions.required_in_schema",
    ],
    "ENUM_NAME_OVERRIDES": {  # fields of one name, like status, whose choices differ from record to record
        "SupplyStageEnum": "vendors.registry.vocabulary.SupplyStage",
        "BatchStatusEnum": "vendors.registry.vocabulary.BatchStatus",
        "QualificationStatusEnum": "vendors.registry.vocabulary.QualificationStatus",
        "ImportStatusEnum": "vendors.registry.runs.ImportRun.Status",
        "SideEnum": "audits.programme.vocabulary.Side",
        "CapaResponseStatusEnum": "audits.capa.vocabulary.ResponseStatus",
        "CapaStatusEnum": "audits.capa.vocabulary.CapaLinkStatus",
        "CapaActionKindEnum": "audits.capa.vocabulary.ActionKind",
        "DateProposalStatusEnum": "audits.capa.vocabulary.ProposalStatus",
        "ExtensionStatusEnum": "audits.capa.vocabulary.ExtensionStatus",
        "ServiceEnum": "vendors.registry.vocabulary.Service",
        "LevelEnum": "vendors.registry.vocabulary.Confidence",
        "NoticeLevelEnum": "communications.notices.models.Level",
        "AuditTypeEnum": "audits.programme.vocabulary.AuditType",
        "TriggerKindEnum": "audits.programme.vocabulary.TriggerKind",
        "DisputeOutcomeEnum": "audits.findings.vocabulary.DisputeOutcome",
        "RegulatoryOutcomeEnum": "vendors.regulatory.models.Outcome",
    },
}
METRICS_TOKEN = ENV.text("METRICS_TOKEN")

# --- logs ----------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"mail.log": {"level": "WARNING"}},  # aiosmtpd would write every line that it hears, with its addresses
    "root": {
        "handlers": ["console"],
        "level": ENV.choice("LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"}),
    },
}

"""All settings, read from the environment; every variable is described in docs/reference/settings.md."""

from __future__ import annotations

import os
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from affiliate.media.api import media_options, media_origins
from config import client_ip, databases, env, keys, licences, logs
from config.mail import address as mail_address

# --- Places ---

ROOT = Path(__file__).resolve().parents[2]
BASE_DIR = ROOT
DATA_DIR = Path(env.text("DATA_DIR", str(ROOT / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

# --- Where it is served ---

HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000)
SITE_URL = env.text("SITE_URL", f"http://{HOST}:{PORT}").rstrip("/")
WAGTAILADMIN_BASE_URL = SITE_URL
HTTPS = SITE_URL.startswith("https://")
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or [urlsplit(SITE_URL).hostname or "localhost", "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

# --- Keys ---

SECRET_KEY = env.text("SECRET_KEY") or keys.secret_key(DATA_DIR / "keys")
ENCRYPTION_KEYS = env.words("ENCRYPTION_KEYS") or keys.encryption_keys(DATA_DIR / "keys")

# --- Who answers for the site: at the foot of every page ---

OPERATOR = licences.from_environment()

# --- Rooms, the outermost first ---

INSTALLED_APPS = [
    "config",
    "content.desk",
    "content.moderation",
    "content.feed",
    "content.search",
    "content.community",
    "content.pages",
    "content.blocks",
    "affiliate.earnings",
    "affiliate.tracking",
    "affiliate.catalog",
    "affiliate.people",
    "affiliate.connections",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "affiliate.people.admin.users.UsersConfig",  # wagtail.users
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "config.arrival.ArrivalMiddleware",
    "config.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.page_cache.PageCacheMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "affiliate.tracking.staff.StaffCookieMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.headers.HeadersMiddleware",
    "config.media.StoreDownMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "affiliate.people.second_factor.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["config.folding.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    }
]

# --- Data ---

DATABASES = {"default": databases.from_url(env.text("DATABASE_URL"), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.text("CACHE_URL")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL, "KEY_PREFIX": "zhongcao"}
        if CACHE_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
    )
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# --- People ---

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
AXES_FAILURE_LIMIT = env.number("LOGIN_FAILURE_LIMIT", 8)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "config.logins.LoginHandler"
AXES_LOCKOUT_TEMPLATE = "locked.html"
AXES_DISABLE_ACCESS_LOG = True
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "config.logins.pseudonym_of"
AXES_USERNAME_CALLABLE = "config.logins.name_of"
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES")
client_ip.proxies(tuple(TRUSTED_PROXIES))  # what is no address is refused now

# --- Accounts: sign-up, letters, second factors, sessions (see affiliate.people) ---

APPLICATIONS = env.flag("APPLICATIONS", True)
SECOND_FACTOR = env.text("SECOND_FACTOR") or ("optional" if DEMO else "required")
if SECOND_FACTOR not in ("required", "optional"):
    raise ImproperlyConfigured(f"SECOND_FACTOR must be required or optional; it is {SECOND_FACTOR!r}.")
ACCOUNT_ADAPTER = "affiliate.people.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "affiliate.people.forms.LoginForm",
    "signup": "affiliate.people.forms.SignupForm",
    "reset_password": "affiliate.people.forms.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_ADAPTER = "affiliate.people.accounts.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "affiliate.people.factor_forms.AddKeyForm",
    "edit_webauthn": "affiliate.people.factor_forms.EditKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
# Who must confirm an address has done so before they could log in; whom a command made has none to confirm.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# One place for each: Wagtail's own forms change passwords and addresses without asking who one is.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False

# --- Language and time ---

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale", ROOT / "affiliate" / "networks" / "locale"]
LOCALE_PATHS += [ROOT / "locale" / other for other in ("wagtail", "allauth")]  # what others say, in our voice
USE_I18N = True
WAGTAIL_I18N_ENABLED = False
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Files ---

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there yet
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_STORAGE_URL = env.text("MEDIA_STORAGE_URL")
STORAGES = {
    "default": (
        {"BACKEND": "affiliate.media.store.S3Media", "OPTIONS": media_options(MEDIA_STORAGE_URL)}
        if MEDIA_STORAGE_URL
        else {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    ),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or env.flag("PLAIN_STATIC")
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_USE_FINDERS = DEBUG

# --- Mail: an outbox that the worker empties, into files by default ---

MAIL_TRANSPORT = mail_address.transport_of(env.text("EMAIL_URL"), DATA_DIR)
EMAIL_BACKEND = "config.mail.backend.OutboxBackend"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = mail_address.sender_of(env.text("FROM_EMAIL", "zhongcao@localhost"), "种草")
WAGTAILADMIN_NOTIFICATION_FROM_EMAIL = DEFAULT_FROM_EMAIL

# --- Wagtail ---

WAGTAIL_SITE_NAME = "种草"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
# Machines name zones that browsers do not know ("localtime"), at which the account page's script stops.
WAGTAIL_USER_TIME_ZONES = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC")
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.blocks.uploads.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "content.blocks.uploads.DocumentForm"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []  # all are downloads: none opens as a page of this site
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "key", "odt", "pdf", "pptx", "rtf", "txt", "xlsx", "zip"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # X_FRAME_OPTIONS: see there

# --- Security ---

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Shops check where buyers come from: an origin must reach them (Django's default would strip it).
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview panel frames our own pages.
# Only a proxy of ours gets so far with it: config.arrival drops what others send.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The demo's shop is on plain http where it runs on this machine: its pictures need naming.
DEMO_SHOP = env.text("NETWORK_DEMO_PUBLIC_URL", "") or env.text("NETWORK_DEMO_GATEWAY", "http://127.0.0.1:8001")
PICTURE_ORIGINS = [
    "data:",
    "https:",
    *media_origins(MEDIA_STORAGE_URL),
    *(["/".join(DEMO_SHOP.split("/")[:3])] if DEMO else []),
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, *PICTURE_ORIGINS],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
    # Wagtail's admin needs inline scripts and styles: config.headers gives it a policy of its own.
    "EXCLUDE_URL_PREFIXES": ("/admin/",),
}

# --- Words for the log ---

LOG_FORMAT = env.choice("LOG_FORMAT", "text", logs.FORMATS)
LOGGING = logs.configuration(LOG_FORMAT, env.text("LOG_LEVEL", "INFO"))

# --- Watched by others ---

VERSION = "0.1.0"
METRICS_TOKEN = env.text("METRICS_TOKEN")
DISK_LOW_MB = env.number("DISK_LOW_MB", 500)

# --- Tracked links ---

RESOLVE_DEADLINE_SECONDS = env.number("RESOLVE_DEADLINE_SECONDS", 6)
NETWORK_ENVIRONMENT = {name: value for name, value in os.environ.items() if name.startswith("NETWORK_")}

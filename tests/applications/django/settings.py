"""A library's site: accounts, sessions, the admin's log, and one application. LIBRARY_DATABASE names its database."""

import os
from urllib.parse import unquote, urlsplit


def database(url):
    """`sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME`, as Django wants it."""
    if url.startswith("sqlite:"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:")}
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.removeprefix("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
    }


SECRET_KEY = "of a test"
DATABASES = {"default": database(os.environ["LIBRARY_DATABASE"])}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "library",
]
# The fastest that checks a password: this is about rows.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
USE_TZ = True

"""A small site with members who can chat."""

import os

SECRET_KEY = "change me"  # noqa: S105 - as in every new project
DEBUG = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "members",
]
MIDDLEWARE = [  # a site with forms has CsrfViewMiddleware too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "site.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "members.urls"
USE_TZ = True

COMETCHAT_APP_ID = os.environ.get("COMETCHAT_APP_ID")
COMETCHAT_REGION = os.environ.get("COMETCHAT_REGION")
COMETCHAT_REST_API_KEY = os.environ.get("COMETCHAT_REST_API_KEY")
COMETCHAT_BASE_URL = os.environ.get("COMETCHAT_BASE_URL")
COMETCHAT_STORE = os.environ.get("COMETCHAT_STORE")  # where the tokens are kept: share it among processes

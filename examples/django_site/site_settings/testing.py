"""For `manage.py test`: settings that make sense and lead nowhere; each test points them at its emulator."""

from site_settings import *  # noqa: F403 - how Django's settings build on others

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
COMETCHAT_APP_ID = "app"
COMETCHAT_REGION = "us"
COMETCHAT_REST_API_KEY = "0" * 40
COMETCHAT_BASE_URL = "http://127.0.0.1:9"

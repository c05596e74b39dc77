"""A site with members."""

SECRET_KEY = "site"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "members"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "members.urls"
USE_TZ = True

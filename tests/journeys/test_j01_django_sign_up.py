"""J1, the Django developer: whoever signs up is in chat, by three settings and one call in the view."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from journeys.person import Person

SETTINGS = """
    import os
    from pathlib import Path

    for line in Path(__file__).with_name(".env").read_text().splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)

    SECRET_KEY = "change me"
    DEBUG = True  # a first integration: what goes wrong is to be seen on the terminal
    INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes"]
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "site.sqlite3"}}
    DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
    ROOT_URLCONF = "views"
    ALLOWED_HOSTS = ["testserver"]
    USE_TZ = True
"""
VIEWS = """
    from functools import cache

    from cometchat_session import CometChatAdmin, RetryPolicy
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.db import transaction
    from django.http import JsonResponse
    from django.urls import path

    @cache
    def chat():
        return CometChatAdmin.from_settings(settings, retry=RetryPolicy(attempts=1))

    class CardDeclined(Exception):
        pass

    @transaction.atomic
    def sign_up(request):
        name = request.POST["name"]
        user, new = User.objects.get_or_create(username=name.lower(), defaults={"first_name": name})
        # The one call.
        transaction.on_commit(lambda: chat().users.ensure(f"member-{user.pk}", name), robust=True)
        if "declined" in request.POST:
            raise CardDeclined
        return JsonResponse({"uid": f"member-{user.pk}"}, status=201 if new else 200)

    urlpatterns = [path("sign-up", sign_up)]
"""
MANAGE = """
    import os, sys
    from django.core.management import execute_from_command_line

    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    execute_from_command_line(sys.argv)
"""
VISIT = """
    # The site's own test client, on the real database: each run is a process that serves one visitor.
    import json, os, sys
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    import django
    django.setup()
    from django.contrib.auth.models import User
    from django.test import Client

    form = dict(word.split("=") for word in sys.argv[1:])
    answer = Client(raise_request_exception=False).post("/sign-up", form)
    members = list(User.objects.order_by("pk").values_list("username", flat=True))
    print(json.dumps({"status": answer.status_code, "members": members}))
"""
REPAIR = """
    import os
    os.environ["DJANGO_SETTINGS_MODULE"] = "settings"
    import django
    django.setup()
    from django.contrib.auth.models import User
    from views import chat

    rows = ({"uid": f"member-{user.pk}", "name": user.first_name} for user in User.objects.all())
    report = chat().users.ensure_many(rows)
    print(report.created, "created,", report.unchanged, "unchanged,", report.failed, "failed")
"""


@pytest.fixture
def developer(person: Person) -> Person:
    """Somebody with a site, its database, and the variables of the project in `.env`."""
    for name in person.emulator.environment:
        del person.environment[name]
    # As any process of Django's, these end with their connections open, the one to the database included.
    person.environment["PYTHONWARNINGS"] = "error,ignore::ResourceWarning"
    names = ("COMETCHAT_APP_ID", "COMETCHAT_REGION", "COMETCHAT_REST_API_KEY", "COMETCHAT_BASE_URL")
    person.writes(".env", "\n".join(f"{name}={person.emulator.environment[name]}" for name in names))
    for name, text in (("settings", SETTINGS), ("views", VIEWS), ("manage", MANAGE), ("visit", VISIT)):
        person.writes(f"{name}.py", text)
    person.writes("repair.py", REPAIR)
    person.runs("python manage.py migrate --verbosity 0")
    return person


def visit(developer: Person, form: str) -> tuple[dict[str, Any], str]:
    """Sign up; return what the site answered and has, and its log."""
    done = developer.types(f"python visit.py {form}")
    assert done.status == 0, done.err
    answer: dict[str, Any] = json.loads(done.out)
    return answer, done.err


def members_in_chat(developer: Person) -> dict[str, str]:
    users = developer.emulator.state["users"]
    return {user["uid"]: user["name"] for user in users if user["uid"].startswith("member-")}


def test_who_signs_up_is_in_chat_and_nobody_else(developer: Person) -> None:
    """I put one call in my view: the user is in chat, once, and only if the sign-up was real."""
    emulator = developer.emulator
    assert visit(developer, "name=Ann") == ({"status": 201, "members": ["ann"]}, "")
    assert members_in_chat(developer) == {"member-1": "Ann"}

    # Twice is harmless, with either status that CometChat is said to answer a taken uid with.
    for status in (400, 409):
        emulator.configure(duplicate_uid_status=status)
        assert visit(developer, "name=Ann") == ({"status": 200, "members": ["ann"]}, "")
    assert members_in_chat(developer) == {"member-1": "Ann"}
    assert [call["method"] for call in emulator.requests] == ["POST", "POST", "GET", "POST", "GET"]

    # Chat never hears of a sign-up that the database has taken back.
    emulator.clear_requests()
    answer, log = visit(developer, "name=Bob declined=yes")
    assert answer == {"status": 500, "members": ["ann"]}
    assert "CardDeclined" in log
    assert emulator.requests == []


def test_a_chat_that_is_down_or_not_set_up_stops_nobody(developer: Person) -> None:
    """People sign up whether chat works or not; my log says what is wrong, and it is mended later."""
    settings = (developer.home / ".env").read_text(encoding="utf-8")
    developer.writes(".env", settings.replace(developer.emulator.url, "http://127.0.0.1:9"))
    answer, log = visit(developer, "name=Ann")
    assert answer == {"status": 201, "members": ["ann"]}
    assert "NetworkError" in log

    kept = [line for line in settings.splitlines() if "APP_ID" not in line and "KEY" not in line]
    developer.writes(".env", "\n".join(kept))
    answer, log = visit(developer, "name=Bob")
    assert answer == {"status": 201, "members": ["ann", "bob"]}
    assert "ConfigurationError" in log
    assert "COMETCHAT_APP_ID" in log
    assert "COMETCHAT_REST_API_KEY" in log
    assert developer.emulator.requests == []

    developer.writes(".env", settings)
    assert developer.runs("python repair.py") == "2 created, 0 unchanged, 0 failed\n"
    assert developer.runs("python repair.py") == "0 created, 2 unchanged, 0 failed\n"
    assert members_in_chat(developer) == {"member-1": "Ann", "member-2": "Bob"}
    assert developer.emulator.rest_api_key not in log

"""One seeded database for all tests, as the owner makes it and as the application's own role sees it."""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import Client
from django.test.utils import setup_databases, teardown_databases

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SETUP, SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.walls import as_owner
from tests.browser import chromium, page, plain_server  # noqa: F401
from tests.guards import watched
from tests.run import AT_A_TIME
from tests.server import patterns, portal  # noqa: F401

TESTER = SystemActor("test")
# What a test without a database can reach the engine by all the same: a process of its own, a page, the settings.
DOORS = {"Client", "Installation", "connection", "database", "run", "subprocess"}


def pytest_configure(config: pytest.Config) -> None:
    # Importing and collecting makes a million objects that stay: a quarter of that time went into looking through them.
    gc.set_threshold(50_000, 20, 20)
    # Argon2 is slow on purpose; the tests make dozens of accounts and prove nothing about the hash.
    # A prefix of this process alone: lock-outs of another worker, or of a run minutes ago, must not count here.
    settings.CACHES["default"]["KEY_PREFIX"] = uuid.uuid4().hex
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Every test client builds the middleware anew, and WhiteNoise would read all static files each time: most of the
    # time of a request. The servers that the browser tests start read them once, as in production.
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: Any,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Makes and migrates the database as its owner, then seeds it as the application's role."""
    from cmo_portal.demo import seed

    with django_db_blocker.unblock():
        with as_owner():
            made = setup_databases(verbosity=0, interactive=False)
        with acting_as(SETUP):
            seed()
    yield
    with django_db_blocker.unblock(), as_owner():
        teardown_databases(made, verbosity=0)


@pytest.fixture(autouse=True)
def _acting(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that uses the database looks at it as the system; what it calls acts as whom it names."""
    if "db" not in request.fixturenames and request.node.get_closest_marker("django_db") is None:
        yield
        return
    request.getfixturevalue("db")
    forget_counters()
    with acting_as(TESTER):
        yield


def forget_counters() -> None:
    """Wrong passwords that one test counted lock out nobody in the next; the embedded cache goes with its database."""
    if not settings.EMBEDDED:
        settings.CACHES["default"]["KEY_PREFIX"] = cache.key_prefix = uuid.uuid4().hex


@pytest.fixture(autouse=True)
def _refusing(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that says which guards refuse in it is held to that (tests/house/test_guards.py asks one for each)."""
    promised = {name for mark in request.node.iter_markers("refuses") for name in mark.args}
    if not promised:
        yield
        return
    with watched() as refused:
        yield
    assert promised <= refused, f"These guards refused nothing: {sorted(promised - refused)}"


@pytest.fixture(scope="session", autouse=True)
def _patterns() -> Iterator[None]:
    """What this process made for copies goes with it."""
    yield
    patterns.end()


class Cast:
    """The people of `contract.md`, by first name: `cast.sam`."""

    def __getattr__(self, name: str) -> User:
        user = User.objects.select_related("membership__company").filter(email__startswith=f"{name}@").get()
        user.belongs = user.membership  # type: ignore[misc]
        setattr(self, name, user)
        return user


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


@pytest.fixture
def sign_in(cast: Cast) -> Any:
    """`sign_in("sam")` gives a client signed in as Sam; `sign_in("")` a stranger's."""

    def make(name: str) -> Client:
        client = Client()
        if name:
            client.force_login(getattr(cast, name), backend="cmo_portal.accounts.backend.Backend")
        return client

    return make


@pytest.fixture
def signed_in(cast: Cast) -> Any:
    """As `sign_in`, by a session alone: no trail, no list of sessions. For tests that ask as everybody, many times."""

    def make(name: str) -> Client:
        client = Client()
        if name:
            person, session = getattr(cast, name), SessionStore()
            session[SESSION_KEY] = str(person.pk)
            session[BACKEND_SESSION_KEY] = "cmo_portal.accounts.backend.Backend"
            session[HASH_SESSION_KEY] = person.get_session_auth_hash()
            session.save()
            client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        return client

    return make


@pytest.fixture
def query_count(request: pytest.FixtureRequest) -> Any:
    """`query_count("registry", "cmo-list", act)`: `act()` must cost the number of queries kept in git.

    Call it at 3 and at 300 rows under one name: the same number proves that it does not grow with the rows.
    """
    from tests.baselines.keeper import check

    return check


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks by what a test asks for, before `-m` chooses (tests/run.py names what runs where).

    Who asks for a browser is a browser test. What no engine can change is not repeated on PostgreSQL: arithmetic, files
    and templates, and how many queries an act takes. Row-level security is PostgreSQL's: its tests run there alone.
    """
    for item in items:
        if "chromium" in item.fixturenames:  # type: ignore[attr-defined]
            item.add_marker("browser")
        if not asks_the_engine(item):
            item.add_marker("embedded")
    if settings.EMBEDDED:
        theirs = [item for item in items if item.get_closest_marker("postgres")]
        config.hook.pytest_deselected(items=theirs)
        items[:] = [item for item in items if item not in theirs]
    if "PYTEST_XDIST_WORKER" in os.environ:
        longest_first(items)


def longest_first(items: list[pytest.Item]) -> None:
    """The browser's tests come before the others, so that no process waits for another at the end.

    Only the first process begins with them: it makes the installation that the others copy (tests/server.py), and they
    seed their databases meanwhile.
    """
    browser = [item for item in items if item.get_closest_marker("browser")]
    others = [item for item in items if not item.get_closest_marker("browser")]
    share = AT_A_TIME * (int(os.environ["PYTEST_XDIST_WORKER_COUNT"]) - 1)
    items[:] = browser[:AT_A_TIME] + others[:share] + browser[AT_A_TIME:] + others[share:]


def asks_the_engine(item: pytest.Item) -> bool:
    """Whether it matters to the test which database stands behind it."""
    fixtures, module = set(item.fixturenames), item.module  # type: ignore[attr-defined]
    if item.get_closest_marker("postgres"):
        return True
    if "query_count" in fixtures:  # one file of numbers for both engines
        return False
    asks = item.get_closest_marker("django_db") or fixtures & {"db", "client", "chromium", "portal"}
    return bool(asks or DOORS & set(vars(module)))


def pytest_collection_finish(session: pytest.Session) -> None:
    gc.collect()
    gc.freeze()  # what was imported and collected stays: no need to look through it again

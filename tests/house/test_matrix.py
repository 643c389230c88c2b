"""Every address and API action names its permission and stands in the access matrix, and answers as it says."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cmo_portal.api import whole_schema
from tests.house import matrix
from tests.house.matrix import Row

FOREIGN = ("account_", "mfa_", "usersessions_", "reauthenticate", "socialaccount_")  # allauth's own pages
ROWS: list[Row] = [
    row
    for module in pkgutil.iter_modules(matrix.__path__)
    for row in importlib.import_module(f"tests.house.matrix.{module.name}").ROWS
]


def addresses(resolver: URLResolver, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry


OURS = [(name, entry) for name, entry in addresses(get_resolver()) if not name.startswith(FOREIGN)]


def is_api(entry: URLPattern) -> bool:
    return hasattr(entry.callback, "cls") and hasattr(entry.callback.cls, "needs")


@pytest.mark.embedded
@pytest.mark.parametrize(("name", "entry"), [(n, e) for n, e in OURS if not is_api(e)], ids=lambda x: str(x)[:60])
def test_every_page_names_its_permission(name: str, entry: URLPattern) -> None:
    view = entry.callback
    public = getattr(view, "login_required", True) is False
    assert public or getattr(view, "permission", None) is not None, f"{name} names no permission"


@pytest.mark.embedded
@pytest.mark.parametrize(("name", "entry"), [(n, e) for n, e in OURS if is_api(e)], ids=lambda x: str(x)[:60])
def test_every_api_action_names_its_permission(name: str, entry: URLPattern) -> None:
    actions = set(getattr(entry.callback, "actions", {}).values())
    needs: dict[str, Any] = entry.callback.cls.needs  # type: ignore[attr-defined]
    assert actions <= set(needs), f"{name}: {sorted(actions - set(needs))} name no permission"


def test_only_these_pages_are_public() -> None:
    public = {n for n, e in OURS if not is_api(e) and getattr(e.callback, "login_required", True) is False}
    assert public == {
        "healthz",
        "readyz",
        "metrics",
        "styleguide",
        "account-email-absent",
        "keys",
        "verify",
        "keys-json",
        "schema",
        "api-docs",
        "accounts:invitation-accept",
        "accounts:setup",
        "vendors:joining-accept",
        "communications:unsubscribe",
        "communications:feed",
        "communications:guest-open",
        "communications:guest-visit",
        "communications:guest-file",
        "communications:guest-receipt",
        "communications:inbound-receive",
    }


def test_every_address_has_a_row() -> None:
    rows = {row.url_name for row in ROWS}
    assert {name for name, _ in OURS} - rows == set(), "these addresses stand in no matrix"
    assert rows - {name for name, _ in OURS} == set(), "these rows stand for no address"


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_everybody_gets_what_the_row_says(row: Row, signed_in: Any) -> None:
    args = row.args()
    url = reverse(row.url_name, args=args)
    # Who lacks the right is refused before the database is asked: the same on either engine, and asked on one.
    wanted = {who: code for who, code in row.answers.items() if settings.EMBEDDED or (who and code != 403)}
    got = {}
    for person in wanted:
        client = signed_in(person)
        call = getattr(client, row.method)
        extra = {"content_type": "application/json"} if url.startswith("/api/") and row.method != "get" else {}
        body = row.body | ({"version": version_of(row, args[0])} if row.method == "patch" else {})
        got[person] = call(url, body, **extra).status_code
    assert got == wanted


VIEWS = {name: entry.callback.cls for name, entry in OURS if is_api(entry)}  # type: ignore[attr-defined]
CHANGES = [row for row in ROWS if row.method == "patch"]


def version_of(row: Row, number: str) -> int:
    """The version that the record has now, as a sender would have read it."""
    version: int = VIEWS[row.url_name].model._base_manager.get(number=number).version
    return version


@pytest.mark.django_db
@pytest.mark.parametrize("row", CHANGES, ids=lambda row: row.id)
def test_every_change_over_the_api_names_the_version_that_its_sender_has_read(row: Row, signed_in: Any) -> None:
    able = {who: code for who, code in row.answers.items() if code in {200, 400, 409}}
    who, code = min(able.items(), key=lambda each: each[1] == 400)
    args = row.args()
    url, client = reverse(row.url_name, args=args), signed_in(who)
    call = getattr(client, row.method)
    blind = call(url, row.body, content_type="application/json")
    assert blind.status_code == 400 and "that you have read" in blind.json()["errors"]["version"][0]
    if code == 400:
        return  # the row lacks more than the version: its subject proves what follows
    stale = call(url, row.body | {"version": version_of(row, args[0]) + 1}, content_type="application/json")
    assert stale.status_code == 409, "an older text than the stored one is never written over it"


def test_the_schema_asks_for_the_version_of_a_change() -> None:
    parts = whole_schema()["components"]["schemas"]
    changes = {name: part.get("required") for name, part in parts.items() if name.startswith("Patched")}
    assert changes.pop("PatchedNoticeSettingsRequest") is None, "one's own settings, which nobody else changes"
    assert changes and all(needed == ["version"] for needed in changes.values())

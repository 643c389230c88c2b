"""Every address and API action names its permission and stands in the access matrix, and answers as it says."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

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


@pytest.mark.parametrize(("name", "entry"), [(n, e) for n, e in OURS if not is_api(e)], ids=lambda x: str(x)[:60])
def test_every_page_names_its_permission(name: str, entry: URLPattern) -> None:
    view = entry.callback
    public = getattr(view, "login_required", True) is False
    assert public or getattr(view, "permission", None) is not None, f"{name} names no permission"


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
    }


def test_every_address_has_a_row() -> None:
    rows = {row.url_name for row in ROWS}
    assert {name for name, _ in OURS} - rows == set(), "these addresses stand in no matrix"
    assert rows - {name for name, _ in OURS} == set(), "these rows stand for no address"


@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_everybody_gets_what_the_row_says(row: Row, signed_in: Any) -> None:
    url = reverse(row.url_name, args=row.args())
    got = {}
    for person in row.answers:
        client = signed_in(person)
        call = getattr(client, row.method)
        extra = {"content_type": "application/json"} if url.startswith("/api/") and row.method != "get" else {}
        got[person] = call(url, row.body, **extra).status_code
    assert got == row.answers

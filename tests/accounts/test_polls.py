"""What an open page asks by itself does not keep a session awake."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from cmo_portal.accounts.middleware import is_idle

POLLS = ("communications:notice-unread", "communications:thread-unread")


def session_after(path: str) -> dict[str, Any]:
    request: Any = SimpleNamespace(path=path, session={})
    assert not is_idle(request)
    return dict(request.session)


@pytest.mark.parametrize(
    "path", [*map(reverse, POLLS), reverse("communications:thread-since", args=["THR-2026-00000"])]
)
def test_a_poll_is_no_sign_that_somebody_is_there(path: str) -> None:
    assert "seen_at" not in session_after(path)


@pytest.mark.parametrize("path", ["/", "/threads/", "/threads/THR-2026-00000/", "/notices/unread/X/"])
def test_a_page_is(path: str) -> None:
    assert "seen_at" in session_after(path)

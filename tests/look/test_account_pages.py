"""Password, two-step sign-in and sessions wear the product's frame, for a person who is really signed in."""

from __future__ import annotations

import re
from typing import Any

import pytest

PAGES = [
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["sam", "pat"])
@pytest.mark.parametrize("path", PAGES)
def test_page_has_one_heading_and_nothing_inline(sign_in: Any, who: str, path: str) -> None:
    response = sign_in(who).get(path)
    html = response.content.decode()
    assert response.status_code == 200
    assert len(re.findall("<h1", html)) == 1
    assert " style=" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


@pytest.mark.django_db
def test_partner_frame_shows_the_partners_own_name(sign_in: Any) -> None:
    html = sign_in("pat").get("/accounts/2fa/").content.decode()
    assert "Partner portal" in html
    assert "Alpenglow Pharma Services" in html
    assert "Selections" not in html


@pytest.mark.django_db
def test_switched_theme_is_written_into_the_next_page(sign_in: Any) -> None:
    client = sign_in("sam")
    assert "data-theme=" not in client.get("/accounts/2fa/").content.decode()
    assert client.post("/profile/theme/", {"theme": "dark"}, headers={"HX-Request": "true"}).status_code == 204
    assert 'data-theme="dark"' in client.get("/accounts/2fa/").content.decode()


@pytest.mark.django_db
def test_stranger_meets_the_demo_accounts_and_an_empty_form_says_what_to_enter(sign_in: Any, settings: Any) -> None:
    settings.DEMO = True
    client = sign_in("")
    assert "sam@northgate.example" in client.get("/accounts/login/").content.decode()
    html = client.post("/accounts/login/", {}).content.decode()
    assert "<title>Error: Sign in" in html
    assert "Enter “Password”" in html

"""Every page that links lead to passes the one check: axe, policy, themes, 390 px. Strangers' pages too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import check_page
from tests.crawl import crawl

pytestmark = pytest.mark.browser
checked: set[str] = set()  # pages of the same frame are checked once, as the first person who reaches them


def problems_of(page: Any, url: str) -> str:
    try:
        check_page(page, url)
    except AssertionError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", ["sam", "quinn", "eva", "ada"])
def test_every_page_a_sponsors_person_reaches_passes_the_check(name: str, portal: Any, page: Any) -> None:
    portal.sign_in(page, name)
    visits = [visit for visit in crawl(page, portal.url) if visit.name not in checked]
    checked.update(visit.name for visit in visits)
    found = [problems_of(page, portal.url + visit.path) for visit in visits]
    assert not any(found), "\n\n".join(filter(None, found))


@pytest.mark.parametrize("name", ["pat", "uwe"])
def test_every_page_a_partners_person_reaches_passes_the_check(name: str, portal: Any, page: Any) -> None:
    portal.sign_in(page, name)
    visits = [visit for visit in crawl(page, portal.url) if f"partner {visit.name}" not in checked]
    checked.update(f"partner {visit.name}" for visit in visits)
    found = [problems_of(page, portal.url + visit.path) for visit in visits]
    assert not any(found), "\n\n".join(filter(None, found))


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/api/docs/", "/styleguide/"])
def test_a_strangers_page_passes_the_check(path: str, portal: Any, page: Any) -> None:
    check_page(page, portal.url + path)

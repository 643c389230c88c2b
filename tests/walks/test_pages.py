"""Every page that links lead to passes the one check: axe, policy, themes, 390 px. Strangers' pages too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import check_page, claims, kind_of
from tests.crawl import crawl

pytestmark = pytest.mark.browser


def problems_of(page: Any, url: str) -> str:
    try:
        check_page(page, url)
    except AssertionError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", ["sam", "quinn", "eva", "ada", "pat", "uwe"])
def test_every_page_a_person_reaches_passes_the_check(name: str, portal: Any, page: Any) -> None:
    """Each kind of page once a side: as the first person who reaches it, or in its subject's own test."""
    portal.sign_in(page, name)
    kinds = {kind_of(page, visit.name): portal.url + visit.path for visit in crawl(page, portal.url)}
    found = [problems_of(page, url) for kind, url in kinds.items() if claims.take(kind)]
    assert not any(found), "\n\n".join(filter(None, found))


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/api/docs/", "/styleguide/"])
def test_a_strangers_page_passes_the_check(path: str, portal: Any, page: Any) -> None:
    check_page(page, portal.url + path)

"""Every page of the roof and of people passes the one check: axe, policy, themes, 390 px."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import check_page

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/people/", "/people/invite/", "/company/", "/profile/", "/trail/", "/search/?q=zz"])
def test_an_administrators_page_passes_the_check(path: str, portal: Any, page: Any) -> None:
    portal.sign_in(page, "ada")
    check_page(page, portal.url + path)


@pytest.mark.parametrize("path", ["/", "/profile/tokens/"])
@pytest.mark.parametrize("name", ["sam", "pat"])
def test_a_persons_page_passes_the_check(name: str, path: str, portal: Any, page: Any) -> None:
    portal.sign_in(page, name)
    check_page(page, portal.url + path)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/api/docs/", "/styleguide/"])
def test_a_strangers_page_passes_the_check(path: str, portal: Any, page: Any) -> None:
    check_page(page, portal.url + path)

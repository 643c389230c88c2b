"""The trends in a real browser: the one check, the filter in place, a number that opens its list."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Listening, check_page

pytestmark = pytest.mark.browser


def test_trends_pass_the_check_and_a_number_opens_its_list(portal: Any, page: Page) -> None:
    portal.manage("seed_scale", "--audits", "40")
    portal.sign_in(page, "sam")
    check_page(page, f"{portal.url}/audit-trends/")
    page.set_viewport_size({"width": 1440, "height": 900})
    with Listening(page) as heard:
        page.goto(f"{portal.url}/audit-trends/")
        page.get_by_label("From").fill("2024-01-01")
        expect(page).to_have_url(re.compile("from=2024-01-01"))
        expect(page.locator("#trends .cols-chart rect").first).to_be_visible()
        page.locator("table.figures tr.sum td.n a").last.click()
        expect(page).to_have_url(re.compile(r"/findings/\?status=standing.*repeat=yes"))
    assert heard.lines == []
    check_page(page, f"{portal.url}/audit-trends/steps/response/?show=late")
    check_page(page, f"{portal.url}/audit-trends/?from=2019-01-01&to=2019-02-01")

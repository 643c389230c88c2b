"""A CMO answers, publishes, and its sponsor sees what is new; both pages pass the one check."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import check_page

pytestmark = pytest.mark.browser


@pytest.mark.walk
def test_a_cmo_answers_and_publishes_and_its_sponsor_sees_what_is_new(portal: Any, page: Any, chromium: Any) -> None:
    portal.sign_in(page, "pat")
    check_page(page, f"{portal.url}/company-profile/")
    check_page(page, f"{portal.url}/company-profile/sections/quality/")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("#QU-11-value").fill("0")
    expect(page.locator("[data-save]").first).to_contain_text("Saved")
    page.locator("#QU-11-value").fill("2")
    expect(page.locator('#QU-11-version[value="2"]')).to_have_count(1)
    page.goto(f"{portal.url}/company-profile/publish/")
    page.get_by_label("Northgate Biopharma").check()
    page.get_by_label("What changed").fill("Recalls of the last three years.")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#toasts")).to_contain_text("Published to Northgate Biopharma.")

    sponsor = chromium.new_context().new_page()
    portal.sign_in(sponsor, "sam")
    sponsor.goto(f"{portal.url}/cmos/")
    sponsor.get_by_role("link", name="Alpenglow Pharma Services").first.click()
    sponsor.locator("nav.tabs").get_by_role("link", name="Profile").click()
    expect(sponsor.get_by_text("Recalls of the last three years.")).to_be_visible()
    new = sponsor.locator("section[aria-labelledby=h-changes] li.event", has_text="How many recalls")
    expect(new).to_contain_text("2 recalls")
    sponsor.get_by_role("button", name="Mark version 3 as read").click()
    expect(sponsor.get_by_text("Nothing: this is what was read last.")).to_be_visible()
    check_page(sponsor, sponsor.url)
    sponsor.context.close()

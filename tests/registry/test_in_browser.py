"""The list of CMOs and a CMO's page in a real browser: filters without a reload, keys, saved views, the one check."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, Listening, check_page

pytestmark = pytest.mark.browser


@pytest.fixture
def sam(portal: Any, page: Page) -> Page:
    signed_in: Page = portal.sign_in(page, "sam")
    return signed_in


def test_list_and_page_pass_the_check(portal: Any, sam: Page) -> None:
    check_page(sam, f"{portal.url}/cmos/")
    sam.goto(f"{portal.url}/cmos/?q=linz")
    address = sam.get_by_role("link", name="Alpenglow Pharma Services").get_attribute("href")
    for tab in ("", "sites/", "contacts/", "documents/", "history/", "edit/"):
        check_page(sam, f"{portal.url}{address}{tab}")


def test_site_pages_pass_the_check_for_both_sides(portal: Any, page: Page) -> None:
    for name in ("sam", "pat"):
        page.context.clear_cookies()
        portal.sign_in(page, name)
        check_page(page, f"{portal.url}/sites/")
        address = page.locator("#sites tbody a").first.get_attribute("href")
        check_page(page, f"{portal.url}{address}")


def test_typing_filters_the_list_in_place_and_says_how_many_are_left(portal: Any, sam: Page) -> None:
    sam.goto(f"{portal.url}/cmos/")
    with Listening(sam) as heard:
        sam.get_by_label("Search", exact=True).fill("vilnius")
        expect(sam.locator("#cmos tbody tr")).to_have_count(1)
        expect(sam.locator("[data-announcer]")).to_contain_text("1")
        expect(sam.get_by_label("Search", exact=True)).to_be_focused()
        sam.get_by_label("Service").select_option("api_mfg")
        expect(sam.get_by_role("heading", name="No CMO answers to this")).to_be_visible()
    assert heard.lines == []
    assert "service=api_mfg" in sam.url


def test_keys_walk_the_list_and_enter_opens(portal: Any, sam: Page) -> None:
    sam.goto(f"{portal.url}/cmos/?sort=name")
    sam.locator("h1").click()
    sam.keyboard.press("j")
    expect(sam.locator("#cmos tbody a").first).to_be_focused()
    sam.keyboard.press("j")
    expect(sam.locator("#cmos tbody a").nth(1)).to_be_focused()
    sam.keyboard.press("Enter")
    expect(sam).to_have_url(re.compile(r"/cmos/CMO-"))
    expect(sam.get_by_role("link", name="Overview")).to_have_attribute("aria-current", "page")


def test_view_is_saved_in_a_dialog_and_removed_with_undo(portal: Any, sam: Page) -> None:
    sam.goto(f"{portal.url}/cmos/?country=IT")
    sam.get_by_role("link", name="Save this view").click()
    dialog = sam.get_by_role("dialog")
    dialog.get_by_label("Name of the view").fill("Italy")
    dialog.get_by_role("button", name="Save the view").click()
    expect(sam.get_by_role("link", name="Italy")).to_be_visible()
    sam.get_by_role("button", name="Remove the view Italy").click()
    expect(sam.get_by_role("link", name="Italy")).to_have_count(0)
    sam.get_by_role("button", name="Undo").click()
    expect(sam.get_by_role("link", name="Italy")).to_be_visible()


def test_phone_reads_the_list_as_blocks(portal: Any, sam: Page) -> None:
    sam.set_viewport_size(PHONE)
    sam.goto(f"{portal.url}/cmos/")
    expect(sam.locator("#cmos thead")).to_be_hidden()
    expect(sam.get_by_role("row", name="Corvus Sterile")).to_be_visible()


def test_filters_work_without_scripts(portal: Any, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = portal.sign_in(context.new_page(), "sam")
    page.goto(f"{portal.url}/cmos/")
    page.get_by_label("Search", exact=True).fill("vilnius")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#cmos tbody tr")).to_have_count(1)
    context.close()

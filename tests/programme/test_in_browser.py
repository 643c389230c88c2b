"""The programme in a real browser: every page passes the one check, and an audit moves by mouse and by keyboard."""

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


def first_link(page: Page, address: str, pattern: str) -> str:
    """The first link of a page whose address has the pattern."""
    page.goto(address)
    found = page.locator(f"main a[href^='{pattern}']").first.get_attribute("href")
    assert found, f"{address} has no link to {pattern}"
    return found


def test_pages_of_audits_pass_the_check(portal: Any, sam: Page) -> None:
    check_page(sam, f"{portal.url}/audits/")
    for words in ("graz", "parma"):
        audit = first_link(sam, f"{portal.url}/audits/?q={words}", "/audits/AUD-")
        for tab in ("", "team/", "history/", "edit/", "dates/", "moves/cancel/"):
            check_page(sam, f"{portal.url}{audit}{tab}")


def test_calendar_plan_and_steering_pages_pass_the_check(portal: Any, sam: Page) -> None:
    for view in ("month", "quarter", "year", "load"):
        check_page(sam, f"{portal.url}/audits/calendar/?view={view}")
    for listed, pattern in (
        ("audit-plans", "/audit-plans/PLAN-"),
        ("audit-intervals", "/audit-intervals/"),
        ("audit-events", "/audit-events/"),
        ("auditors", "/auditors/"),
    ):
        check_page(sam, f"{portal.url}/{listed}/")
        sam.goto(f"{portal.url}/{listed}/")
        links = [str(link.get_attribute("href")) for link in sam.locator(f"main a[href^='{pattern}']").all()]
        detail = next(link for link in links if not link.endswith("new/"))
        check_page(sam, f"{portal.url}{detail}")
    check_page(sam, f"{portal.url}/audit-limits/")
    check_page(sam, f"{portal.url}/audit-limits/edit/")
    site = first_link(sam, f"{portal.url}/audit-intervals/", "/sites/SITE-")
    check_page(sam, f"{portal.url}{site}")


def test_partner_pages_pass_the_check(portal: Any, page: Page) -> None:
    pat = portal.sign_in(page, "pat")
    check_page(pat, f"{portal.url}/")
    check_page(pat, f"{portal.url}/audits/")
    audit = first_link(pat, f"{portal.url}/audits/?q=graz", "/audits/AUD-")
    for tab in ("", "team/", "slots/new/"):
        check_page(pat, f"{portal.url}{audit}{tab}")


def test_audit_is_dragged_to_another_month_and_the_form_asks_why(portal: Any, sam: Page) -> None:
    audit = first_link(sam, f"{portal.url}/audits/?q=parma", "/audits/AUD-")
    number = audit.strip("/").split("/")[-1]
    with Listening(sam) as heard:
        sam.goto(f"{portal.url}/audits/calendar/?view=year")
        if not sam.locator(f"[data-audit='{number}']").count():
            sam.get_by_role("link", name="Later").click()
        chip = sam.locator(f"[data-audit='{number}']").first
        expect(chip).to_be_visible()
        home = chip.locator("xpath=ancestor::section").get_attribute("data-drop")
        target = next(
            box for box in sam.locator("[data-drop]").all() if box.get_attribute("data-drop") not in {home, None}
        )
        month = target.get_attribute("data-drop")
        chip.drag_to(target)
        expect(sam).to_have_url(re.compile(rf"/dates/\?month={month}"))
        sam.get_by_role("button", name="Set the dates").click()
        expect(sam.get_by_text("Write why the dates move")).to_have_count(2)
        sam.get_by_label("Why it moves").fill("Campaign at the site")
        sam.get_by_role("button", name="Set the dates").click()
        expect(sam.get_by_text("The dates are set.")).to_be_visible()
    assert [line for line in heard.lines if "422" not in line] == []


def test_audit_is_moved_with_the_keyboard_alone(portal: Any, sam: Page) -> None:
    sam.goto(f"{portal.url}/audits/calendar/?view=year")
    if not sam.get_by_role("link", name="Move the audit of Graz Solids").count():
        sam.get_by_role("link", name="Later").click()
    button = sam.get_by_role("link", name="Move the audit of Graz Solids").first
    button.focus()
    sam.keyboard.press("Enter")
    expect(sam.get_by_role("heading", level=1)).to_contain_text("Dates of")
    expect(sam.get_by_label("Why it moves")).to_be_visible()


def test_dates_are_offered_by_one_side_and_agreed_by_the_other(portal: Any, page: Page) -> None:
    sam = portal.sign_in(page, "sam")
    audit = first_link(sam, f"{portal.url}/audits/?q=graz", "/audits/AUD-")
    sam.goto(f"{portal.url}{audit}slots/new/")
    sam.get_by_label("First day").fill("2029-05-14")
    sam.get_by_label("Last day").fill("2029-05-16")
    sam.get_by_role("button", name="Offer these dates").click()
    expect(sam.get_by_text("14–16 May 2029")).to_be_visible()
    page.context.clear_cookies()
    pat = portal.sign_in(page, "pat")
    pat.get_by_role("link", name=re.compile("Dates for .*Graz")).click()
    pat.get_by_role("link", name="Answer the offer 14–16 May 2029").click()
    pat.get_by_label("These dates suit").check()
    pat.get_by_role("button", name="Answer").click()
    expect(pat.locator(".facts")).to_contain_text("14–16 May 2029")


def test_phone_reads_stage_and_calendar(portal: Any, sam: Page) -> None:
    sam.set_viewport_size(PHONE)
    sam.goto(f"{portal.url}/audits/calendar/?view=quarter")
    expect(sam.locator(".cal-months")).to_be_visible()
    assert sam.evaluate("document.documentElement.scrollWidth <= innerWidth")

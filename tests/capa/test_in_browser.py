"""CAPAs in a real browser: the one check for both sides, a cause tree by keys, a draft that saves itself."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Listening, check_page

pytestmark = pytest.mark.browser
STATES = ("Audit trail", "Gowning", "Hold time", "Calibration", "Disinfectant", "Retained", "Deviations", "Training")


def open_capa(page: Page, url: str, words: str) -> str:
    page.goto(f"{url}/capas/?q={words}")
    address = page.locator("#capas tbody a").first.get_attribute("href")
    assert address
    return f"{url}{address}"


def test_pages_of_the_sponsor_pass_the_check(portal: Any, page: Page) -> None:
    portal.sign_in(page, "leo")
    check_page(page, f"{portal.url}/capas/")
    check_page(page, f"{portal.url}/capas/?q=nothing-like-this")
    for words in STATES:
        check_page(page, open_capa(page, portal.url, words))
    story = open_capa(page, portal.url, "Media-fill")
    for more in ("", "date/", "extension/"):
        check_page(page, f"{story}{more}")
    check_page(page, f"{open_capa(page, portal.url, 'Gowning')}response/accept/")
    check_page(page, f"{open_capa(page, portal.url, 'Calibration')}moves/plan_check/")
    page.goto(story)
    page.locator(".acts a").first.click()
    check_page(page, page.url)


def test_pages_of_the_cmo_pass_the_check(portal: Any, page: Page) -> None:
    portal.sign_in(page, "pat")
    check_page(page, f"{portal.url}/capas/")
    check_page(page, open_capa(page, portal.url, "Media-fill"))
    draft = f"{open_capa(page, portal.url, 'Hold')}response/"
    check_page(page, draft)
    check_page(page, f"{draft}send/")
    check_page(page, f"{portal.url}/own-capas/")
    check_page(page, f"{portal.url}/own-capas/new/")
    page.goto(f"{portal.url}/own-capas/")
    page.locator("#own-capas tbody a").first.click()
    check_page(page, page.url)
    check_page(page, f"{page.url}edit/")


def test_the_cause_tree_is_edited_by_keys_alone(portal: Any, page: Page) -> None:
    portal.sign_in(page, "pat")
    page.goto(f"{open_capa(page, portal.url, 'Training')}response/")
    with Listening(page) as heard:
        page.locator("#line-0").fill("Trained too late")
        page.locator("#line-0").press("Alt+Enter")
        expect(page.locator("#line-1")).to_be_focused()
        page.keyboard.type("No reminder")
        page.keyboard.press("Enter")
        expect(page.locator("#line-2")).to_be_focused()
        page.keyboard.type("Two editions in a month")
        page.keyboard.press("Alt+ArrowRight")
        expect(page.locator("li.d2 #line-2")).to_be_focused()
        page.keyboard.press("Alt+ArrowLeft")
        expect(page.locator("li.d1 #line-2")).to_be_focused()
        page.keyboard.press("Alt+ArrowUp")
        expect(page.locator("#line-1")).to_have_value("Two editions in a month")
        expect(page.locator("#line-1")).to_be_focused()
    assert heard.lines == []


def test_a_draft_saves_itself_and_survives_the_page(portal: Any, page: Page) -> None:
    portal.sign_in(page, "pat")
    address = f"{open_capa(page, portal.url, 'Training')}response/"
    page.goto(address)
    with Listening(page) as heard:
        page.get_by_label("Root cause", exact=False).first.fill("The system trains on the day, not before it.")
        expect(page.locator("[data-save]")).to_contain_text("Saved")
        expect(page.locator("[data-lacking-here]")).not_to_contain_text("Write the root cause.")
        page.get_by_label("Gets to a cause that can be acted on").check()
        expect(page.locator("[data-save]")).to_contain_text("Saved")
        page.get_by_label("Root cause", exact=False).first.fill("The system trains on the day it comes into force.")
        expect(page.locator("[data-save]")).to_contain_text("Saved")
        page.wait_for_timeout(900)
    assert heard.lines == []
    page.goto(address)
    expect(page.get_by_label("Root cause", exact=False).first).to_have_value(
        "The system trains on the day it comes into force."
    )
    expect(page.get_by_label("Gets to a cause that can be acted on")).to_be_checked()


def test_the_draft_works_without_scripts(portal: Any, chromium: Any) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = portal.sign_in(context.new_page(), "pat")
    page.goto(f"{open_capa(page, portal.url, 'Hold')}response/")
    page.get_by_role("button", name="Add a cause below, line 1", exact=True).click()
    expect(page.locator("[data-tree] li.d1")).not_to_have_count(0)
    page.get_by_role("button", name="Save and add another action").click()
    page.get_by_role("button", name="Go on to send").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Send the response")
    context.close()


def test_two_people_agree_a_day_in_the_browser(portal: Any, chromium: Any) -> None:
    leo = portal.sign_in(chromium.new_context().new_page(), "leo")
    leo.goto(open_capa(leo, portal.url, "Disinfectant"))
    leo.get_by_role("button", name="Agree", exact=True).click()
    expect(leo.get_by_text("agreed by both sides")).to_be_visible()
    pat = portal.sign_in(chromium.new_context().new_page(), "pat")
    pat.goto(leo.url)
    expect(pat.get_by_role("heading", name="Waits for you")).to_be_visible()
    leo.context.close()
    pat.context.close()

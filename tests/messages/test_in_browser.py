"""Two people in two windows: what one shares appears in the other's open page, what one notes never does."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser import WIDE, check_page
from tests.server import Installation

WORDS, NOTED = "The quincunx layout is attached.", "Their quincunx is too dear."


def test_a_message_appears_in_the_other_window_and_a_note_does_not(
    page: Page, chromium: Browser, portal: Installation
) -> None:
    portal.sign_in(page, "leo")
    page.goto(f"{portal.url}/threads/?q=lyophiliser")
    page.locator("section", has_text="Threads").get_by_role("link", name="Shelf mapping").first.click()
    context = chromium.new_context(viewport=WIDE, reduced_motion="reduce", locale="en-GB")
    other = context.new_page()
    heard: list[str] = []
    try:
        portal.sign_in(other, "pat")
        other.goto(page.url)
        other.on("response", lambda answer: heard.append(answer.url))
        box = page.get_by_label("Message", exact=True)
        box.fill(NOTED)
        page.get_by_role("button", name="Internal note").click()
        expect(page.locator(".own-note", has_text=NOTED)).to_be_visible()
        box.press_sequentially("@pat")
        expect(page.get_by_role("option", name="Pat Huber")).to_be_visible()
        box.press("Enter")
        expect(box).to_have_value("@Pat Huber ")
        box.press_sequentially(WORDS)
        page.get_by_role("button", name="Share with").click()
        came = other.locator("li", has_text=WORDS)
        expect(came).to_be_visible(timeout=12_000)
        assert NOTED not in other.content()
        assert not [url for url in heard if url == page.url], "it came without a reload"
        other.goto(f"{portal.url}/threads/?said=me&q=quincunx")
        expect(other.locator("mark", has_text="quincunx")).to_have_count(1)
        other.get_by_role("link", name="Shelf mapping").last.click()
        expect(other.locator("li:target", has_text=WORDS)).to_be_visible()
    finally:
        context.close()
    action = page.get_by_role("link", name="Send the probe layout").first.get_attribute("href")
    for path in ("/threads/?q=quincunx", action):
        check_page(page, f"{portal.url}{path}")

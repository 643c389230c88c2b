"""One device, several windows or several people: nothing written is lost, and nothing stays for the next to read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from tests.conducting import (
    add_questions,
    all_sent,
    answer_by_key,
    api,
    end_every_session,
    held_here,
    opened,
    take_offline,
    under_way,
)
from tests.line import Line
from tests.server import Installation

pytestmark = pytest.mark.browser
# Data that the server sent before an answer reached it, and that arrives after it.
SLOW_DATA = """
const real = window.fetch;
window.fetch = async (...asked) => {
  const answer = await real(...asked);
  if (window.slow && String(asked[0]).endsWith("/data/")) await new Promise((on) => setTimeout(on, 2500));
  return answer;
};
"""


def test_bringing_back_sends_what_another_window_left_on_the_device(
    through: Installation, line: Line, page: Page
) -> None:
    through.sign_in(page, "leo")
    audit = under_way(page, line.url)
    first, second = add_questions(page, audit, "TWO", 2)
    opened(page, through, audit)
    take_offline(page)
    other = page.context.new_page()
    opened(other, through, audit)
    expect(other.locator("[data-held]")).to_be_visible()
    line.cut()
    answer_by_key(other, first, "3")
    other.close()
    line.mend()
    all_sent(page)
    page.locator("[data-bring]").click()
    expect(page.locator("[data-held]")).to_be_hidden(timeout=20_000)
    assert api(page, f"/api/v1/checklist-items/{first}/")["answer"] == "no"

    take_offline(page)
    other = page.context.new_page()
    opened(other, through, audit)
    expect(other.locator("[data-held]")).to_be_visible()
    page.locator("[data-bring]").click()
    expect(other.locator("[data-held]")).to_be_hidden(timeout=20_000)
    answer_by_key(other, second, "1")
    all_sent(other)
    assert api(page, f"/api/v1/checklist-items/{second}/")["answer"] == "yes"


def test_words_that_were_begun_do_not_wait_for_the_next_person(portal: Installation, page: Page) -> None:
    portal.sign_in(page, "leo")
    audit = under_way(page, portal.url)
    (number,) = add_questions(page, audit, "BEGUN", 1)
    opened(page, portal, audit)
    page.fill("#note-text", "Leo has not finished this note.")
    page.locator(f"#q-{number}").get_by_role("button", name="Make a finding").click()
    page.fill("#f-title", "Nor this finding")
    tab = page.context.new_page()
    end_every_session(portal)
    portal.sign_in(tab, "sam")
    expect(page.locator("dialog[open]")).to_have_count(0, timeout=30_000)
    expect(page.locator("#note-text")).to_have_value("")
    tab.close()


def test_an_older_answer_of_the_server_does_not_cover_a_newer_one(portal: Installation, page: Page) -> None:
    page.add_init_script(SLOW_DATA)
    portal.sign_in(page, "leo")
    audit = under_way(page, portal.url)
    (number,) = add_questions(page, audit, "OLD", 1)
    opened(page, portal, audit)
    all_sent(page)
    page.evaluate("() => { window.slow = true; dispatchEvent(new Event('online')); }")
    page.wait_for_timeout(700)
    answer_by_key(page, number, "2")
    all_sent(page)
    page.wait_for_timeout(2600)
    expect(page.locator(f"#q-{number} [data-answer=partial]")).to_have_attribute("aria-pressed", "true", timeout=300)


def test_a_copy_goes_once_the_audit_is_not_open_to_its_holder_any_more(portal: Installation, page: Page) -> None:
    portal.sign_in(page, "leo")
    audit = under_way(page, portal.url)
    add_questions(page, audit, "GONE", 1)
    opened(page, portal, audit)
    take_offline(page)

    def gone(route: Route) -> None:
        route.fulfill(status=404, body="")

    page.context.route("**/data/", gone)
    page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(page.locator("[data-shut]")).to_contain_text("not open to you", timeout=20_000)
    expect(page.locator(".qn")).to_have_count(0)
    assert held_here(page)[0] == []

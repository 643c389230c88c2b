"""Findings in a real browser: the draft saves itself and loses nothing, clauses are picked by keys, a phone answers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import PHONE, Listening, check_page

pytestmark = pytest.mark.browser


def first(page: Page, portal: Any, query: str) -> str:
    """The address of the first finding of a filtered list."""
    page.goto(f"{portal.url}/findings/?{query}")
    return f"{portal.url}{page.locator('#findings tbody th a').first.get_attribute('href')}"


def of_audit(page: Page, finding: str) -> str:
    page.goto(finding)
    return str(page.locator("dl a[href*='/audits/']").get_attribute("href"))


DRAFT = "status=draft&q=chromatography"  # the demo's own: other tests in the same installation write theirs


@pytest.fixture
def leo(portal: Any, page: Page) -> Page:
    signed_in: Page = portal.sign_in(page, "leo")
    return signed_in


def test_pages_of_the_team_pass_the_check(portal: Any, leo: Page) -> None:
    draft, disputed = first(leo, portal, DRAFT), first(leo, portal, "status=disputed")
    tab = of_audit(leo, disputed)
    own = of_audit(leo, draft)
    addresses = [draft, f"{draft}edit/", disputed, f"{disputed}classify/", f"{draft}move/withdraw/"]
    addresses += [f"{portal.url}{path}" for path in ("/findings/", "/findings/new/", "/findings/clauses/",
                  "/findings/disagreements/", tab, f"{own}new/", f"{own}combine/",
                  tab.replace("/findings/", "/factual-check/"))]  # fmt: skip
    for address in addresses:
        check_page(leo, address)


def test_pages_of_the_reviewer_and_the_owner_pass_the_check(portal: Any, page: Page) -> None:
    portal.sign_in(page, "sam")
    disputed = first(page, portal, "status=disputed")
    tab = of_audit(page, disputed)
    check_page(page, f"{disputed}settle/")
    check_page(page, f"{portal.url}{tab.replace('/findings/', '/factual-check/')}start/")


def test_pages_of_the_cmo_pass_the_check(portal: Any, page: Page) -> None:
    portal.sign_in(page, "bea")
    waiting = first(page, portal, "status=in_factual_check")
    tab = of_audit(page, waiting)
    for address in (
        f"{portal.url}/findings/",
        waiting,
        f"{waiting}answer/",
        f"{portal.url}{tab}",
        f"{portal.url}{tab.replace('/findings/', '/factual-check/')}",
        f"{portal.url}/findings/disagreements/",
    ):
        check_page(page, address)


def test_a_draft_saves_itself_while_it_is_written(portal: Any, leo: Page) -> None:
    address = f"{first(leo, portal, DRAFT)}edit/"
    leo.goto(address)
    with Listening(leo) as heard:
        leo.get_by_label("Objective evidence").fill("Sequence 2231, injections 1 to 6.")
        expect(leo.locator("[data-save]").first).to_contain_text("Saved")
        expect(leo.locator("#finding-state")).not_to_contain_text("objective evidence")
        leo.get_by_label("Major").check()
        leo.get_by_label("Why this class").fill("Results could come from a system that was not fit.")
        expect(leo.locator("#finding-state")).to_contain_text("Complete")
    assert heard.lines == []
    leo.goto(address)
    expect(leo.get_by_label("Objective evidence")).to_have_value("Sequence 2231, injections 1 to 6.")
    expect(leo.get_by_label("Major")).to_be_checked()


def test_a_dropped_line_keeps_the_text_and_saves_it_later(portal: Any, leo: Page) -> None:
    leo.goto(f"{first(leo, portal, DRAFT)}edit/")
    cut = True

    def answer(route: Route) -> None:
        if cut:
            route.abort()
        else:
            route.continue_()

    leo.route(re.compile(r"/draft/$"), answer)
    leo.get_by_label("Impact on product").fill("None of the results was released.")
    expect(leo.locator("[data-save]").first).to_contain_text("Not saved, trying again")
    expect(leo.get_by_label("Impact on product")).to_have_value("None of the results was released.")
    cut = False
    expect(leo.locator("[data-save]").first).to_contain_text("Saved", timeout=10_000)
    leo.reload()
    expect(leo.get_by_label("Impact on product")).to_have_value("None of the results was released.")


def test_clauses_are_searched_and_picked_with_the_keyboard(portal: Any, leo: Page) -> None:
    leo.goto(f"{first(leo, portal, DRAFT)}edit/")
    with Listening(leo) as heard:
        search = leo.get_by_label("Search the register by a word or a number")
        search.fill("investigation")
        expect(leo.locator("#clause-hits [role=option]").first).to_contain_text("21 CFR 211.192")
        search.press("ArrowDown")
        search.press("Enter")
        chosen = leo.get_by_role("list", name="Chosen clauses")
        expect(chosen).to_contain_text("21 CFR 211.192")
        expect(leo.locator("[data-save]").first).to_contain_text("Saved")
        search.fill("211.22(d)")
        leo.locator("#clause-hits [role=option]").first.click()
        expect(chosen).to_contain_text("21 CFR 211.22(d)")
        leo.get_by_role("button", name="Remove 21 CFR 211.192").click()
        expect(chosen).not_to_contain_text("21 CFR 211.192")
        expect(leo.locator("[data-save]").first).to_contain_text("Saved")
    assert heard.lines == []
    leo.reload()
    expect(leo.get_by_role("list", name="Chosen clauses")).to_contain_text("21 CFR 211.22(d)")
    expect(leo.get_by_role("list", name="Chosen clauses")).not_to_contain_text("21 CFR 211.192")


def test_two_windows_on_one_draft_show_both_texts_and_keep_the_typed_one(portal: Any, leo: Page) -> None:
    address = f"{first(leo, portal, DRAFT)}edit/"
    leo.goto(address)
    other = leo.context.new_page()
    other.goto(address)
    other.get_by_label("What was found").fill("Said in the other window.")
    expect(other.locator("[data-save]").first).to_contain_text("Saved")
    leo.bring_to_front()
    leo.get_by_label("What was found").fill("Said here.")
    dialog = leo.get_by_role("dialog", name="Someone else changed this meanwhile")
    expect(dialog).to_contain_text("Said in the other window.")
    expect(dialog).to_contain_text("Said here.")
    dialog.get_by_role("button", name="Close").click()
    expect(leo.get_by_label("What was found")).to_have_value("Said here.")
    leo.get_by_label("What was found").fill("Both: said here and there.")
    expect(leo.locator("[data-save]").first).to_contain_text("Saved")
    other.reload()
    expect(other.get_by_label("What was found")).to_have_value("Both: said here and there.")


def test_a_phone_answers_in_two_touches(portal: Any, page: Page) -> None:
    page.set_viewport_size(PHONE)
    portal.sign_in(page, "bea")
    page.get_by_role("link", name=re.compile("Factual check of the findings at Vilnius Fill")).first.click()
    page.get_by_role("button", name="F-03: we agree").click()
    expect(page.locator("#F-03")).to_contain_text("We agree")
    expect(page.get_by_role("button", name="F-03: we agree")).to_have_count(0)

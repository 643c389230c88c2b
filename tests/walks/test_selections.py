"""Two people score in two browsers, the connection drops in between, nothing is lost; every page passes the check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import check_page
from tests.line import Line

pytestmark = pytest.mark.browser
SCORING, SCORED, DRAFT = "NGB-214 fill–finish", "NGB-077 oral solid", "NGB-190 pre-filled"


@pytest.fixture
def line(portal: Any) -> Iterator[Line]:
    made = Line(portal.url)
    yield made
    made.cut()


def opened(page: Any, url: str, title: str, tab: str = "") -> str:
    """The address of a tab of the selection of this title, found as a person finds it; the page shows it."""
    page.goto(f"{url}/selections/")
    page.get_by_role("link", name=re.compile(title)).first.click()
    page.wait_for_load_state()
    if tab:
        page.locator("nav.tabs a", has_text=tab).first.click()
        page.wait_for_load_state()
    return str(page.url)


def empty_cells(page: Any) -> Any:
    return page.locator('.cell[data-url][data-s=""] input.sc')


@pytest.mark.walk
def test_two_people_score_and_a_dropped_connection_loses_nothing(
    portal: Any, page: Any, chromium: Any, line: Line
) -> None:
    through_line = replace(portal, url=line.url)
    through_line.sign_in(page, "tom")
    scores = opened(page, line.url, SCORING, "Scores")
    names = [empty_cells(page).nth(at).get_attribute("name") for at in range(4)]
    first, *rest = [page.locator(f'input[name="{name}"]') for name in names]

    first.press("4")
    expect(page.locator("[data-save]")).to_contain_text("Saved")
    expect(page.locator("nav.tabs [aria-current] .n")).to_have_text("47 of 50")

    line.cut()
    for cell, mark in zip(rest, "3x2", strict=True):
        cell.press(mark)
    expect(page.locator("[data-save]")).to_contain_text("Not saved, trying again in")
    assert [cell.input_value() for cell in rest] == ["3", "x", "2"], "what was typed stays"
    line.mend()
    expect(page.locator("[data-save]")).to_contain_text("Saved", timeout=25_000)
    expect(page.locator("nav.tabs [aria-current] .n")).to_have_text("50 of 50")

    page.goto(scores)
    kept = [page.locator(f'input[name="{name}"]').input_value() for name in names]
    assert kept == ["4", "3", "x", "2"]

    context = chromium.new_context(locale="en-GB")
    other = context.new_page()
    portal.sign_in(other, "priya")
    opened(other, portal.url, SCORING, "Scores")
    theirs = other.locator(f'input[name="{names[1]}"]')
    cell = theirs.locator("xpath=..")
    expect(cell.locator(".cmp .vh")).to_have_text("Panel scores show after you score.")
    theirs.press("0")
    expect(cell.locator(".cmp .vh")).to_contain_text("Panel median")
    expect(cell.locator(".split")).to_be_visible()
    context.close()


@pytest.mark.walk
def test_marks_move_the_ranking_and_can_be_undone(portal: Any, page: Any) -> None:
    portal.sign_in(page, "quinn")
    opened(page, portal.url, SCORING, "Scores")
    ranking = page.locator(".ranking .nm")
    leader = ranking.first.inner_text()
    column = page.locator("#matrix thead a").all_inner_texts().index(leader) + 1
    cells = page.locator(f"tr.crit > :nth-child({column + 1}) input.sc")
    cells.first.focus()
    before = cells.first.input_value()
    page.keyboard.press("0")
    page.locator("#toasts button", has_text="Undo").last.click()
    expect(cells.first).to_have_value(before)
    cells.first.focus()
    for _ in range(cells.count()):
        page.keyboard.press("0")
        page.keyboard.press("ArrowDown")
    expect(page.locator("[data-save]")).to_contain_text("Saved", timeout=30_000)  # of a whole column, one by one
    expect(ranking.first).not_to_have_text(leader)


@pytest.mark.walk
def test_a_mark_changed_in_another_window_is_not_overwritten(portal: Any, page: Any, chromium: Any) -> None:
    portal.sign_in(page, "sam")
    scores = opened(page, portal.url, SCORING, "Scores")
    other = page.context.new_page()
    other.goto(scores)
    name = page.locator('.cell[data-url]:not([data-s=""]) input.sc').first.get_attribute("name")
    other.locator(f'input[name="{name}"]').press("1")
    expect(other.locator("[data-save]")).to_contain_text("Saved")
    mine = page.locator(f'input[name="{name}"]')
    mine.press("3")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("elsewhere you saved 1, here you typed 3")
    dialog.get_by_role("button", name="Keep 3").click()
    expect(dialog).to_have_count(0)
    expect(mine).to_have_value("3")
    page.goto(scores)
    assert page.locator(f'input[name="{name}"]').input_value() == "3"


def test_the_keys_of_the_matrix_and_its_panel(portal: Any, page: Any) -> None:
    portal.sign_in(page, "priya")
    opened(page, portal.url, SCORING, "Scores")
    cells = page.locator("tr.crit").first.locator("input.sc")
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    page.keyboard.press("9")
    assert cells.nth(1).input_value() in "012345x", "only marks of the scale go in"
    page.keyboard.press("n")
    expect(page.locator("#why")).to_be_focused()
    page.locator("#why").fill("Seen in the batch record of line 3.")
    expect(page.locator("[data-save]")).to_contain_text("Saved")
    cells.nth(1).focus()
    page.keyboard.press("Delete")
    expect(cells.nth(1).locator("xpath=..")).to_have_attribute("data-s", "")
    expect(page.locator("[data-save]")).to_contain_text("Saved")


def test_a_reason_that_could_not_be_saved_survives_a_look_at_another_cell(portal: Any, page: Any) -> None:
    """The server is away for longer than the tries last; then the person goes on to the next cell."""
    portal.sign_in(page, "priya")
    page.clock.install()
    scores = opened(page, portal.url, SCORING, "Scores")
    cells = page.locator("tr.crit").nth(1).locator("input.sc")
    cells.first.focus()
    page.clock.fast_forward(300)
    why = page.locator("#why")
    expect(why).to_be_visible()
    page.route("**/why/", lambda route: route.fulfill(status=503))
    why.fill("Seen on line 3 in person.")
    for wait in (700, 5_100, 15_100, 60_100):
        with page.expect_response("**/why/"):
            page.clock.fast_forward(wait)
    expect(page.locator("[data-unsaved]")).to_be_visible()
    cells.nth(1).focus()
    page.clock.fast_forward(300)
    other = str(cells.nth(1).locator("xpath=..").get_attribute("data-panel"))
    expect(page.locator("[data-cell-panel] form.why")).to_have_attribute("action", f"{other}why/")
    page.unroute("**/why/")
    with page.expect_response("**/why/") as answer:
        page.clock.fast_forward(5_100)
    assert answer.value.ok
    page.goto(scores)
    cells.first.focus()
    page.clock.fast_forward(300)
    expect(why).to_have_value("Seen on line 3 in person.")


def test_a_slow_panel_does_not_take_the_place_of_a_later_cells(portal: Any, page: Any) -> None:
    portal.sign_in(page, "priya")
    opened(page, portal.url, SCORING, "Scores")
    links = page.locator("tr.crit").nth(1).locator("[data-open-cell]")
    first, second = (str(links.nth(at).evaluate("link => link.getAttribute('href')")) for at in (0, 1))
    held: list[Any] = []
    page.route(f"**{first}", lambda route: held.append(route))
    links.first.click()
    links.nth(1).click()
    shown = page.locator("[data-cell-panel] form.why")
    expect(shown).to_have_attribute("action", f"{second}why/")
    with page.expect_response(f"**{first}"):
        held[0].continue_()
    page.wait_for_timeout(300)
    expect(shown).to_have_attribute("action", f"{second}why/")


@pytest.mark.parametrize(
    ("title", "tab"),
    [
        (SCORING, ""),
        (SCORING, "Candidates"),
        (SCORING, "Criteria"),
        (SCORING, "Scores"),
        (SCORING, "Result"),
        (SCORED, "Scores"),
        (SCORED, "Result"),
        (SCORED, "History"),
        (DRAFT, "Candidates"),
        (DRAFT, "Criteria"),
    ],
)
def test_each_page_passes_the_check(title: str, tab: str, portal: Any, page: Any) -> None:
    portal.sign_in(page, "sam")
    check_page(page, opened(page, portal.url, title, tab))


def test_the_pages_beside_the_tabs_pass_the_check(portal: Any, page: Any) -> None:
    portal.sign_in(page, "sam")
    check_page(page, f"{portal.url}/selections/")
    check_page(page, f"{portal.url}/selections/new/")
    check_page(page, portal.url)
    one = opened(page, portal.url, DRAFT)
    for path in ("edit/", "panel/", "moves/open/", "criteria/new/", "criteria/weights/"):
        check_page(page, one + path)
    opened(page, portal.url, SCORING, "Candidates")
    check_page(page, str(page.get_by_role("link", name=re.compile("^Add ")).first.evaluate("link => link.href")))
    scoring = opened(page, portal.url, SCORING)
    check_page(page, f"{scoring}scores/submit/")
    check_page(page, f"{scoring}scores/?show=split")
    opened(page, portal.url, SCORING, "Scores")
    check_page(page, cell := str(page.locator(".ev").first.evaluate("link => link.href")))
    check_page(page, f"{cell}evidence/")
    result = opened(page, portal.url, SCORED, "Result")
    check_page(page, str(page.locator(".rk th a").first.evaluate("link => link.href")))
    check_page(page, f"{result}?w_none=1")

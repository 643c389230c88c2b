"""The style guide and the sign-in page in a real browser, under the full Content-Security-Policy with Trusted Types."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import Listening, check_page

pytestmark = [pytest.mark.urls("tests.look.urls"), pytest.mark.browser, pytest.mark.embedded]


@pytest.fixture(autouse=True)
def in_the_demo(settings: Any) -> None:
    settings.DEMO = True


@pytest.mark.parametrize("path", ["/styleguide/", "/accounts/login/", "/accounts/password/reset/"])
def test_page_is_accessible_and_quiet(page: Page, plain_server: str, path: str) -> None:
    check_page(page, plain_server + path)


def test_policy_is_the_strict_one(page: Page, plain_server: str) -> None:
    response = page.goto(f"{plain_server}/styleguide/")
    assert response is not None
    policy = response.headers["content-security-policy"]
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy


def test_form_with_errors_is_swapped_in_and_its_summary_takes_focus(page: Page, plain_server: str) -> None:
    with Listening(page) as heard:
        page.goto(f"{plain_server}/styleguide/")
        page.fill("#id_due_date", "18.13.2026")
        page.get_by_role("button", name="Check the answers").click()
        summary = page.locator("[data-summary]")
        expect(summary).to_be_focused()
        expect(page.locator("#id_due_date")).to_have_value("18.13.2026")
        expect(page).to_have_title("Error: Components · CMO Portal")
        summary.get_by_role("link", name="Choose who owns the action").click()
        expect(page.locator("#id_owner")).to_be_focused()
    # The browser itself reports the 422; nothing else may be heard.
    assert [line for line in heard.lines if "422" not in line] == []


def test_form_works_without_scripts(chromium: Any, plain_server: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{plain_server}/styleguide/")
    page.get_by_role("button", name="Check the answers").click()
    expect(page).to_have_title("Error: Components · CMO Portal")
    context.close()


def test_palette_opens_by_key_filters_and_gives_focus_back(page: Page, plain_server: str) -> None:
    page.goto(f"{plain_server}/styleguide/")
    page.locator("#dialogs [data-palette]").focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search or type a command")
    expect(field).to_be_focused()
    field.fill("keys")
    expect(page.locator("#palette [role=option]:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#dialogs [data-palette]")).to_be_focused()


def test_letters_act_outside_fields_only(page: Page, plain_server: str) -> None:
    page.goto(f"{plain_server}/styleguide/")
    page.evaluate("document.body.dataset.singleKeys = 'on'")
    page.locator("#id_due_date").press("?")
    expect(page.locator("#keys")).not_to_be_visible()
    page.locator("#main").press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_letters_rest_when_the_person_turned_them_off(page: Page, plain_server: str) -> None:
    page.goto(f"{plain_server}/styleguide/")
    page.evaluate("document.body.dataset.singleKeys = 'off'")
    page.locator("#main").press("?")
    page.locator("#main").press("/")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_j_and_k_move_in_the_work_list(page: Page, plain_server: str) -> None:
    page.goto(f"{plain_server}/styleguide/")
    page.evaluate("document.body.dataset.singleKeys = 'on'")
    page.keyboard.press("j")
    expect(page.locator("[data-list] a").nth(0)).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("[data-list] a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator("[data-list] a").nth(0)).to_be_focused()


def test_a_row_of_quick_acts_leaves_three_toasts(page: Page, plain_server: str) -> None:
    page.goto(f"{plain_server}/styleguide/")
    page.evaluate(
        """() => { for (let n = 1; n <= 9; n++)
        document.body.dispatchEvent(new CustomEvent("toast", { detail: { text: `Act ${n}`, undo: "" } })); }"""
    )
    expect(page.locator("#toasts .toast")).to_have_text(["Act 7", "Act 8", "Act 9"])


def test_page_opens_in_a_dialog(page: Page, plain_server: str) -> None:
    with Listening(page) as heard:
        page.goto(f"{plain_server}/styleguide/")
        page.get_by_role("link", name="Page in a dialog").click()
        dialog = page.get_by_role("dialog", name="Sign in")
        expect(dialog.locator("input[name=login]")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("link", name="Page in a dialog")).to_be_focused()
    assert heard.lines == []


def start_autosave(page: Page, address: str) -> None:
    page.goto(f"{address}/styleguide/")
    page.evaluate("document.querySelector('#sample-form').dataset.autosave = '/save/'")


def test_autosave_keeps_the_text_and_tries_again_when_the_connection_drops(page: Page, plain_server: str) -> None:
    page.clock.install()
    start_autosave(page, plain_server)
    page.route("**/save/", lambda route: route.abort())
    page.locator("#id_action").press_sequentially("Second person checks")
    page.clock.run_for(700)
    state = page.locator("p[data-save]")
    expect(state).to_contain_text("Not saved, trying again in 5 s")
    page.unroute("**/save/")
    page.route("**/save/", lambda route: route.fulfill(status=200, body=""))
    page.clock.run_for(5100)
    expect(state).to_contain_text("Saved ")
    expect(page.locator("#id_action")).to_have_value("Second person checks")


def test_autosave_gives_up_with_a_note_after_three_more_tries(page: Page, plain_server: str) -> None:
    page.clock.install()
    start_autosave(page, plain_server)
    page.route("**/save/", lambda route: route.fulfill(status=503, body=""))
    page.locator("#id_action").press_sequentially("x")
    state = page.locator("p[data-save]")
    for wait, words in ((700, "in 5 s"), (5100, "in 15 s"), (15100, "in 60 s")):
        page.clock.run_for(wait)
        expect(state).to_contain_text(words)
    page.clock.run_for(60100)
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_ended_session_asks_to_sign_in_and_then_saves(page: Page, plain_server: str) -> None:
    start_autosave(page, plain_server)
    tries: list[str] = []

    def save(route: Any) -> None:
        tries.append(route.request.post_data or "")
        if len(tries) == 1:
            route.fulfill(status=302, headers={"Location": "/accounts/login/?next=/save/"})
        else:
            route.fulfill(status=200, body="")

    page.route("**/save/", save)
    page.locator("#id_action").press_sequentially("kept")
    dialog = page.get_by_role("dialog", name="Sign in to carry on")
    expect(dialog).to_be_visible()
    page.route("**/accounts/login/", lambda route: route.fulfill(status=204))
    dialog.locator("input[name=login]").fill("sam@northgate.example")
    dialog.locator("input[name=password]").fill("Demo-portal-2026")
    dialog.get_by_role("button", name="Sign in").first.click()
    expect(page.locator("p[data-save]")).to_contain_text("Saved ")
    assert len(tries) == 2
    assert "kept" in tries[1]

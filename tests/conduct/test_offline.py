"""An audit is conducted in real browsers over a line that is cut: everything arrives once, and only for its author."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import check_page
from tests.conducting import (
    ANSWERS,
    PIXEL,
    add_questions,
    all_sent,
    answer_by_key,
    api,
    end_every_session,
    every,
    held_here,
    make_finding,
    opened,
    take_offline,
    under_way,
)
from tests.line import Line
from tests.server import PASSWORD, Installation

pytestmark = pytest.mark.browser


@pytest.fixture
def other_device(chromium: Any) -> Iterator[Page]:
    context = chromium.new_context(locale="en-GB", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def make_auditor(installation: Installation, page: Page, name: str) -> None:
    """The administrator gives a colleague the auditor's role."""
    installation.sign_in(page, "ada")
    page.goto(f"{installation.url}/people/")
    page.get_by_role("link", name=re.compile(name)).first.click()
    page.get_by_label("Auditor").check()
    page.get_by_label("Reason").fill("Joins the audit of the laboratory.")
    page.locator("main form .primary").first.click()
    page.wait_for_url(f"{installation.url}/people/")
    page.context.clear_cookies()


@pytest.mark.walk
def test_sixty_questions_are_answered_while_the_network_is_cut_twice(
    portal: Installation, through: Installation, line: Line, page: Page, other_device: Page
) -> None:
    make_auditor(portal, other_device, "Tom")
    through.sign_in(page, "leo")
    audit = under_way(page, line.url)
    numbers = add_questions(page, audit, "NET", 60)
    keys = {number: "12345"[at % 5] for at, number in enumerate(numbers)}
    opened(page, through, audit)
    take_offline(page)
    for number in numbers[:10]:
        answer_by_key(page, number, keys[number])
    all_sent(page)

    line.cut()
    for number in numbers[10:35]:
        answer_by_key(page, number, keys[number])
    page.locator(f"#q-{numbers[11]} textarea").fill("Two of five were late.")
    page.locator(f"#q-{numbers[12]} input[type=file]").set_input_files(
        {"name": "balance.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    page.fill("#note-text", "The clock of the printer is not set.")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("[data-link]")).to_have_text("No network, 27 not sent", timeout=20_000)

    page.reload()
    expect(page.locator("[data-link]")).to_have_text("No network, 27 not sent", timeout=20_000)
    expect(page.locator(f"#q-{numbers[11]} textarea")).to_have_value("Two of five were late.")
    expect(page.locator(f"#q-{numbers[34]} [aria-pressed=true]")).to_contain_text("Not covered")
    page.locator("[data-unsent]").click()
    expect(page.locator("dialog .unsent li")).to_have_count(27)
    page.keyboard.press("Escape")

    portal.sign_in(other_device, "tom")
    opened(other_device, portal, audit)
    answer_by_key(other_device, numbers[20], "3")
    other_device.locator(f"#q-{numbers[20]} textarea").fill("Not on the shelf.")
    all_sent(other_device)

    line.mend()
    conflict = page.locator(f"#q-{numbers[20]} [data-conflict]")
    expect(conflict).to_contain_text("No, “Not on the shelf.”", timeout=60_000)
    expect(page.locator("[data-link]")).to_have_text("1 not sent, 1 for you to settle", timeout=60_000)
    assert api(other_device, f"/api/v1/checklist-items/{numbers[20]}/")["answer"] == "no", "nothing is overwritten"
    conflict.get_by_role("button", name="Use mine").click()
    all_sent(page)

    line.cut()
    end_every_session(portal)
    for number in numbers[35:]:
        answer_by_key(page, number, keys[number])
    page.reload()
    expect(page.locator("[data-link]")).to_have_text("No network, 25 not sent", timeout=20_000)
    line.mend()
    expect(page.locator("[data-link]")).to_have_text("Signed out, 25 not sent", timeout=30_000)
    page.get_by_role("button", name="Sign in and send").click()
    page.fill("dialog input[name=login]", "leo@northgate.example")
    page.fill("dialog input[name=password]", PASSWORD)
    page.locator("dialog form button.primary").first.click()
    all_sent(page)

    page.locator("[data-bring]").click()
    expect(page.locator("[data-take]")).to_be_visible()
    assert held_here(page) == [[], [], 0, 0], "nothing stays on the device"
    arrived_once(page, audit, numbers, keys)


def arrived_once(page: Page, audit: str, numbers: list[str], keys: dict[str, str]) -> None:
    items = {row["number"]: row for row in every(page, f"/api/v1/checklist-items/?audit={audit}&page_size=100")}
    assert {number: items[number]["answer"] for number in numbers} == {n: ANSWERS[key] for n, key in keys.items()}
    # made once and answered once; the one that Tom answered first was answered twice, both kept in its trail
    twice = {number: items[number]["version"] for number in numbers if items[number]["version"] != 2}
    assert twice == {numbers[20]: 3 + 1}, "Tom's answer and his note, then the answer that Leo chose"
    assert items[numbers[11]]["note"] == "Two of five were late."
    notes = every(page, f"/api/v1/scribe-notes/?audit={audit}&page_size=100")
    assert len([note for note in notes if note["text"] == "The clock of the printer is not set."]) == 1
    data = api(page, f"/conduct/{audit}/data/")
    (pictured,) = [item for item in data["items"] if item["number"] == numbers[12]]
    assert [photo["name"] for photo in pictured["photos"]] == ["balance.png"]


def test_what_one_person_wrote_is_not_shown_to_the_next_and_not_sent_by_them(
    portal: Installation, through: Installation, line: Line, page: Page, other_device: Page
) -> None:
    make_auditor(portal, other_device, "Tom")
    through.sign_in(page, "leo")
    audit = under_way(page, line.url)
    (number,) = add_questions(page, audit, "MINE", 1)
    opened(page, through, audit)
    take_offline(page)
    line.cut()
    answer_by_key(page, number, "3")
    page.locator(f"#q-{number} textarea").fill("Only Leo reads this yet.")
    expect(page.locator("[data-link]")).to_have_text("No network, 1 not sent", timeout=20_000)
    end_every_session(portal)
    line.mend()

    tab = page.context.new_page()
    through.sign_in(tab, "tom")
    expect(page.locator(".qn textarea").first).to_be_visible(timeout=30_000)
    opened(tab, through, audit)
    for one in (page, tab):
        expect(one.locator(f"#q-{number} textarea")).to_have_value("")
        expect(one.locator("[data-held]")).to_be_hidden()
        all_sent(one)
    assert api(tab, f"/api/v1/checklist-items/{number}/")["answer"] == ""
    assert len(held_here(tab)[0]) == 1, "Leo's own stays where it is"
    tab.goto(f"{line.url}/accounts/logout/")
    tab.get_by_role("button", name="Sign out").click()
    tab.wait_for_url(re.compile("/accounts/login/"))
    page.close()  # it leads to the sign-in by itself as soon as it hears that nobody is signed in
    line.cut()
    tab.goto(f"{line.url}/conduct/{audit}/")
    expect(tab.locator("[data-shut]")).to_contain_text("for somebody who is not signed in")
    line.mend()

    through.sign_in(tab, "leo")
    opened(tab, through, audit)
    all_sent(tab)
    assert api(tab, f"/api/v1/checklist-items/{number}/")["note"] == "Only Leo reads this yet."


def test_signing_out_asks_while_something_is_unsent_and_wipes_when_nothing_is(
    through: Installation, line: Line, page: Page
) -> None:
    through.sign_in(page, "leo")
    audit = under_way(page, line.url)
    (number,) = add_questions(page, audit, "OUT", 1)
    opened(page, through, audit)
    take_offline(page)
    leaving = page.context.new_page()
    leaving.goto(f"{line.url}/accounts/logout/")
    line.cut()
    answer_by_key(page, number, "2")
    expect(page.locator("[data-link]")).to_have_text("No network, 1 not sent", timeout=20_000)
    leaving.get_by_role("button", name="Sign out").click()
    dialog = leaving.locator("dialog[open]")
    expect(dialog).to_contain_text("1 thing that you wrote has not been sent")
    leaving.keyboard.press("Escape")
    assert len(held_here(leaving)[0]) == 1
    line.mend()
    all_sent(page)
    leaving.get_by_role("button", name="Sign out").click()
    leaving.wait_for_url(re.compile("/accounts/login/"))
    assert held_here(leaving) == [[], [], 0, 0]


def test_a_finding_is_made_from_a_line_and_from_a_note_without_a_network(
    through: Installation, line: Line, page: Page
) -> None:
    through.sign_in(page, "leo")
    audit = under_way(page, line.url)
    (number,) = add_questions(page, audit, "FIND", 1)
    opened(page, through, audit)
    take_offline(page)
    line.cut()
    answer_by_key(page, number, "3")
    row = page.locator(f"#q-{number}")
    row.locator("textarea").fill("Label over label on drum 7.")
    row.locator("input[type=file]").set_input_files({"name": "drum.png", "mimeType": "image/png", "buffer": PIXEL})
    row.get_by_role("button", name="Make a finding").click()
    expect(page.locator("#f-statement")).to_have_value("Label over label on drum 7.")
    expect(page.locator("#f-evidence")).to_have_value(re.compile("FIND-00: No, answered by .*Photos: drum.png", re.S))
    make_finding(page, "Labels are covered by labels")
    expect(row.locator("[data-kept]")).to_contain_text("Not sent: Labels are covered by labels")
    row.get_by_role("button", name="Note about it").click()
    page.fill("#note-text", "Drum 9 as well.")
    page.keyboard.press("Control+Enter")
    note = page.locator(".scribe", has_text="Drum 9 as well.")
    note.get_by_role("button", name="Make a finding").click()
    expect(page.locator("#f-evidence")).to_have_value(re.compile("Noted by .*Drum 9 as well."))
    make_finding(page, "A second drum")
    line.mend()
    all_sent(page)
    found = row.locator("[data-kept] a[href*='/findings/']")
    expect(found).to_have_count(2)
    found.first.click()
    expect(page.locator("main")).to_contain_text("Label over label on drum 7.")
    expect(page.locator("main")).to_contain_text("drum.png")


def test_a_question_of_a_draft_is_dragged_to_another_place(portal: Installation, page: Page) -> None:
    portal.sign_in(page, "leo")
    page.goto(f"{portal.url}/checklists/")
    page.locator("tr", has_text="Draft").locator("a").first.click()
    codes = page.locator("[data-sort] >> nth=0 >> b")
    before = codes.all_inner_texts()
    rows = page.locator("[data-sort] >> nth=0 >> li")
    rows.nth(2).locator("[data-grip]").hover()
    page.mouse.down()
    box = rows.nth(0).bounding_box()
    assert box is not None
    with page.expect_response(re.compile("/place/")):
        page.mouse.move(box["x"] + 40, box["y"] + 30, steps=6)
        page.mouse.move(box["x"] + 40, box["y"] + 5, steps=3)
        page.mouse.up()
    page.reload()
    assert codes.all_inner_texts() == [before[2], before[0], before[1], *before[3:]]
    page.get_by_role("button", name=f"Move {before[2]} down").click()
    expect(codes.nth(0)).to_have_text(before[0])


def test_a_device_holds_one_audit_and_refuses_a_photo_that_is_too_large(portal: Installation, page: Page) -> None:
    portal.sign_in(page, "leo")
    audit = under_way(page, portal.url)
    add_questions(page, audit, "ONE", 1)
    opened(page, portal, audit)
    large = page.locator(".qn input[type=file]").first
    large.evaluate(
        """input => { const files = new DataTransfer(), size = 60 * 1024 * 1024;
        files.items.add(new File([new Uint8Array(size)], "hall.png"));
        input.files = files.files; input.dispatchEvent(new Event("change", { bubbles: true })); }"""
    )
    expect(page.locator("dialog[open]")).to_contain_text("“hall.png” is larger than 50 MB")
    page.keyboard.press("Escape")
    all_sent(page)
    page.evaluate("""localStorage["conduct held"] = JSON.stringify([{ person: "nobody", audit: "AUD-1" }])""")
    take_offline(page)
    assert [each for each in held_here(page)[0] if audit not in each] == [], "no other audit"
    page.locator("[data-bring]").click()
    expect(page.locator("[data-take]")).to_be_visible()


def test_a_poor_line_without_taking_offline_loses_nothing_while_the_page_is_open(
    through: Installation, line: Line, page: Page
) -> None:
    through.sign_in(page, "leo")
    audit = under_way(page, line.url)
    (number,) = add_questions(page, audit, "LINE", 1)
    opened(page, through, audit)
    line.cut()
    answer_by_key(page, number, "5")
    expect(page.locator("[data-link]")).to_have_text("No network, 1 not sent", timeout=20_000)
    expect(page.locator("[data-not-covered]")).to_contain_text("not covered")
    line.mend()
    all_sent(page)
    assert held_here(page)[0] == []
    assert api(page, f"/api/v1/checklist-items/{number}/")["answer"] == "not_covered"


def test_the_worker_speaks_for_conduct_screens_only(portal: Installation, page: Page) -> None:
    portal.sign_in(page, "leo")
    answer = page.request.get(f"{portal.url}/conduct/worker.js")
    assert answer.headers["service-worker-allowed"] == "/conduct/"
    assert "require-trusted-types-for" in answer.headers["content-security-policy"]
    refused = page.evaluate(
        """async () => {
            try { await navigator.serviceWorker.register("/static/js/conduct-worker.js"); return "registered"; }
            catch (error) { return error.name; }
        }"""
    )
    assert refused == "TypeError", "the policy lets no other script become a worker"


def test_each_page_passes_the_check(portal: Installation, page: Page) -> None:
    portal.sign_in(page, "leo")
    audit = under_way(page, portal.url)
    (number,) = add_questions(page, audit, "AXE", 1)
    for path in (
        f"/conduct/{audit}/",
        f"/audits/{audit}/checklist/",
        f"/audits/{audit}/checklist/put/",
        f"/audits/{audit}/checklist/new/",
        f"/audits/{audit}/notes/new/",
        f"/checklist-items/{number}/",
        f"/checklist-items/{number}/answer/",
        "/checklists/",
        "/checklists/new/",
        "/checklists/library/",
        f"/checklists/library/?audit={audit}",
    ):
        check_page(page, portal.url + path)
    page.goto(f"{portal.url}/checklists/")
    drafts = page.locator("#templates a[href^='/checklists/CHK']")
    for address in [drafts.nth(at).get_attribute("href") for at in range(drafts.count())]:
        check_page(page, f"{portal.url}{address}")

"""The first half of the walk through an audit: from its plan to the close-out meeting."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from tests.conducting import ANSWERS, all_sent, answer_by_key, every, held_here, make_finding, opened
from tests.conducting import take_offline as take
from tests.walks.audit_walk import (
    DEVIATIONS,
    LETTER,
    MAJOR,
    OBSERVED,
    PAPER,
    SITE,
    TODAY,
    Walk,
    text_of,
)


# --- before the visit ------------------------------------------------------------------------------
def plan(walk: Walk) -> None:
    sam = walk.sam
    sam.go("/audits/")
    sam.follow("Plan an audit")
    sam.fill(site=SITE, type="qualification", mode="onsite", standards="EU GMP Part I, ICH Q7")
    sam.press("Plan the audit", due_date=TODAY + timedelta(days=60), lead="Leo Marchetti")
    walk.audit = sam.page.url.rstrip("/").split("/")[-1]
    sam.sees("Planned", SITE, "Leo Marchetti leads")
    assert walk.pat.refused(walk.tab()) == 404, "the CMO does not learn of it before dates are offered"


def name_the_team(walk: Walk) -> None:
    sam, leo = walk.sam, walk.leo
    sam.go(walk.tab("team/"))
    sam.follow("Add a person")
    sam.press("Add to the team", name="Mara Voss", employer="Voss Engineering", role="sme", expertise="Tablet presses")
    sam.follow("Declare independence: Mara Voss")
    sam.press("Declare", ties="None.")
    leo.go(walk.tab("team/"))
    leo.follow("Declare independence: Leo Marchetti")
    leo.press("Declare", ties="None.")
    expect(leo.main.get_by_text("Independent", exact=True)).to_have_count(2)


def agree_dates(walk: Walk) -> None:
    sam, pat = walk.sam, walk.pat
    for days in (40, 50):
        sam.go(walk.tab("team/"))
        sam.follow("Offer dates")
        first = TODAY + timedelta(days=days)
        sam.press("Offer these dates", start_date=first, end_date=first + timedelta(days=1))
    pat.go(walk.tab("team/"))
    pat.follow("Answer the offer")
    pat.press("Answer", agrees="no", note="The press is being moved that week.")
    pat.follow("Answer the offer")
    pat.press("Answer", agrees="yes")
    pat.sees("Agreed", "The press is being moved that week.")


def write_scope_and_ask_for_documents(walk: Walk) -> None:
    sam = walk.sam
    sam.go(walk.tab("moves/notify/"))
    sam.sees("Write the purpose and choose the services in scope")
    sam.go(walk.tab())
    sam.follow("^Edit")
    sam.fill(purpose="May tablets of NGB-077 be made here?", services=["dp_mfg"])
    sam.press("Save", scope_text="Tablet manufacture in building 2.")
    sam.go(walk.tab("requests/"))
    sam.follow("Ask for a document")
    sam.press("Ask for it", title=DEVIATIONS, priority="high", due_date=TODAY + timedelta(days=7))
    sam.follow("Ask for a document")
    sam.press("Ask for it", title="Site master file", details="The one in force.")
    sam.follow("Add to the agenda")
    sam.fill(start_time="09:00", end_time="12:00", who="Head of production")
    sam.press("Add it", topic="Tablet manufacture")
    assert not walk.pat.page.request.get(walk.portal.url + walk.tab("requests/")).text().count(DEVIATIONS)


def notify(walk: Walk) -> None:
    sam, pat = walk.sam, walk.pat
    sam.go(walk.tab())
    sam.follow("Notify the CMO")
    sam.press("Notify the CMO")
    pat.go(walk.tab("requests/"))
    letter = text_of(pat.download("Notification, PDF", walk.folder))
    for words in (LETTER, walk.audit, "May tablets of NGB-077 be made here?", DEVIATIONS, "Mara Voss", "Tablet manuf"):
        assert words in letter, words
    assert "Draft: not sent" not in letter


def provide_documents(walk: Walk) -> None:
    pat = walk.pat
    for title, name in ((DEVIATIONS, "deviations.png"), ("Site master file", "smf.png")):
        pat.go(walk.tab("requests/"))
        pat.follow(f"^{title}")
        pat.sees("Add the document, or a note")
        pat.press("Add the file", file=PAPER | {"name": name})
        pat.follow("^Provide it")
        pat.press("Provide it")
    walk.leo.go(walk.tab("requests/"))
    expect(walk.leo.main.locator("#lane-provided")).to_contain_text("2")


def begin(walk: Walk) -> None:
    """The visit comes sooner than agreed: the dates move with a reason, and the agreed ones say so."""
    leo = walk.leo
    leo.go(walk.tab("moves/start/"))
    leo.sees("The first day is")
    leo.go(walk.tab("team/"))
    leo.follow("Set the dates")
    leo.press(
        "Set the dates", start_date=TODAY, end_date=TODAY, reason="The press runs this week: Pat asked us to come."
    )
    walk.pat.go(walk.tab("team/"))
    walk.pat.sees("Pat asked us to come.")
    leo.go(walk.tab("checklist/"))
    leo.follow("From the library")
    for box in leo.main.locator("[name=code]").all()[:60]:
        box.check()
    leo.press("Copy the questions")
    leo.go(walk.tab())
    leo.follow("Begin the audit")
    leo.press("Begin the audit")
    hold_meeting(walk, "opening", "Scope, agenda and safety.")


def hold_meeting(walk: Walk, kind: str, minutes: str) -> None:
    leo = walk.leo
    leo.go(walk.tab("meetings/"))
    leo.follow("Record a meeting")
    leo.press("Record it", kind=kind, minutes=minutes)
    there = (
        ("Pat Huber", "Head of quality", "Alpenglow Pharma Services", True),
        ("Leo Marchetti", "Lead auditor", "", False),
    )
    for name, role, organisation, is_key in there:
        leo.follow(f"Add somebody to the {kind.replace('closeout', 'close-out')}")
        leo.press("^Add$", name=name, role=role, organisation=organisation, is_key_person=is_key)


# --- the visit -------------------------------------------------------------------------------------
def conduct_without_a_network(walk: Walk) -> None:
    """Sixty questions; the line is cut twice, and a finding is made from a line each time."""
    leo, page, line = walk.leo, walk.leo.page, walk.line
    items = every(page, f"/api/v1/checklist-items/?audit={walk.audit}&page_size=100")
    keys = {item["number"]: "12345"[at % 5] for at, item in enumerate(items)}
    numbers = list(keys)
    assert len(numbers) == 60
    opened(page, leo.installation, walk.audit)
    take(page)
    for number in numbers[:10]:
        answer_by_key(page, number, keys[number])
    all_sent(page)
    for part, title in ((numbers[10:35], MAJOR), (numbers[35:], OBSERVED)):
        line.cut()
        for number in part:
            answer_by_key(page, number, keys[number])
        weak = next(number for number in part if keys[number] == "3")
        row = page.locator(f"#q-{weak}")
        row.locator("textarea").fill(f"Seen in room 2.14: {title}.")
        row.locator("input[type=file]").set_input_files(PAPER | {"name": "press.png"})
        row.get_by_role("button", name="Make a finding").click()
        make_finding(page, title)
        expect(page.locator("[data-link]")).to_contain_text("No network", timeout=20_000)
        line.mend()
        all_sent(page)
    page.locator("[data-bring]").click()
    expect(page.locator("[data-take]")).to_be_visible()
    assert held_here(page) == [[], [], 0, 0], "nothing stays on the device"
    answered = every(page, f"/api/v1/checklist-items/?audit={walk.audit}&page_size=100")
    assert {item["number"]: item["answer"] for item in answered} == {n: ANSWERS[key] for n, key in keys.items()}


def complete_the_findings(walk: Walk) -> None:
    leo = walk.leo
    for title, kind, reason in ((MAJOR, "major", "Carry-over cannot be ruled out."), (OBSERVED, "observation", "")):
        leo.go(walk.tab("findings/"))
        leo.follow(title)
        leo.sees(f"Seen in room 2.14: {title}.", "press.png")
        leo.follow("Write on")
        leo.press("Save and finish", classification=kind, classification_reason=reason)
        expect(leo.main.get_by_text("Before it leaves the team")).to_have_count(0)
    assert walk.pat.page.request.get(walk.portal.url + walk.tab("findings/")).text().count(MAJOR) == 0


def close_the_visit(walk: Walk) -> None:
    leo = walk.leo
    leo.go(walk.tab("moves/hold-closeout/"))
    leo.sees("Record the close-out meeting first")
    hold_meeting(walk, "closeout", "Both findings were presented.")
    leo.go(walk.tab())
    leo.follow("Close-out meeting held")
    leo.press("Close-out meeting held")
    leo.sees("Close-out held")

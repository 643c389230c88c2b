"""A qualification audit from its plan to the certificate, as four people at four browsers over a line that is cut.

Sam owns the programme, Leo leads the audit, Quinn is the head of quality, Pat answers for the CMO.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from tests.conducting import ANSWERS, PIXEL, all_sent, answer_by_key, every, held_here, make_finding, opened
from tests.conducting import take_offline as take
from tests.line import Line
from tests.person import Person, people
from tests.server import PASSWORD, Installation, days_later, installation

pytestmark = [pytest.mark.browser, pytest.mark.walk]
TODAY = timezone.localdate()
SITE, SCOPE = "Graz Solids", "Drug product manufacture, tablet"
MAJOR, OBSERVED = "Cleaning of the tablet press is not verified", "Sieves are kept without a number"
LETTER, DEVIATIONS = "Notification of an audit", "List of deviations of two years"
PAPER = {"mimeType": "image/png", "buffer": PIXEL}


@dataclass
class Walk:
    """What the steps know of each other."""

    portal: Installation
    line: Line
    sam: Person
    leo: Person
    quinn: Person
    pat: Person
    folder: Path
    audit: str = ""
    capa: str = ""

    def tab(self, name: str = "") -> str:
        return f"/audits/{self.audit}/{name}"

    def everybody_at(self, there: Installation) -> Walk:
        """The same four at another address of the installation."""
        moved = {name: getattr(self, name).at(there) for name in ("sam", "leo", "quinn", "pat")}
        return replace(self, portal=there, **moved)


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Installation]:
    """An installation of its own: the walk leaves it a day older than the others."""
    with installation(tmp_path / "data") as made:
        yield made


@pytest.fixture
def walk(portal: Installation, chromium: Browser, tmp_path: Path) -> Iterator[Walk]:
    line = Line(portal.url)
    with people(chromium, portal, "sam", "leo", "quinn", "pat") as (sam, leo, quinn, pat):
        yield Walk(portal, line, sam, leo.at(replace(portal, url=line.url)), quinn, pat, tmp_path)
    line.cut()


def test_an_audit_goes_from_its_plan_to_the_certificate(walk: Walk) -> None:
    plan(walk)
    name_the_team(walk)
    agree_dates(walk)
    write_scope_and_ask_for_documents(walk)
    notify(walk)
    provide_documents(walk)
    begin(walk)
    conduct_without_a_network(walk)
    complete_the_findings(walk)
    close_the_visit(walk)
    write_and_review_the_report(walk)
    check_the_facts(walk)
    issue_the_report(walk)
    answer_in_two_rounds(walk)
    negotiate_the_date(walk)
    implement(walk)
    plan_the_check(walk)
    with days_later(walk.portal, 1) as tomorrow:
        after = walk.everybody_at(tomorrow)
        judge_and_close(after)
        qualify(after)
        certify(after)


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


# --- the report ------------------------------------------------------------------------------------
def write_and_review_the_report(walk: Walk) -> None:
    leo, sam = walk.leo, walk.sam
    leo.go(walk.tab("report/"))
    leo.press("Begin the report")
    leo.fill(
        background="Tablets since 1998.", duration_note="One line, one day.", high_risk_areas="Cross-contamination."
    )
    leo.press("Save", conclusion="The site works under GMP but for cleaning.", result="satisfactory")
    leo.follow("Sign and send to review")
    leo.sign("Sign and send to review")
    sam.go(walk.tab("report/"))
    sam.follow("^Edition 1")
    sam.follow("^Reviewed")
    sam.sign("Reviewed")
    sam.follow("Send to the CMO")
    sam.follow("Send to the CMO for factual accuracy")
    sam.press("Send 2 findings")


def check_the_facts(walk: Walk) -> None:
    pat, sam, quinn = walk.pat, walk.sam, walk.quinn
    pat.go(walk.tab("factual-check/"))
    with pat.page.expect_navigation():
        pat.page.get_by_role("button", name="F-02: we agree").click()
    pat.follow("F-01: we see it differently")
    pat.fill(papers=PAPER | {"name": "swab.png"})
    pat.press("Send the answer", verdict="dispute", text="The swab of May is attached.")
    quinn.go(walk.tab("report/"))
    quinn.follow("^Edition 1")
    quinn.follow("^Issue")
    quinn.fill(password=PASSWORD)
    quinn.main.get_by_role("button", name=re.compile("^Issue")).click()
    quinn.sees("The CMO sees F-01 differently: the owner of the programme settles it first.")
    sam.go(walk.tab("findings/"))
    sam.follow(MAJOR)
    sam.follow("Settle the disagreement")
    sam.press("Settle", outcome="kept", note="The swab is of the other press: the finding stands.")
    pat.go(walk.tab("factual-check/"))
    pat.sees("the finding stands")


def issue_the_report(walk: Walk) -> None:
    quinn, pat = walk.quinn, walk.pat
    assert MAJOR not in pat.page.request.get(walk.portal.url + walk.tab("report/")).text()
    quinn.go(walk.tab("report/"))
    quinn.follow("^Edition 1")
    quinn.follow("^Issue")
    quinn.sign("^Issue")
    number = quinn.page.url.rstrip("/").split("/")[-1]
    pat.go(walk.tab("report/"))
    report = text_of(pat.download(f"PDF of {number}", walk.folder))
    for words in (number, SITE, "F-01", MAJOR, "Major", "F-02", OBSERVED, "ICH Q10 3.2.2", "Pat Huber", "Mara Voss"):
        assert words in report, words
    for name in ("Leo Marchetti", "Sam ", "Quinn "):
        assert name in report.partition("Signatures")[2], name
    sam_reads_follow_up(walk)


def sam_reads_follow_up(walk: Walk) -> None:
    walk.sam.go(walk.tab())
    walk.sam.sees("Follow-up")


# --- responses -------------------------------------------------------------------------------------
def answer_in_two_rounds(walk: Walk) -> None:
    pat, sam = walk.pat, walk.sam
    pat.go(walk.tab("capas/"))
    pat.follow(MAJOR)
    walk.capa = path_of(pat)
    pat.follow("Write the response")
    pat.fill(containment="The press is out of use.", root_cause="The procedure names no swab.")
    pat.fill(action_text="Add swabs to the procedure", action_owner="D. Roche", action_due=TODAY + timedelta(days=30))
    pat.press("Go on to send", proposed_date=TODAY + timedelta(days=45))
    pat.press("Send the response")
    pat.sees("round 1")
    sam.go(walk.capa)
    sam.follow("Return for more")
    sam.press("Return for more", reason="Why did nobody miss the swab?")
    pat.go(walk.capa)
    pat.follow("Complete the response")
    pat.sees("Why did nobody miss the swab?")
    pat.fill(root_cause="The procedure names no swab, and its review asked for none.")
    pat.press("Go on to send")
    pat.press("Send the response")
    pat.sees("round 2")


def negotiate_the_date(walk: Walk) -> None:
    """Pat proposed a day with the response; Sam answers with a nearer one, Pat agrees."""
    pat, sam = walk.pat, walk.sam
    sam.go(walk.capa)
    sam.follow("Answer with another date")
    sam.press("Propose the day", date=TODAY + timedelta(days=35), reason="Before the next campaign.")
    sam.follow("Accept the response")
    sam.press("Accept the response")
    pat.go(walk.capa)
    pat.sees("Before the next campaign.")
    pat.press("^Agree")
    pat.sees("agreed by both sides")


def implement(walk: Walk) -> None:
    pat = walk.pat
    pat.follow("Begin to implement")
    pat.press("Begin to implement")
    pat.follow("^Add swabs to the procedure")
    pat.follow("done")
    pat.press("Record as done", done_note="Version 7 is in force.")
    pat.press("Add the file", file=PAPER | {"name": "procedure.png"})
    pat.go(walk.capa)
    pat.follow("Report as implemented")
    pat.press("Report as implemented")


def plan_the_check(walk: Walk) -> None:
    sam = walk.sam
    sam.go(walk.capa)
    sam.follow("Plan the effectiveness check")
    sam.fill(criterion="Every swab below the limit.", sample="Ten cleanings.", check_date=TODAY + timedelta(days=1))
    sam.press("Plan the effectiveness check")
    sam.go(f"{walk.capa}moves/judge-effective/")
    sam.sees("The check is set for")
    walk.quinn.go(walk.tab("moves/close/"))
    walk.quinn.sees("F-01")


def judge_and_close(walk: Walk) -> None:
    sam, quinn = walk.sam, walk.quinn
    sam.go(walk.capa)
    sam.follow("^Effective")
    sam.press("^Effective", note="Ten of ten below the limit.")
    assert not sam.main.get_by_role("link", name=re.compile("^Close")).count(), "somebody else closes it"
    quinn.go(walk.capa)
    quinn.follow("^Close")
    quinn.sign("^Close")
    quinn.sees("Closed")
    quinn.go(walk.tab())
    quinn.follow("Close the audit")
    quinn.sign("Close the audit")
    walk.pat.go(walk.tab())
    walk.pat.sees("Closed")


# --- the outcome -----------------------------------------------------------------------------------
def qualify(walk: Walk) -> None:
    quinn, sam = walk.quinn, walk.sam
    sam.go("/approved-suppliers/")
    expect(sam.main.locator("tr", has_text=SITE)).to_have_count(0)
    quinn.go(walk.tab("certificate/"))
    quinn.sees("quality decides on the scopes first")
    quinn.go(walk.tab("report/"))
    quinn.sees("No critical finding is open, and no major finding open")
    quinn.follow(SCOPE)
    quinn.sign("Approve", reason="The audit and its closed CAPA.")
    sam.go("/approved-suppliers/")
    expect(sam.main.locator("tr", has_text=SITE)).to_contain_text("Qualified")
    sam.go("/cmos/?q=Alpenglow")
    sam.follow("Alpenglow")
    sam.follow("^Qualification")
    expect(sam.main.locator("tr", has_text=SITE)).to_contain_text("Qualified")


def certify(walk: Walk) -> None:
    quinn, pat = walk.quinn, walk.pat
    quinn.go(walk.tab("report/"))
    quinn.follow("Issue the certificate")
    quinn.sign("Issue the certificate")
    number = quinn.page.url.rstrip("/").split("/")[-1]
    pat.go(walk.tab("report/"))
    paper = pat.download(f"PDF of {number}", walk.folder)
    signature = pat.download(f"Signature file of {number}", walk.folder)
    words = text_of(paper)
    assert number in words and SITE in words and "Qualified" in words
    assert MAJOR not in words and "F-01" not in words, "it tells nothing of what was found"
    anybody = pat.page
    anybody.context.clear_cookies()
    pat.go("/verify/")
    pat.press("Check it", document=str(paper), signature=str(signature))
    pat.sees("The document is exactly what this installation signed.", number)
    forged = paper.with_name("forged.pdf")
    forged.write_bytes(paper.read_bytes() + b" ")
    pat.press("Check it", document=str(forged), signature=str(signature))
    pat.sees("Not proved")


def path_of(person: Person) -> str:
    """The path of the page the person is on."""
    return person.page.url.removeprefix(person.installation.url)


def text_of(path: Path) -> str:
    """The words of a PDF in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())

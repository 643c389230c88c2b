"""The second half of the walk through an audit: report, responses over two rounds, CAPA, status and certificate."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from tests.walks.audit_walk import (
    MAJOR,
    OBSERVED,
    PAPER,
    SCOPE,
    SITE,
    TODAY,
    Walk,
    path_of,
    text_of,
)


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

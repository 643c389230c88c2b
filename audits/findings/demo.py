"""The demo's findings: three audits of Northgate and one of Otter at the same site, with answers and a disagreement.

`seed` records them as they were found during the visit. `check(key, cast)` does what happens between review and issue:
a repeat confirmed, the factual check started, the CMO's answers, a disagreement settled. The subject above calls it for
one audit after the other, so that what was found in the first can be recognised in the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from audits.findings import actions, clauses
from audits.findings.models import Finding
from audits.programme.demo import audit, bring, fitting_day
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SETUP, Actor

ON_THE_WAY = ("closed", "follow_up", "otter_follow_up", "absent", "factual_check")


@dataclass(frozen=True)
class Found:
    """One finding of the demo. `refs`: clauses as people write them. `says`: verdict and text of the CMO's answer."""

    title: str
    system: str
    classification: str
    statement: str
    evidence: str
    refs: str
    why: str = ""
    impact: str = ""
    says: tuple[str, str] = ("agree", "")
    note: str = ""
    site_wide: bool = False


FINDINGS: dict[str, tuple[Found, ...]] = {
    "closed": (
        Found(
            "Smoke studies do not show the set-up of the stopper bowl", "production", "major",
            "The smoke studies of isolator line A2 film filling and stoppering, but not the set-up of the stopper "
            "bowl, "
            "which is done with the glove ports open to the sterile path.",
            "Smoke study report SS-A2-23-04 (14 March 2023) with video index; set-up instruction SOP-F-118, step 9.",
            "21 CFR 211.113(b); EU GMP Annex 1, 4.15",
            "Air flow over the set-up is not shown to protect the sterile path: an aseptic step without evidence.",
            "No media fill failed; three batches of NGB-204 were set up this way.",
        ),
        Found(
            "Audit trail of the particle counter is not reviewed at release", "data", "other",
            "Batch release looks at the counter's report, not at the audit trail that shows deleted or repeated "
            "counts.",
            "Release checklist RC-04, edition 6; counter PC-3, trail of 2 to 6 May 2023: two counts repeated, no note.",
            "EU GMP Annex 11, 9; 21 CFR 211.68",
            "The reports agree with the trail in the batches looked at; the review is missing, not the data.",
        ),
        Found(
            "Operators report their own near misses", "quality", "positive",
            "Forty near misses were reported in a year, most by operators themselves, and each was answered in a week.",
            "", "",
        ),
    ),
    "follow_up": (
        Found(
            "Media-fill intervention is not recorded in the batch record", "production", "major",
            "In media fill MF-26-07 the video shows an operator clear a jammed stopper at 14:22 through the glove "
            "port of "
            "station 4. The batch record lists no intervention for that hour, and 1,140 vials filled after it were "
            "incubated without a mark.",
            "MF-26-07 batch record, page 41; video log of line A2, 14:20 to 14:25; list of qualified interventions "
            "F12.",
            "21 CFR 211.188; EU GMP Annex 1, 9.34",
            "The media fill is the proof of the aseptic process; an intervention outside it leaves the proof "
            "incomplete.",
            "NGB-204 batches filled since the media fill: 6.",
            ("agree_with_context",
             "The form has no row for station 4, so the operator had nowhere to write it. The vials were incubated and "
             "read with the rest of the media fill; none grew."),
        ),
        Found(
            "Audit trail of the particle counters is reviewed for one of two counters", "data", "other",
            "Since the last audit the trail of counter PC-3 is reviewed at release; that of PC-4, on the same "
            "line, is not.",
            "Release checklist RC-04, edition 9; PC-4 trail of 11 to 15 of last month: one count deleted by the "
            "maintenance account.",
            "EU GMP Annex 11, 9; 21 CFR 211.68",
            "One deleted count with a known reason; the review is there in part.",
            says=("dispute",
                  "PC-4 stands in grade C and its counts are no release data: the trail is reviewed monthly by quality "
                  "systems, record QS-TR-11. We ask to say so in the finding."),
            note="Quality reviews the trail of PC-4 monthly, which the team had not been shown. The finding now "
                 "says so; "
                 "the deleted count was still not seen in that review.",
        ),
        Found(
            "Gowning qualification is overdue for two operators", "production", "other",
            "Two of fourteen operators of line A2 entered grade B after their yearly gowning qualification had run "
            "out.",
            "Training matrix of line A2 of the first audit day; entry log of grade B, 12 entries.",
            "21 CFR 211.28; EU GMP Annex 1, 7.5",
            "Their personal monitoring was within limits; the control failed to stop them at the door.",
        ),
        Found(
            "Training records lag behind new editions of procedures", "quality", "observation",
            "Training on a new edition is recorded up to a week after the edition comes into force.",
            "Three of twenty procedures looked at; nobody worked under an edition they had not read.",
            "21 CFR 211.25(a)",
        ),
        Found(
            "Hold time of sterilised stoppers is exceeded twice", "materials", "other",
            "Two bags of stoppers were used 27 and 31 hours after sterilisation; the validated hold time is 24 hours.",
            "Stopper log A2, two entries of last quarter; validation report SV-21-03, section 4.",
            "21 CFR 211.94(c); EU GMP Annex 1, 8.49",
            "The bags were closed and the batches passed; the log has no field that would stop an operator.",
        ),
        Found(
            "Calibration of a balance in the weighing booth has no as-found reading", "facilities", "other",
            "The balance was adjusted before its state was read, so nobody can say how it stood in the months before.",
            "Calibration record WB-2, last two entries; SOP-E-030, step 4.",
            "21 CFR 211.68(a); EU GMP 3.41",
            "The adjustment was small; the period it covers cannot be judged.",
        ),
        Found(
            "Disinfectant rotation is not followed in grade C", "production", "other",
            "In five of twelve weeks the sporicidal step was left out because the bottle was not on the trolley.",
            "Cleaning log of grade C, weeks 20 to 31; SOP-C-007, table 2.",
            "21 CFR 211.56; EU GMP Annex 1, 4.33",
            "Monitoring shows no spore formers in these weeks; the control is weaker than it was validated.",
        ),
        Found(
            "Retained samples are stored without a temperature record", "laboratory", "other",
            "The retained-sample room has a sensor that is not connected to the monitoring system.",
            "Sensor RS-1, display only; monitoring system, list of channels.",
            "21 CFR 211.170(b)",
            "The room is next to the monitored warehouse; a summer week could still have been too warm unseen.",
        ),
        Found(
            "Deviations are closed later than the procedure says", "quality", "other",
            "Eleven of forty minor deviations of the year were closed after more than 30 days without an extension.",
            "Deviation register of the year; SOP-Q-012, section 6.",
            "21 CFR 211.192; EU GMP 1.8",
            "None held up a batch; the trend shows too few people for the number of deviations.",
            site_wide=True,
        ),
    ),
    "otter_follow_up": (
        Found(
            "Line clearance is signed before the line is clear", "packaging", "other",
            "On line A2 the clearance form was signed while vials of the batch before lay in the reject chute.",
            "Clearance form LC-A2, the first audit day, 09:40; photo 7.",
            "21 CFR 211.130(e)",
            "The vials were counted rejects; the order of the steps invites a mix-up.",
        ),
    ),
    "absent": (
        Found(
            "Leftover labels are counted after the line was cleared", "packaging", "other",
            "Labels left on the roll are counted after line clearance is signed; in two of five batches the count was "
            "written by somebody who had not been on the line.",
            "Batch records LT-26-118 and LT-26-121, page 14; clearance form LC-3.",
            "21 CFR 211.125(c); EU GMP 5.57",
            "The reconciliation closes in all five batches; the order of the steps is wrong, not the number of labels.",
        ),
        Found(
            "The challenge of the code reader is not repeated after a stop", "packaging", "other",
            "The code reader is challenged at the start of a batch and not again after a stop of the line.",
            "SOP-PK-21, step 6; line log of 11 March, stops at 10:05 and 14:40.",
            "21 CFR 211.122(g); EU GMP 5.56",
            "No wrong code was found in the retained samples.",
        ),
    ),
    "factual_check": (
        Found(
            "Cartridges are not reconciled after a line stop", "packaging", "major",
            "After a stop of line 4 of more than ten minutes cartridges in the infeed are taken out by hand and "
            "put back "
            "without a count. Two of nine stops of the week before the audit were of that kind.",
            "Line log L4, week before the audit; batch record B-4471, pages 12 and 30; SOP-P-044, step 6.",
            "21 CFR 211.125(c); EU GMP 5.57",
            "Cartridges could come back to another batch, and the reconciliation at the end would not show it.",
            "Two batches of NGB-330 in the week looked at.",
        ),
        Found(
            "Cleaning of the cartridge hopper has no hold time", "facilities", "other",
            "The hopper may stand dirty over a weekend; no limit is set, and the cleaning validation did not look "
            "at it.",
            "SOP-C-021, edition 4; cleaning validation report CV-19-07, section 5.",
            "21 CFR 211.67(b); EU GMP Annex 15, 10",
            "Water residues were within limits in every swab of the last year.",
        ),
        Found(
            "Spare-part changes are made without change control", "quality", "other",
            "Seals of the filling needles were replaced by another make in June; maintenance treats it as like for "
            "like.",
            "Work order WO-2206; drawing of the needle holder, revision C; change register: no entry.",
            "21 CFR 211.100; ICH Q10 3.2.3",
            "The seal's material is the same; who decides that is not written.",
            site_wide=True,
        ),
    ),
    "in_progress": (
        Found(
            "Chromatography sequences are started before the system suitability is judged", "laboratory", "",
            "Two sequences of the potency assay ran on while the suitability injections were being looked at.",
            "", "21 CFR 211.165(e)",
        ),
    ),
}  # fmt: skip


def seed(cast: dict[str, User]) -> None:
    """Records what was found; runs after the demos of programme and conduct."""
    for key, found in FINDINGS.items():
        made = audit(key)
        bring(made, AuditStatus.IN_PROGRESS if key == "in_progress" else AuditStatus.CLOSEOUT_HELD, cast)
        if made.status in actions.RAISED_IN:
            raise_all(key, made, found, by=auditor(key, cast))
    sam = cast["sam"]
    first = Finding.objects.filter(audit=audit("factual_check")).order_by("label").first()
    if first is not None:
        words = "Ask supply chain which lots of NGB-330 came from those two batches before we issue."
        actions.add_note(first.audit, by=sam, finding=first, text=words)


def auditor(key: str, cast: dict[str, User]) -> Actor:
    """Otter's one person of the demo writes no findings: the setup does."""
    return SETUP if key.startswith("otter") else cast["leo"]


def raise_all(key: str, made: Audit, found: tuple[Found, ...], *, by: Actor) -> None:
    for place, each in enumerate(found, start=1):
        actions.raise_finding(
            made,
            by=by,
            client_key=f"demo-{key}-{place}",
            title=each.title,
            system=each.system,
            classification=each.classification,
            statement=each.statement,
            evidence=each.evidence,
            refs=[clauses.parse(text).ref for text in each.refs.split(";") if text.strip()],
            classification_reason=each.why,
            product_impact=each.impact,
            is_site_wide=each.site_wide,
        )


def check(key: str, cast: dict[str, User]) -> None:
    """From a reviewed report to answered facts; the audit `factual_check` stays open with the CMO's first answers."""
    made = audit(key)
    if made.status != AuditStatus.REPORT_REVIEW:
        return
    confirm_repeats(made, key, cast)
    reviewer: Actor = SETUP if key.startswith("otter") else cast["quinn"]
    day = timezone.localdate() if key == "factual_check" else fitting_day(made, "start_factual_check")
    actions.start_factual_check(made, by=reviewer, on=day)
    comments(key, cast, day)


def confirm_repeats(made: Audit, key: str, cast: dict[str, User]) -> None:
    """The particle counters come back: proposed by the portal, confirmed by Leo."""
    for finding in made.findings.filter(title__startswith="Audit trail") if key == "follow_up" else ():
        for proposal in actions.earlier_like(finding, cast["leo"])[:1]:
            actions.confirm_repeat(
                finding,
                by=cast["leo"],
                earlier=proposal.finding,
                reason="The same review is missing on the second counter of the line; the action covered one of two.",
            )


def comments(key: str, cast: dict[str, User], day: date) -> None:
    """Pat answers for Alpenglow, Bea for Baltic; Sam settles what is seen differently. Ardesia has not joined: Leo
    writes down what it said."""
    made = audit(key)
    speaker = cast[{"factual_check": "bea", "absent": "leo"}.get(key, "pat")]
    said_by = "Livia Bonfanti, by mail" if key == "absent" else ""
    said = {each.title: each for each in FINDINGS[key]}
    waiting = made.findings.filter(status="in_factual_check").order_by("label")
    answered = list(waiting)[:1] if key == "factual_check" else list(waiting)
    on = min(day + timedelta(days=3), timezone.localdate())
    for finding in answered:
        each = said[finding.title]
        finding.audit = made
        verdict, text = DISPUTED if key == "factual_check" else each.says
        actions.comment(finding, by=speaker, verdict=verdict, text=text, said_by=said_by, on=on)
        if each.note and verdict == "dispute":
            settle(finding, each, cast, on)


DISPUTED = (
    "dispute",
    "Cartridges taken out after a stop are counted into tray T-9 since April, form P-044-F2; the two stops looked "
    "at fell "
    "into a shift that had not been trained yet. We attach the forms of the seven others.",
)


def settle(finding: Finding, each: Found, cast: dict[str, User], day: date) -> None:
    words = f"{each.statement} Quality systems reviews the trail of PC-4 monthly; that review did not see the deletion."
    day = min(day + timedelta(days=4), timezone.localdate())
    actions.settle(finding, by=cast["sam"], outcome="reworded", note=each.note, statement=words, on=day)
    actions.comment(finding, by=cast["pat"], verdict="agree", on=min(day + timedelta(days=2), timezone.localdate()))


def end_check(key: str, made: Audit, cast: dict[str, User]) -> None:
    """Nothing is left to say: the rounds that still run end before their day."""
    by = cast["otto"] if key.startswith("otter") else cast["quinn"]
    for running in made.factual_checks.filter(ended_date=None):
        running.audit = made
        actions.end_factual_check(running, by=by, note="Everything is answered.", on=fitting_day(made, "issue_report"))

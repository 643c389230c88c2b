"""The demo's CAPAs: one in every state, of two sponsors and one CMO that answers both, on days before the seed.

Pat answers for Alpenglow, Leo reviews and judges, Quinn closes; Otto reviews for Otter. One CAPA of Alpenglow's own
stands behind a finding of each sponsor, of which neither knows. Ardesia has not joined: Leo records its answers; one
of its findings has become critical, and waits for its containment within hours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audits.capa import actions, cause_tree, dates, own, work
from audits.capa.models import CapaAction, CapaLink
from audits.capa.overdue import record_overdue
from audits.findings.actions import reclassify
from audits.findings.models import Finding
from audits.programme.actions import move_audit
from audits.programme.demo import PROOF, audit
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from cmo_portal.accounts.models import User
from cmo_portal.records import attachments
from cmo_portal.records.record import Record
from cmo_portal.records.workflow import WrongState

Cast = dict[str, User]


@dataclass(frozen=True)
class Said:
    """What the CMO answers. `plan`: (kind, what, who, days after the answer)."""

    cause: str
    containment: str
    whys: tuple[str, ...]
    plan: tuple[tuple[str, str, str, int], ...]
    preventive: str = ""
    tree: tuple[tuple[int, str], ...] = ()


MEDIA_FILL = Said(
    "Form MF-F12 has no row for stopper jams at station 4, so operators had nowhere to write it. We compared video and "
    "records of the last six media fills and found one more case, in MF-25-11.",
    "MF-26-07 reviewed with its video on the day after the audit; six batches of NGB-204 assessed, none affected.",
    ("The operator did not record the jam.", "The form has no row for it.",
     "The form was copied from line A1, which has no bowl.", "A new line does not trigger a review of its forms."),
    (("containment", "Second person watches each bowl set-up and notes it", "D. Roche", 5),
     ("corrective", "Add station 4 jams to form MF-F12 and to the qualified interventions", "D. Roche", 25),
     ("preventive", "A change of equipment opens a review of every form of the line", "A. Ortner", 50)),
    "The change-control form asks which forms of the line name the equipment.",
    ((0, "Intervention not in the batch record"), (1, "No row in form MF-F12"), (2, "Form copied from line A1"),
     (2, "No review of forms with new equipment"), (1, "Operator alone at the station")),
)  # fmt: skip
COUNTERS = Said(
    "The action after the last audit named counter PC-3 and not the kind of counter; PC-4 was installed later.",
    "The trail of PC-4 was reviewed back to its installation: one deletion, explained by the maintenance order.",
    ("PC-4 is not in the checklist.", "The checklist names PC-3.", "The action was written for one device."),
    (("corrective", "Release checklist asks for every counter of the line", "M. Lechner", 20),),
    "Actions name kinds of equipment, and the register of devices is the source of the checklist.",
)
GOWNING = Said(
    "The door reads the badge, not the training matrix.",
    "Both operators were requalified on the day; their last six entries were assessed with monitoring.",
    ("They entered after the date.", "Nothing stopped them.", "The door does not know the date."),
    (("corrective", "Badge rights end with the gowning qualification", "K. Wimmer", 45),),
)
SMOKE = Said(
    "The protocol of the smoke study was written from the filling steps; set-up was not thought of as one.",
    "Set-up of the bowl was watched by quality until the study was done.",
    ("Set-up was not filmed.", "It was not in the protocol.", "The protocol lists filling steps only."),
    (("corrective", "Smoke study of the bowl's set-up", "D. Roche", 30),),
    "The protocol starts from the list of aseptic steps, set-up among them.",
)
CLEARANCE = Said(
    "The form asks for the signature before the last look into the chute.",
    "Clearance of line A2 is done by two people until the form is changed.",
    ("Signed too early.", "The form is in that order."),
    (("corrective", "New order of steps in form LC-A2", "A. Ortner", 30),),
)
SIMPLE = Said(
    "The procedure leaves the step to memory; nothing in the record asks for it.",
    "The cases of the last quarter were assessed: no batch is affected.",
    ("The step was left out.", "Nothing asked for it.", "The record was written before the step was added."),
    (("corrective", "The record asks for the step and does not go on without it", "K. Wimmer", 21),),
)


def seed(cast: Cast) -> None:
    """Runs after the reports are issued; an audit whose report is not out yet has no CAPA to answer."""
    own_capa = seed_own(cast)
    for key, stories in STORIES.items():
        made = audit(key)
        for label, tell in stories:
            link = CapaLink.objects.with_places().filter(finding__audit=made, finding__label=label).first()
            if link is not None:
                tell(link, cast)
    seed_late_class(audit("follow_up"), cast)
    seed_critical(audit("absent"), cast)
    bind(own_capa, cast)
    record_overdue(timezone.localdate())
    close_audit(audit("closed"), cast)


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def again(link: CapaLink) -> CapaLink:
    found: CapaLink = CapaLink.objects.with_places().get(pk=link.pk)
    return found


def paper(name: str, record: Record, by: User, title: str) -> None:
    """A small text file as evidence."""
    words = f"{title}\nEvidence of the demo, with made-up content.\n"
    attachments.attach(record, SimpleUploadedFile(name, words.encode(), "text/plain"), by=by, title=title)


# --- what one side does -----------------------------------------------------------------------------------------------


def write_draft(link: CapaLink, said: Said, cast: Cast, on: date, by_day: date) -> None:
    plan = [
        {"kind": kind, "text": text, "owner": owner, "due": (on + timedelta(days=days)).isoformat(), "interim": "",
         "number": ""}
        for kind, text, owner, days in said.plan
    ]  # fmt: skip
    draft = actions.draft_of(link, cast["pat"])
    if draft.actions:  # a later round revises what stands
        plan = [row | {"number": old["number"]} for row, old in zip(plan, draft.actions, strict=False)] + plan[
            len(draft.actions) :
        ]
    actions.save_draft(
        draft, by=cast["pat"], root_cause=said.cause, containment=said.containment, five_whys=list(said.whys),
        preventive=said.preventive, corrective="See the actions.", owner_name="Pat Huber", actions=plan,
        cause_tree=cause_tree.to_tree(list(said.tree)), proposed_date=by_day, self_check=["containment", "cause"],
    )  # fmt: skip


def answer(link: CapaLink, said: Said, cast: Cast, *, on: int, done_by: int) -> CapaLink:
    """The CMO's round, so many days ago; `done_by` is the proposed day, so many days ago (negative: ahead)."""
    write_draft(link, said, cast, ago(on), ago(done_by))
    actions.submit(link, by=cast["pat"], on=ago(on))
    return again(link)


def accept(link: CapaLink, cast: Cast, *, on: int, words: str = "", agree: bool = True) -> CapaLink:
    actions.review(link, "accept", by=cast["leo"], reason=words, agree_date=agree, on=ago(on))
    return again(link)


def do_actions(link: CapaLink, cast: Cast, *, on: int, most: int = 99) -> CapaLink:
    for action in link.actions.filter(is_removed=False, done_date=None).order_by("due_date", "pk")[:most]:
        action.link = link
        work.finish_action(action, by=cast["pat"], done_date=ago(on), done_note="Done as planned and in use.")
        paper("record.txt", action, cast["pat"], f"Record: {action.text[:80]}")
    return again(link)


def implement(link: CapaLink, cast: Cast, *, on: int) -> CapaLink:
    link = do_actions(link, cast, on=on)
    work.move_link(link, "report_done", by=cast["pat"], on=ago(on))
    return again(link)


def check(link: CapaLink, cast: Cast, *, planned: int, due: int) -> CapaLink:
    work.plan_check(
        link, by=cast["leo"], criterion="No repeat in the records looked at", sample="The next 10 records",
        check_date=ago(due), on=ago(planned),
    )  # fmt: skip
    return again(link)


def judge(link: CapaLink, cast: Cast, *, on: int, effective: bool = True) -> CapaLink:
    name, note = "judge_effective", "10 of 10 records looked at: the step is there and signed in each."
    if not effective:
        name, note = "judge_not_effective", "In 3 of 10 weeks the step was still left out, each time at a weekend."
    work.judge(link, name, by=cast["leo"], note=note, on=ago(on))
    return again(link)


# --- the stories ------------------------------------------------------------------------------------------------------


def closed_story(link: CapaLink, cast: Cast) -> None:
    said = SMOKE if link.finding.classification == "major" else COUNTERS
    link = accept(answer(link, said, cast, on=962, done_by=920), cast, on=950, words="Clear and complete.")
    link = check(implement(link, cast, on=925), cast, planned=915, due=800)
    work.close(judge(link, cast, on=799), by=cast["quinn"], credentials=PROOF, on=ago(790))


def media_fill_story(link: CapaLink, cast: Cast) -> None:
    """Two rounds, an agreed date, one action done, and a later date asked for."""
    first = Said(MEDIA_FILL.cause.split(". ")[0] + ".", "MF-26-07 reviewed with its video.", MEDIA_FILL.whys[:2],
                 MEDIA_FILL.plan[1:2])  # fmt: skip
    link = answer(link, first, cast, on=52, done_by=-20)
    words = "Please look at the other media fills as well, and say what keeps this from happening on the next new line."
    actions.review(link, "return", by=cast["leo"], reason=words, response_due_date=ago(36), on=ago(46))
    link = accept(answer(again(link), MEDIA_FILL, cast, on=38, done_by=-12), cast, on=30,
                  words="Thank you: the look at six media fills is what we needed.")  # fmt: skip
    work.move_link(link, "implement", by=cast["pat"], on=ago(29))
    link = do_actions(again(link), cast, on=20, most=1)
    dates.ask_extension(
        link, ago(-33), by=cast["pat"], on=ago(2),
        reason="The revision of the change-control form goes with a system release on day 30.",
        interim_control="A second person watches each bowl set-up and notes it, as since the audit.",
    )  # fmt: skip


def overdue_story(link: CapaLink, cast: Cast) -> None:
    accept(answer(link, COUNTERS, cast, on=50, done_by=6), cast, on=41)


def waiting_story(link: CapaLink, cast: Cast) -> None:
    answer(link, GOWNING, cast, on=12, done_by=-40)


def returned_story(link: CapaLink, cast: Cast) -> None:
    link = answer(link, SIMPLE, cast, on=40, done_by=-15)
    words = "What happened to the two bags' batches, and what in the log will stop an operator at 24 hours?"
    actions.review(link, "return", by=cast["leo"], reason=words, response_due_date=ago(-6), on=ago(8))


def implemented_story(link: CapaLink, cast: Cast) -> None:
    implement(accept(answer(link, SIMPLE, cast, on=50, done_by=20), cast, on=44), cast, on=9)


def checked_story(link: CapaLink, cast: Cast) -> None:
    link = implement(accept(answer(link, SIMPLE, cast, on=52, done_by=25), cast, on=47), cast, on=30)
    check(link, cast, planned=24, due=-75)


def effective_story(link: CapaLink, cast: Cast) -> None:
    link = implement(accept(answer(link, SIMPLE, cast, on=58, done_by=40), cast, on=55), cast, on=48)
    judge(check(link, cast, planned=45, due=7), cast, on=5)


def not_effective_story(link: CapaLink, cast: Cast) -> None:
    link = implement(accept(answer(link, SIMPLE, cast, on=58, done_by=40), cast, on=55), cast, on=48)
    link = judge(check(link, cast, planned=45, due=10), cast, on=9, effective=False)
    dates.propose_date(link, ago(-25), by=cast["pat"], reason="Weekend staff are trained on day 20.", on=ago(4))


def otters_story(link: CapaLink, cast: Cast) -> None:
    """Accepted, and the two sides still talk about the day."""
    link = answer(link, CLEARANCE, cast, on=74, done_by=-45)
    actions.review(link, "accept", by=cast["otto"], reason="Agreed with the cause.", on=ago(20))
    dates.propose_date(again(link), ago(-18), by=cast["otto"], reason="Our next batch is filled on day 21.", on=ago(3))


def absent_story(link: CapaLink, cast: Cast) -> None:
    """A CMO that has not joined: Leo records what came by mail, marked as such, and accepts it with its day."""
    due = ago(-20).isoformat()
    actions.record_response(
        link, by=cast["leo"], author_name="Livia Bonfanti", received_date=ago(16), proposed_date=ago(-25),
        root_cause="Form LC-3 asks for the signature of the clearance before the count of labels.",
        containment="Labels of the open batch were counted by the line lead before clearance.",
        five_whys=["The count came last.", "The form is in that order."],
        actions=[{"kind": "corrective", "text": "New order of steps in form LC-3", "owner": "L. Bonfanti", "due": due}],
    )  # fmt: skip
    accept(again(link), cast, on=9, words="Thank you, Livia: agreed.")


STORIES: dict[str, tuple[tuple[str, Callable[[CapaLink, Cast], None]], ...]] = {
    "closed": (("F-01", closed_story), ("F-02", closed_story)),
    "follow_up": (
        ("F-01", media_fill_story),
        ("F-02", overdue_story),
        ("F-03", waiting_story),
        ("F-05", returned_story),
        ("F-06", implemented_story),
        ("F-07", not_effective_story),
        ("F-08", checked_story),
        ("F-09", effective_story),
    ),
    "otter_follow_up": (("F-01", otters_story),),
    "absent": (("F-01", absent_story),),  # F-02 still waits for its answer
}


# --- what belongs to several ----------------------------------------------------------------------------------------


def seed_late_class(made: Audit, cast: Cast) -> None:
    """An observation that turned out to be more: its response is due, and Pat has begun to write it."""
    finding = Finding.objects.filter(audit=made, label="F-04", status="issued").select_related("audit").first()
    if finding is None:
        return
    words = "A fourth procedure was found in which an operator worked under an edition not yet read."
    reclassify(finding, by=cast["quinn"], classification="other", reason=words, credentials=PROOF)
    link = CapaLink.objects.with_places().filter(finding=finding).first()
    if link is not None:
        draft = actions.draft_of(link, cast["pat"])
        actions.save_draft(
            draft, by=cast["pat"], containment="The four operators read the editions on the day.",
            five_whys=["They had not read it.", "The edition came into force before the training."],
        )  # fmt: skip


def seed_critical(made: Audit, cast: Cast) -> None:
    """What came to light on the day of the seed makes a finding critical: its hours of containment run from now."""
    finding = Finding.objects.filter(audit=made, label="F-02", status="issued").select_related("audit").first()
    if finding is None:
        return
    words = (
        "A pharmacy returned a carton of NGB-117 with the leaflet of another product, packed after a stop on 11 March. "
        "A patient could take the medicine by the wrong instructions: contain what was packed after stops of the line."
    )
    reclassify(finding, by=cast["quinn"], classification="critical", reason=words, credentials=PROOF)


def seed_own(cast: Cast) -> Any:
    """Alpenglow's own CAPA: forms and records that do not follow the equipment, seen by two sponsors."""
    capa = own.open_capa(
        by=cast["pat"], title="Records of line A2 do not follow its equipment", own_reference="ALP-CAPA-2211",
        root_cause="Nothing opens a review of forms and records when equipment of a line changes.",
        five_whys=["Steps are missing in forms.", "Forms came from line A1.", "New equipment opens no review."],
        target_date=ago(-60), owner_name="Pat Huber",
    )  # fmt: skip
    paper("forms-of-line-a2.txt", capa, cast["pat"], "Comparison of all forms of line A2")
    return capa


def bind(capa: Any, cast: Cast) -> None:
    for key in ("follow_up", "otter_follow_up"):
        link = CapaLink.objects.with_places().filter(finding__audit=audit(key), finding__label="F-01").first()
        if link is not None:
            shares = key == "follow_up"
            row = own.add_link(capa, link, by=cast["pat"], is_root_cause_shared=True, is_evidence_shared=shares)
            if shares and link.response_status == "accepted":
                own.copy_to_link(row, by=cast["pat"])


def close_audit(made: Audit, cast: Cast) -> None:
    """The oldest audit is over; where another room still asks for something, it stays in follow-up."""
    open_rows = CapaAction.objects.filter(link__finding__audit=made, done_date=None, is_removed=False)
    if made.status != AuditStatus.FOLLOW_UP or open_rows.exists():
        return
    try:
        move_audit(made, "close", by=cast["quinn"], credentials=PROOF, reason="Every CAPA is verified.", on=ago(780))
    except WrongState:
        return

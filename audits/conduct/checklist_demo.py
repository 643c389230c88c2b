"""The demo's checklists: two of Northgate's own, one audit half answered, those before it answered to the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from audits.conduct import checklist_actions as actions
from audits.conduct import questions, template_actions
from audits.conduct.models import ChecklistItem, ChecklistTemplate
from audits.conduct.screen import items_of
from audits.conduct.vocabulary import Answer, System
from audits.programme.demo import audit, bring
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from cmo_portal.accounts.models import User

STERILE = (System.QUALITY, System.FACILITIES, System.PRODUCTION, System.PACKAGING)
LABORATORY = (System.QUALITY, System.LABORATORY, System.DATA)
A_SYSTEM = 12  # questions of each system that a checklist of the demo takes over

# What the team found, by the place of the question on the checklist; the rest is in order.
WEAK: dict[int, tuple[str, str]] = {
    2: (Answer.PARTIAL, "Two of five records read were closed before the other batches had been looked at."),
    5: (Answer.NO, "The log of the last quarter has no entry for the repeated measurement we saw."),
    9: (Answer.NOT_COVERED, "The person who keeps it was away; to be seen at the next visit."),
    13: (Answer.PARTIAL, "Done, but the procedure in use is the edition before the one in force."),
    17: (Answer.NOT_APPLICABLE, "Not done at this site."),
}
GOOD = ("Seen and in order.", "", "Three records read, no remark.", "")
NOTES = (
    (1, "Opening round: QC is run in two shifts; the night shift has no supervisor on site."),
    (3, "Balance 4: printout shows 09:12, the notebook 09:40. The analyst says the clock of the printer is not set."),
    (5, "Asked for the audit trail of the repeated run; it is being printed."),
)


def seed_checklists(cast: dict[str, User]) -> None:
    """`cast`: the people by first name. Runs after the programme's demo, before meetings close the visits."""
    sterile = own(cast, "Sterile fill-finish", "On-site audits of aseptic filling.", STERILE)
    laboratory = own(cast, "Testing laboratory", "Contract laboratories and QC units.", LABORATORY)
    template_actions.next_edition(sterile, by=cast["sam"])
    for key in ("closed", "follow_up", "factual_check"):
        made = begun(key, cast)
        if made.status in actions.ANSWERED_IN:
            actions.put_template(made, sterile, by=cast["leo"])
            answer(made, cast["leo"], share=1.0)
    made = begun("in_progress", cast)
    if made.status in actions.ANSWERED_IN:
        actions.put_template(made, laboratory, by=cast["leo"])
        answer(made, cast["leo"], share=0.5)
        note(made, cast["leo"])


def own(cast: dict[str, User], name: str, purpose: str, systems: tuple[str, ...]) -> ChecklistTemplate:
    codes = [question.code for system in systems for question in questions.find(system=system)[:A_SYSTEM]]
    sam = cast["sam"]
    template = template_actions.create_template(sam.company, by=sam, name=name, purpose=purpose, codes=codes)
    template_actions.move_template(template, "publish", by=sam)
    return template


def begun(key: str, cast: dict[str, User]) -> Audit:
    made = audit(key)
    bring(made, AuditStatus.IN_PROGRESS, cast)
    return made


def first_hour(made: Audit) -> datetime:
    now = timezone.now()
    start = made.start_date or now.date()
    return min(now.replace(year=start.year, month=start.month, day=start.day, hour=8, minute=30), now)


def answer(made: Audit, by: User, *, share: float) -> None:
    """Answers the first `share` of the checklist, a question every six minutes of the visit."""
    rows: list[ChecklistItem] = items_of(made, by)
    moment = first_hour(made)
    for at, row in enumerate(rows[: int(len(rows) * share)]):
        given, words = WEAK.get(at, (Answer.YES, GOOD[at % len(GOOD)]))
        row.audit = made
        actions.answer_item(row, by=by, answer=given, note=words, at=moment + timedelta(minutes=6 * at))


def note(made: Audit, by: User) -> None:
    rows: list[Any] = items_of(made, by)
    for at, words in NOTES:
        item = rows[at] if at < len(rows) else None
        actions.write_note(made, by=by, text=words, item=item, at=first_hour(made) + timedelta(minutes=7 * at))

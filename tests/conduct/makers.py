"""Small makers for tests of the visit: an audit that has begun, its checklist, and what a device sends."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from audits.conduct import checklist_actions
from audits.conduct.models import ChecklistItem
from audits.programme.actions import move_audit, plan_audit
from audits.programme.demo import audit as demo_audit
from audits.programme.models import Audit
from audits.programme.team_actions import add_member, declare_independence
from cmo_portal.accounts.models import User
from cmo_portal.records.trail import write


def url(name: str, *args: Any) -> str:
    return reverse(f"audits:{name}", args=args)


def begun_audit(cast: Any, *team: User) -> Audit:
    """An audit of the demo's laboratory that Leo leads, under way since today, with `team` as co-auditors."""
    today = timezone.localdate()
    values = {"type": "for_cause", "purpose": "A repeated result.", "services": ["testing"]}
    dates = {"start_date": today, "end_date": today + timedelta(days=1), "planned_month": today}
    site = demo_audit("in_progress").site
    made = plan_audit(site, by=cast.sam, lead=cast.leo, **values, **dates)
    for person in team:
        add_member(made, by=cast.leo, person=person, role="co_auditor")
    for member in made.team.select_related("audit", "person"):
        declare_independence(member, by=member.person, has_conflict=False, ties="")
    move_audit(made, "notify", by=cast.sam)
    move_audit(made, "start", by=cast.leo)
    return made


def as_auditor(person: User, by: Any) -> User:
    """Gives a colleague the auditor's role as well."""
    membership = person.belongs
    assert membership is not None
    membership.roles = [*membership.roles, "auditor"]
    write(membership, by=by, action="membership.revise")
    person.__dict__.pop("grants", None)
    return person


def add_items(audit: Audit, by: User, count: int = 3, system: str = "laboratory") -> list[ChecklistItem]:
    start = ChecklistItem.objects.filter(audit=audit).count()
    return [
        checklist_actions.add_item(
            audit,
            by=by,
            code=f"T-{at:03}",
            system=system,
            topic=f"Topic {at}",
            question=f"Is number {at} in order?",
            refs=[{"source": "21 CFR 211", "clause": "211.160(b)"}],
        )
        for at in range(start + 1, start + count + 1)
    ]


def thing(person: User, kind: str, **more: Any) -> dict[str, Any]:
    """What a device of `person` sends; a key of its own unless one is given."""
    return {"person": person.ref, "key": str(uuid.uuid4()), "kind": kind, "at": timezone.now().isoformat(), **more}


def answering(person: User, item: ChecklistItem, answer: str, note: str = "", **more: Any) -> dict[str, Any]:
    """An answer that was given on top of the item as it stands in `item`."""
    base = {"version": item.version, "answer": item.answer, "note": item.note}
    return thing(person, "answer", item=item.number, answer=answer, note=note, base=base, **more)


def send(client: Any, audit: Audit, body: dict[str, Any], file: Any = None) -> Any:
    data: dict[str, Any] = {"thing": json.dumps(body)}
    if file is not None:
        data["file"] = file
    return client.post(url("conduct-send", audit.number), data)

"""Verbs of a sponsor's own checklists: make, fill from the library, put in order, publish, begin the next edition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from audits.conduct import questions
from audits.conduct.models import Asked, ChecklistTemplate, TemplateQuestion
from audits.conduct.vocabulary import TemplateStatus
from audits.conduct.workflows import TEMPLATE
from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import lock, write, write_many
from cmo_portal.records.workflow import WrongState

COPIED = ("code", "system", "topic", "question", "expected_evidence", "refs", "risk_weight")
PUBLISHED = "A published checklist never changes: begin its next edition."


def create_template(
    sponsor: Company,
    *,
    by: Actor,
    name: str,
    purpose: str = "",
    codes: Iterable[str] = (),
    source: ChecklistTemplate | None = None,
) -> ChecklistTemplate:
    """A draft with the library questions of `codes` or with those of another checklist. Raises PermissionDenied."""
    refuse_without_right(by)
    template = ChecklistTemplate(sponsor=sponsor, name=name, purpose=purpose)
    with transaction.atomic():
        write(template, by=by, action="checklist.create")
        if source is not None:
            fill(template, [copied(row) for row in live(source)], by=by)
        fill(template, [question.copied for question in questions.chosen(codes)], by=by, library=True)
    return template


def revise_template(template: ChecklistTemplate, *, by: Actor, version: int | None = None, **values: Any) -> None:
    """Its name and purpose. Raises WrongState once it is published, StaleRecord when somebody was faster."""
    refuse_unless_draft(template, by)
    for name, value in values.items():
        setattr(template, name, value)
    write(template, by=by, action="checklist.revise", version=version)


def add_from_library(template: ChecklistTemplate, codes: Iterable[str], *, by: Actor) -> int:
    """Adds the library questions of `codes` that are not in it yet; returns how many."""
    with drafting(template, by):
        have = set(live(template).values_list("code", flat=True))
        return fill(template, [q.copied for q in questions.chosen(codes) if q.code not in have], by=by, library=True)


def fill(template: ChecklistTemplate, rows: list[dict[str, Any]], *, by: Actor, library: bool = False) -> int:
    start = next_position(template)
    new = [TemplateQuestion(template=template, position=start + at, **row) for at, row in enumerate(rows)]
    with transaction.atomic():
        write_many(new, by=by, action="question.copy")
        if library and new and template.library_version != questions.VERSION:
            template.library_version = questions.VERSION
            write(template, by=by, action="checklist.copy")
    return len(new)


def add_question(template: ChecklistTemplate, *, by: Actor, **values: Any) -> TemplateQuestion:
    """A question of the sponsor's own. Raises ValidationError where its code is taken."""
    with drafting(template, by):
        question = TemplateQuestion(template=template, position=next_position(template), **values)
        write(question, by=by, action="question.add")
    return question


def revise_question(question: TemplateQuestion, *, by: Actor, version: int | None = None, **values: Any) -> None:
    with drafting(question.template, by):
        for name, value in values.items():
            setattr(question, name, value)
        write(question, by=by, action="question.revise", version=version)


def remove_question(question: TemplateQuestion, *, by: Actor) -> None:
    """Takes it off the draft; `restore_question` puts it back."""
    with drafting(question.template, by):
        question.is_removed = True
        write(question, by=by, action="question.remove")


def restore_question(question: TemplateQuestion, *, by: Actor) -> None:
    """Raises ValidationError where a question of the same code has come in meanwhile."""
    with drafting(question.template, by):
        question.is_removed = False
        write(question, by=by, action="question.restore")


def place_question(question: TemplateQuestion, place: int, *, by: Actor) -> None:
    """Puts it at `place` among the questions of its system, 0 the first; the others close up."""
    template = question.template
    with drafting(template, by):
        rows = list(live(template).order_by("position", "pk"))
        order = [row for row in rows if row.system == question.system and row.pk != question.pk]
        moving = next((row for row in rows if row.pk == question.pk), None)
        if moving is None:
            raise WrongState("This question is no longer on the checklist.")
        order.insert(max(0, min(place, len(order))), moving)
        places = sorted(row.position for row in order)
        if len(set(places)) < len(places):
            places = list(range(places[0], places[0] + len(places)))
        moved = [row for row, position in zip(order, places, strict=True) if row.position != position]
        for row, position in zip(order, places, strict=True):
            row.position = position
        write_many(moved, by=by, action="question.place")


def next_edition(template: ChecklistTemplate, *, by: Actor) -> ChecklistTemplate:
    """A draft with the same questions and the next number; publishing it retires this one. Raises WrongState."""
    refuse_without_right(by)
    if template.status != TemplateStatus.PUBLISHED:
        raise WrongState("Only a published checklist has a next edition.")
    with transaction.atomic():
        ChecklistTemplate.objects.visible_to(by).select_for_update(of=("self",), no_key=True).get(pk=template.pk)
        successor = ChecklistTemplate.objects.filter(replaces=template, status=TemplateStatus.DRAFT).first()
        if successor is not None:
            raise WrongState(f"Edition {successor.edition} is being written already: open it.")
        draft = ChecklistTemplate(
            sponsor=template.sponsor,
            name=template.name,
            purpose=template.purpose,
            edition=template.edition + 1,
            replaces=template,
            library_version=template.library_version,
        )
        write(draft, by=by, action="checklist.next_edition")
        fill(draft, [copied(row) for row in live(template).order_by("position", "pk")], by=by)
    return draft


def move_template(
    template: ChecklistTemplate, name: str, *, by: Actor, reason: str = "", version: int | None = None, **_: Any
) -> None:
    """Publishes or retires it; publishing an edition retires the one before. Raises WrongState, PermissionDenied."""
    with transaction.atomic():
        TEMPLATE.perform(template, name, by=by, reason=reason, version=version)
        before = template.replaces
        if name == "publish" and before is not None and before.status == TemplateStatus.PUBLISHED:
            TEMPLATE.perform(before, "retire", by=by, reason=f"Replaced by edition {template.edition}.")


def live(template: ChecklistTemplate) -> Any:
    return TemplateQuestion.objects.filter(template=template, is_removed=False)


def copied(row: Asked) -> dict[str, Any]:
    """The words of a question without its place and answer."""
    return {name: getattr(row, name) for name in COPIED}


def next_position(template: ChecklistTemplate) -> int:
    last = TemplateQuestion.objects.filter(template=template).aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def refuse_without_right(by: Actor) -> None:
    if not by.may(P.CHECKLIST_EDIT):
        raise PermissionDenied


def refuse_unless_draft(template: ChecklistTemplate, by: Actor) -> None:
    refuse_without_right(by)
    if template.status != TemplateStatus.DRAFT:
        raise WrongState(PUBLISHED if template.status == TemplateStatus.PUBLISHED else "This checklist is retired.")


@contextmanager
def drafting(template: ChecklistTemplate, by: Actor) -> Iterator[None]:
    """A transaction in which the checklist stays a draft: nobody publishes it while a question comes or goes."""
    refuse_without_right(by)
    with transaction.atomic():
        stored: Any = lock(template)
        refuse_unless_draft(stored or template, by)
        yield


def own_code(template: ChecklistTemplate) -> str:
    """The next free code for a question of the sponsor's own: `OWN-1`, `OWN-2`."""
    taken = set(TemplateQuestion.objects.filter(template=template).values_list("code", flat=True))
    at = 1
    while f"OWN-{at}" in taken:
        at += 1
    return f"OWN-{at}"

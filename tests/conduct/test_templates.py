"""A sponsor's checklists: copied, written, put in order, published once and for all, revised as the next edition."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audits.conduct import checklist_actions, questions
from audits.conduct import template_actions as actions
from audits.conduct.models import ChecklistTemplate
from cmo_portal.records.workflow import WrongState
from tests.conduct.makers import add_items, begun_audit, url

pytestmark = pytest.mark.django_db
QUESTION = {"system": "quality", "topic": "Batch records", "question": "Are they whole?"}


@pytest.fixture
def template(cast: Any) -> ChecklistTemplate:
    return actions.create_template(cast.leo.company, by=cast.leo, name="Solid forms")


def codes(template: ChecklistTemplate) -> list[str]:
    return list(actions.live(template).order_by("position", "pk").values_list("code", flat=True))


def add(template: ChecklistTemplate, by: Any, *names: str, **more: Any) -> list[Any]:
    return [actions.add_question(template, by=by, code=name, **(QUESTION | more)) for name in names]


def test_questions_of_the_library_are_copied_once_with_its_version(template: Any, cast: Any) -> None:
    wanted = [question.code for question in questions.all_questions()[:3]]
    assert actions.add_from_library(template, wanted, by=cast.leo) == 3
    assert actions.add_from_library(template, [*wanted, "unknown"], by=cast.leo) == 0
    assert codes(template) == wanted
    assert template.library_version == questions.VERSION
    row = actions.live(template).first()
    assert row.refs == questions.chosen([row.code])[0].copied["refs"]


def test_a_code_stands_once(template: Any, cast: Any) -> None:
    add(template, cast.leo, "A-1")
    with pytest.raises(ValidationError):
        add(template, cast.leo, "A-1")


def test_a_question_moves_within_its_system_and_the_others_close_up(template: Any, cast: Any) -> None:
    first, _second, third = add(template, cast.leo, "A", "B", "C")
    add(template, cast.leo, "X", system="materials")
    actions.place_question(third, 0, by=cast.leo)
    assert codes(template) == ["C", "A", "B", "X"]
    first.refresh_from_db()
    actions.place_question(first, 99, by=cast.leo)
    assert codes(template) == ["C", "B", "A", "X"]


def test_buttons_and_dragging_move_a_question_on_the_page(template: Any, cast: Any, sign_in: Any) -> None:
    _first, second, third = add(template, cast.leo, "A", "B", "C")
    leo = sign_in("leo")
    leo.post(url("question-place", second.number), {"step": "up"})
    assert codes(template) == ["B", "A", "C"]
    leo.post(url("question-place", third.number), {"place": "0"})
    assert codes(template) == ["C", "B", "A"]
    leo.post(url("question-place", third.number), {"step": "up"})
    assert codes(template) == ["C", "B", "A"], "the first stays the first"


def test_a_removed_question_comes_back_unless_its_code_is_taken(template: Any, cast: Any) -> None:
    (question,) = add(template, cast.leo, "A")
    actions.remove_question(question, by=cast.leo)
    assert codes(template) == []
    actions.restore_question(question, by=cast.leo)
    actions.remove_question(question, by=cast.leo)
    add(template, cast.leo, "A")
    with pytest.raises(ValidationError):
        actions.restore_question(question, by=cast.leo)


@pytest.mark.refuses("conduct.has_questions")
def test_an_empty_checklist_is_not_published(template: Any, cast: Any) -> None:
    with pytest.raises(WrongState, match="The checklist holds no question yet"):
        actions.move_template(template, "publish", by=cast.leo)


def test_a_published_checklist_never_changes(template: Any, cast: Any) -> None:
    (question,) = add(template, cast.leo, "A")
    actions.move_template(template, "publish", by=cast.leo)
    question.template = template
    for act in (
        lambda: actions.revise_template(template, by=cast.leo, name="Other"),
        lambda: add(template, cast.leo, "B"),
        lambda: actions.revise_question(question, by=cast.leo, topic="Other"),
        lambda: actions.remove_question(question, by=cast.leo),
        lambda: actions.place_question(question, 0, by=cast.leo),
        lambda: actions.add_from_library(template, [], by=cast.leo),
    ):
        with pytest.raises(WrongState, match="A published checklist never changes"):
            act()


def test_the_next_edition_replaces_the_one_before_when_it_is_published(template: Any, cast: Any) -> None:
    add(template, cast.leo, "A", "B")
    actions.move_template(template, "publish", by=cast.leo)
    draft = actions.next_edition(template, by=cast.leo)
    assert (draft.edition, draft.replaces, codes(draft)) == (2, template, ["A", "B"])
    with pytest.raises(WrongState, match="Edition 2 is being written already: open it"):
        actions.next_edition(template, by=cast.leo)
    with pytest.raises(WrongState, match="Only a published checklist has a next edition"):
        actions.next_edition(draft, by=cast.leo)
    actions.move_template(draft, "publish", by=cast.leo)
    template.refresh_from_db()
    assert template.status == "retired"


def test_a_retired_checklist_says_so(template: Any, cast: Any) -> None:
    with pytest.raises(WrongState, match="needs a reason"):
        actions.move_template(template, "retire", by=cast.leo)
    actions.move_template(template, "retire", by=cast.leo, reason="Not used.")
    with pytest.raises(WrongState, match="This checklist is retired"):
        add(template, cast.leo, "A")


def test_who_may_not_edit_is_refused(template: Any, cast: Any) -> None:
    for act in (
        lambda: actions.create_template(cast.eva.company, by=cast.eva, name="Mine"),
        lambda: actions.revise_template(template, by=cast.quinn, name="Mine"),
        lambda: actions.next_edition(template, by=cast.ines),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_copy_takes_the_questions_and_leaves_the_original(template: Any, cast: Any, sign_in: Any) -> None:
    add(template, cast.leo, "A", "B")
    reply = sign_in("leo").post(url("template-create") + f"?from={template.number}", {"name": "Another", "purpose": ""})
    made = ChecklistTemplate.objects.get(name="Another")
    assert reply.headers["Location"] == made.get_absolute_url()
    assert codes(made) == ["A", "B"]
    assert made.edition == 1


def test_a_wrong_clause_is_refused_at_the_field(template: Any, sign_in: Any) -> None:
    body = QUESTION | {"code": "A", "risk_weight": "2", "refs": "21 CFR 211.22"}
    reply = sign_in("leo").post(url("question-create", template.number), body)
    assert reply.status_code == 422
    assert "as source and clause, like 21 CFR: 211.22(a)" in reply.content.decode()
    body["refs"] = "21 CFR: 211.22(a)\nICH Q7: 2.2"
    assert sign_in("leo").post(url("question-create", template.number), body).status_code == 302
    assert actions.live(template).get().clauses == "21 CFR 211.22(a); ICH Q7 2.2"


def test_only_a_published_checklist_goes_onto_an_audit_and_only_what_is_new(template: Any, cast: Any) -> None:
    audit = begun_audit(cast)
    add_items(audit, cast.leo, 1)
    add(template, cast.leo, "T-001", "T-900")
    with pytest.raises(WrongState, match="Only a published checklist goes onto an audit"):
        checklist_actions.put_template(audit, template, by=cast.leo)
    actions.move_template(template, "publish", by=cast.leo)
    assert checklist_actions.put_template(audit, template, by=cast.leo) == 1
    placed = checklist_actions.on(audit).get(code="T-900")
    assert (placed.template_number, placed.position) == (template.number, 1)


def test_the_chosen_questions_of_the_library_become_a_checklist_or_go_onto_an_audit(cast: Any, sign_in: Any) -> None:
    leo, audit = sign_in("leo"), begun_audit(cast)
    wanted = [question.code for question in questions.all_questions()[:2]]
    reply = leo.post(url("library"), {"code": wanted})
    made = ChecklistTemplate.objects.latest("pk")
    assert reply.headers["Location"] == url("template-edit", made.number)
    assert codes(made) == wanted
    leo.post(url("library") + f"?audit={audit.number}", {"code": wanted})
    assert list(checklist_actions.on(audit).values_list("code", flat=True)) == wanted
    other = sign_in("otto").post(url("library") + f"?template={made.number}", {"code": wanted})
    assert other.status_code == 403

"""Workflows are complete, and the reference pages say what the code says."""

from __future__ import annotations

import pytest
from django.core.management import call_command

from cmo_portal.accounts.permissions import ROLES, Permission
from cmo_portal.records.workflow import BY_THE_SYSTEM, Workflow

WORKFLOWS = pytest.mark.parametrize("workflow", Workflow.declared, ids=lambda w: w.noun)


def test_the_reference_pages_are_current() -> None:
    call_command("reference_docs", "--check")


@WORKFLOWS
def test_every_status_is_reachable_and_every_move_stays_in_the_list(workflow: Workflow) -> None:
    field = workflow.model._meta.get_field(workflow.field)
    statuses = {value for value, _ in field.flatchoices}  # type: ignore[union-attr]
    used = {t.target for t in workflow.transitions} | {s for t in workflow.transitions for s in t.sources}
    assert used <= statuses
    reached = {field.default}  # type: ignore[union-attr]
    for _ in statuses:
        reached |= {t.target for t in workflow.transitions if set(t.sources) & reached}
    assert reached == statuses


@WORKFLOWS
def test_every_move_names_a_permission_that_somebody_holds(workflow: Workflow) -> None:
    held = set().union(*(role.grants for role in ROLES.values()))
    # A move that only the system makes (a date has passed) is held by nobody.
    assert {t.permission for t in workflow.transitions} - {BY_THE_SYSTEM} <= held


def test_every_permission_is_held_by_somebody() -> None:
    assert set(Permission) == set().union(*(role.grants for role in ROLES.values()))

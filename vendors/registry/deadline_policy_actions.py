"""Verbs of deadline policies: add, revise, retire, take back. Each wakes the due items it concerns as it is written."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cmo_portal.accounts.models import Company
from cmo_portal.records.actors import Actor
from cmo_portal.records.deadlines import wake
from cmo_portal.records.trail import write
from vendors.registry.actions import require_reason
from vendors.registry.deadline_policies import DeadlinePolicy

RETIRED = "This policy is retired: take it back into use before you change it."


def add_policy(sponsor: Company, *, by: Actor, **values: Any) -> DeadlinePolicy:
    """A rule about reminders. Raises ValidationError, also where one about the same exists."""
    policy = DeadlinePolicy(sponsor=sponsor, **values)
    put(policy, "add", by=by)
    return policy


def revise_policy(
    policy: DeadlinePolicy, *, by: Actor, version: int | None = None, reason: str = "", **values: Any
) -> None:
    """Raises ValidationError, or StaleRecord when somebody was faster."""
    if policy.is_retired:
        raise ValidationError(RETIRED)
    put(policy, "revise", by=by, version=version, reason=reason, **values)


def retire_policy(policy: DeadlinePolicy, *, by: Actor, reason: str) -> None:
    """Takes the policy out of use: what it said falls back to the next wider one. Raises ValidationError."""
    require_reason(reason)
    if policy.is_retired:
        raise ValidationError("This policy is retired already.")
    put(policy, "retire", by=by, reason=reason, is_retired=True)


def restore_policy(policy: DeadlinePolicy, *, by: Actor, reason: str = "") -> None:
    """Raises ValidationError where another policy took its place meanwhile."""
    put(policy, "restore", by=by, reason=reason, is_retired=False)


def put(
    policy: DeadlinePolicy, act: str, *, by: Actor, version: int | None = None, reason: str = "", **values: Any
) -> None:
    """Writes the policy; the items that it was about and those that it is about now are planned anew by the next sweep.

    A sweep that runs meanwhile holds its items: the update waits for it and wakes them after it.
    """
    with transaction.atomic():
        stored = DeadlinePolicy.objects.select_related("agreement__vendor").filter(pk=policy.pk).first()
        for name, value in values.items():
            setattr(policy, name, value)
        if write(policy, by=by, action=f"policy.{act}", version=version, reason=reason) is not None:
            wake(policy.concerns if stored is None else policy.concerns | stored.concerns, timezone.now())

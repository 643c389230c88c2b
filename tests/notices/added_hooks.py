"""What a subject adds for one more reminder: a row in its `hooks.py`. Here: an agreement that comes into force."""

from __future__ import annotations

from django.db.models import Q

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.deadlines import DeadlineKind, add
from vendors.registry.supply import Agreement

CODE = "agreement.begins"


def declare() -> None:
    add(
        CODE,
        DeadlineKind(
            Agreement,
            "effective_date",
            lambda a: a.ended_date is None,
            Q(ended_date__isnull=True),
            lambda a: f"{a} with {a.vendor.name} comes into force",
            offsets=(30, "5b", 0),
            names=("vendor__name",),
            acts=P.AGREEMENT_EDIT,
        ),
    )

"""In the fault tests each certificate is held by the person who looks after its CMO, so that many people are told, and
is owed until it is retired, so that many of a kind are owed at one site."""

from __future__ import annotations

from dataclasses import replace

from django.apps import AppConfig
from django.db.models import Q

KIND = "certificate.expires"


class Faults(AppConfig):
    name = "tests.faults"

    def ready(self) -> None:
        from cmo_portal.records.deadlines import kinds

        kinds[KIND] = replace(
            kinds[KIND],
            is_open=lambda c: not c.is_retired,
            still_open=Q(is_retired=False),
            holder=lambda c: c.site.vendor.manager.number,
            reads=("site__vendor__manager",),
        )

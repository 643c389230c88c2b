"""In the fault tests each certificate is held by the person who looks after its CMO, so that many people are told."""

from __future__ import annotations

from dataclasses import replace

from django.apps import AppConfig

KIND = "certificate.expires"


class Faults(AppConfig):
    name = "tests.faults"

    def ready(self) -> None:
        from cmo_portal.records.deadlines import kinds

        kinds[KIND] = replace(
            kinds[KIND], holder=lambda c: c.site.vendor.manager.number, reads=("site__vendor__manager",)
        )

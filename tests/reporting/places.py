"""Reports and certificates of the demo that addresses need, found by what they are."""

from __future__ import annotations

from typing import Any

from audits.programme.demo import audit
from audits.reporting.models import AuditCertificate, IssuedDocument, Report


def issued_audit() -> list[Any]:
    return [audit("follow_up").number]


def checked_audit() -> list[Any]:
    return [audit("factual_check").number]


def issued() -> list[Any]:
    return [Report.objects.get(audit=audit("follow_up"), status="issued").number]


def in_work() -> list[Any]:
    return [Report.objects.get(audit=audit("factual_check"), status="ready").number]


def certificate() -> list[Any]:
    return [AuditCertificate.objects.get(audit=audit("follow_up")).number]


def document() -> list[Any]:
    return [IssuedDocument.objects.get(about_number=issued()[0]).number]

"""Rows of the demo's visits that addresses need, found by what they are."""

from __future__ import annotations

from typing import Any

from audits.conduct.models import AgendaItem, Attendance, DocumentRequest, Gap, Meeting
from audits.programme.demo import audit


def notified() -> list[Any]:
    return [audit("notified").number]


def running() -> list[Any]:
    return [audit("in_progress").number]


def card() -> list[Any]:
    return [DocumentRequest.objects.get(audit=audit("notified"), title="Validation master plan").number]


def agenda_item() -> list[Any]:
    return [AgendaItem.objects.filter(audit=audit("notified")).earliest("pk").number]


def meeting() -> list[Any]:
    return [Meeting.objects.filter(audit=audit("in_progress")).earliest("pk").number]


def attendance() -> list[Any]:
    return [Attendance.objects.filter(meeting__audit=audit("in_progress")).earliest("pk").number]


def gap() -> list[Any]:
    return [Gap.objects.filter(audit=audit("in_progress")).earliest("pk").number]

"""The notification letter: purpose, scope, dates, team, agenda and the documents asked for, as PDF."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from audits.conduct.models import AgendaItem, DocumentRequest
from audits.conduct.vocabulary import RequestStatus
from audits.programme.models import Audit
from cmo_portal.lib import wording
from cmo_portal.lib.pdf import render_pdf
from vendors.registry.vocabulary import Service


def letter_pdf(audit: Audit) -> bytes:
    """The letter as it stands; before the notification it says on every page that it was not sent."""
    return render_pdf("plain.typ", letter_of(audit), at=timezone.now())


def letter_of(audit: Audit) -> dict[str, Any]:
    """What the letter says, as `plain.typ` takes it."""
    site, sponsor = audit.site, audit.site.vendor.sponsor
    services = ", ".join(str(dict(Service.choices).get(code, code)) for code in audit.services)
    sent = audit.notified_date
    return {
        "title": "Notification of an audit",
        "subtitle": f"{site.vendor.name}, {site.name}",
        "number": audit.number,
        "author": sponsor.name,
        "foot": f"{sponsor.name} · Confidential" if sent else "Draft: not sent",
        "facts": [
            ["From", sponsor.name],
            ["Date", wording.full_day(sent) if sent else ""],
            ["Site", ", ".join(part for part in (site.name, site.address, site.place) if part)],
            ["Type and mode", f"{audit.get_type_display()}, {audit.get_mode_display().lower()}"],
            ["Dates", wording.span(audit.start_date, audit.end_date) if audit.start_date and audit.end_date else ""],
            ["Services in scope", services],
            ["Standards", "; ".join(audit.standards)],
        ],
        "parts": [
            {"heading": "Purpose and scope", "text": "\n\n".join(filter(None, (audit.purpose, audit.scope_text)))},
            {"heading": "Team", "head": ("Name", "Role", "Employer"), "rows": team_rows(audit)},
            {"heading": "Agenda", "head": ("Day", "Time", "Topic", "With"), "rows": agenda_rows(audit)},
            {
                "heading": "Documents we ask for",
                "text": "Please provide them in the portal by the date given. Ask where something is unclear.",
                "head": ("Document", "What exactly", "By"),
                "rows": request_rows(audit),
            },
        ],
    }


def team_rows(audit: Audit) -> list[tuple[str, ...]]:
    rows = audit.team.filter(is_removed=False).order_by("pk")
    return [(member.name, str(member.get_role_display()), member.employer) for member in rows]


def agenda_rows(audit: Audit) -> list[tuple[str, ...]]:
    rows = AgendaItem.objects.filter(audit=audit, is_removed=False).order_by("day", "start_time", "pk")
    return [
        (wording.full_day(row.day), f"{row.start_time:%H:%M}–{row.end_time:%H:%M}", row.topic, row.who) for row in rows
    ]


def request_rows(audit: Audit) -> list[tuple[str, ...]]:
    rows = DocumentRequest.objects.filter(audit=audit).exclude(status=RequestStatus.WITHDRAWN)
    return [
        (row.title, row.details, wording.full_day(row.due_date) if row.due_date else "")
        for row in rows.order_by("position", "pk")
    ]

"""What agenda, requests and meetings add to pages of others, and what they have to say about an audit's moves."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from audits.conduct import workflows  # noqa: F401 - declared once, for pages, API and docs
from audits.conduct.models import AgendaItem, ChecklistItem, DocumentRequest
from audits.conduct.visit_actions import agenda_due, closeout_is_recorded, share_with_notification
from audits.conduct.vocabulary import WAITING, RequestStatus
from audits.programme.actions import after_move
from audits.programme.models import Audit
from audits.programme.querysets import OVER
from audits.programme.vocabulary import AuditStatus
from audits.programme.waiting import Waits, add_teller
from audits.programme.workflows import add_check, team_is_independent
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import counted, full_day
from cmo_portal.records import deadlines
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.deadlines import DeadlineKind
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from vendors.registry.files import Rule, register

HITS, ROWS = 7, 8


def just_provided(actor: Any) -> Any:
    """Documents that came in for audits the person leads, the newest first."""
    rows = DocumentRequest.objects.visible_to(actor).filter(
        status=RequestStatus.PROVIDED, audit__lead__number=actor.ref, audit__status__in=("notified", "in_progress")
    )
    found = rows.select_related("audit__site__vendor").order_by("-provided_date", "-pk")[:ROWS]
    return [item(row, row.audit.site.vendor.name, "Read it") for row in found] or None


def end_requests(audit: Audit, name: str, by: Any) -> None:
    """Nobody is reminded of a document for an audit that is cancelled or closed."""
    if name not in ("cancel", "close"):
        return
    rows = list(DocumentRequest.objects.filter(audit=audit, status__in=WAITING))
    for row in rows:
        row.audit = audit
    deadlines.keep(rows, timezone.now())


def before_the_visit(audit: Audit, reader: Any) -> Waits | None:
    """Documents that the CMO still owes; then the team's own."""
    asked = DocumentRequest.objects.filter(audit=audit).exclude(status=RequestStatus.WITHDRAWN).aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(status__in=WAITING))
    )  # fmt: skip
    owed = asked["open"]
    words = f"{owed} of {counted(asked['all'], 'document')} {'is' if owed == 1 else 'are'} not provided yet."
    if reader.company_kind == PARTNER:
        return Waits(PARTNER, words, P.REQUEST_ANSWER) if owed else None
    lacks = [words] if owed else []
    lacks += [] if ChecklistItem.objects.filter(audit=audit, is_removed=False).exists() else ["No checklist is on it."]
    day = None if AgendaItem.objects.filter(audit=audit, is_removed=False).exists() else agenda_due(audit)
    lacks += [f"No agenda is written: the CMO should have it by {full_day(day)}."] if day else []
    independence = team_is_independent(audit, reader)
    lacks += [independence] if independence else []
    ours = bool(lacks[1:] if owed else lacks)
    if owed and not ours:
        return Waits(PARTNER, words)
    return Waits(SPONSOR, " ".join(lacks), by_lead=True, also=bool(owed))


def during_the_visit(audit: Audit, reader: Any) -> Waits | None:
    if reader.company_kind == PARTNER:
        return None
    asked = ChecklistItem.objects.filter(audit=audit, is_removed=False).aggregate(
        all=Count("pk"), open=Count("pk", filter=Q(answer=""))
    )
    left = asked["open"]
    words = f"{left} of {counted(asked['all'], 'question')} {'is' if left == 1 else 'are'} open." if left else ""
    return Waits(SPONSOR, words or closeout_is_recorded(audit, reader) or "", by_lead=True)


def item(row: DocumentRequest, side: str, verb: str) -> dict[str, Any]:
    is_urgent = row.priority == "high" and row.status != RequestStatus.PROVIDED
    return {
        "icon": "file-text",
        "kind": "warn" if is_urgent else "",
        "url": row.get_absolute_url(),
        "title": row.title,
        "meta": f"{side} · {row.audit.site.name} · {row.get_status_display()}",
        "due": row.due_date,
        "verb": verb,
    }


def find_requests(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = DocumentRequest.objects.open_to(actor).select_related("audit__site")
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(number__iexact=word) | Q(audit__site__name__icontains=word))
    return [(row.title, row.audit.site.name, row.get_absolute_url()) for row in rows.order_by("title", "pk")[:HITS]]


panels.add("audit", Panel("Agenda and requests", "audits:audit-requests", P.AUDIT_VIEW, order=20))
panels.add("audit", Panel("Meetings", "audits:audit-meetings", P.AUDIT_VIEW, order=40))
add_check("hold_closeout", closeout_is_recorded)
add_teller(AuditStatus.NOTIFIED, before_the_visit)
add_teller(AuditStatus.IN_PROGRESS, during_the_visit)
after_move.append(share_with_notification)
after_move.append(end_requests)
register("audits.documentrequest", Rule(P.AUDIT_VIEW, P.REQUEST_FILE, P.AUDIT_PLAN, "audits:request-detail"))
WORK = "vendors/_home_work.html"
home_cards.add(SPONSOR, HomeCard("Documents provided", WORK, P.AUDIT_CONDUCT, just_provided, order=30))
search_sources.add("", SearchSource("Documents asked for", P.AUDIT_VIEW, find_requests, order=65))
deadlines.add(
    "request.due",
    DeadlineKind(
        DocumentRequest,
        "due_date",
        lambda r: r.status in WAITING and r.is_shared and r.audit.status not in OVER,
        Q(status__in=WAITING, audit__notified_date__isnull=False) & ~Q(audit__status__in=OVER),
        lambda r: f"Document for {r.audit.site.name}: {r.title}",
        offsets=(7, 3, 1, 0, -3),
        permission=P.AUDIT_DRAFTS,
        label="Document asked for",
        acts=P.REQUEST_ANSWER,
        side=PARTNER,
        owner=lambda r: r.audit.lead_ref,
        mail_title=lambda r: f"Document for {r.audit.site.name}, {r.audit.number}",
    ),
)

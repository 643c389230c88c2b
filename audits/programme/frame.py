"""The head of an audit's pages: who and where, how far it is, and the tabs that every subject adds to.

A subject adds a tab with `panels.add("audit", Panel(title, url_name, permission, order))`; its address takes the
number. Its page extends `audits/audit_base.html`, fills the block `panel` and puts `audit_frame(...)` into its context.
A move that has a page of its own is named in `move_pages`; one that is named nowhere is no button of the head.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus as S
from audits.programme.workflows import AUDIT
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.wording import short_day, span
from cmo_portal.records.actors import SPONSOR, Actor
from cmo_portal.records.panels import panels
from cmo_portal.records.workflow import Offer

OVERVIEW, TEAM, HISTORY = "Overview", "Team and dates", "History"
BY_HAND = "audits:audit-move"
# move -> URL name of the page that makes it; the page of the programme's own moves is `audit-move`.
move_pages: dict[str, str] = dict.fromkeys(("plan", "notify", "start", "hold_closeout", "close", "cancel"), BY_HAND)


def made_here(name: str) -> bool:
    """Whether a move is made on the audit itself, not on a report or finding that moves it along."""
    return move_pages.get(name) == BY_HAND


@dataclass(frozen=True)
class Step:
    """One stage: `state` is done, now or empty; `when` says when it was, or by when it should be."""

    label: str
    state: str
    when: str


@dataclass(frozen=True)
class Button:
    """A move that the head offers."""

    verb: str
    url: str
    is_signed: bool
    is_quiet: bool
    refusal: str | None  # why it is too early, in a sentence


# stage -> statuses in which it is the present one
STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Plan", (S.PROPOSED, S.PLANNED)),
    ("Notified", (S.NOTIFIED,)),
    ("On site", (S.IN_PROGRESS,)),
    ("Report", (S.CLOSEOUT_HELD, S.REPORT_DRAFT, S.REPORT_REVIEW)),
    ("Factual check", (S.FACTUAL_CHECK,)),
    ("CAPA", (S.REPORT_ISSUED, S.FOLLOW_UP)),
    ("Close", (S.CLOSED,)),
)
PILLS: dict[str, str] = {
    S.PROPOSED: "",
    S.PLANNED: "info",
    S.NOTIFIED: "info",
    S.IN_PROGRESS: "warn",
    S.FOLLOW_UP: "warn",
    S.CLOSED: "ok",
    S.CANCELLED: "",
}


def found_audit(request: PersonRequest, number: str) -> Audit:
    """The audit as the person may see it, else 404. The lead stands on it in words: a CMO sees no sponsor's account."""
    rows = Audit.objects.open_to(request.user).select_related("site__vendor__sponsor", "site__vendor__company")
    audit: Audit = get_object_or_404(rows, number=number)
    return audit


def way_to(audit: Audit, tab: str = "", url_name: str = "") -> list[tuple[str, str]]:
    """The crumbs of a page below the audit: the list, the audit and, where it is named, the tab."""
    crumbs = [("Audits", reverse("audits:audit-list")), (audit.number, audit.get_absolute_url())]
    return [*crumbs, (tab, reverse(url_name, args=[audit.number]))] if tab else crumbs


def sponsors_only(reader: Actor) -> None:
    """Raises Http404 for a CMO: how its sponsors steer their audits is no page of its own, not even an empty one."""
    if reader.company_kind != SPONSOR:
        raise Http404


def audit_frame(request: PersonRequest, number: str, tab: str) -> dict[str, Any]:
    """Context of a page of the audit: audit, tabs, steps, is_sponsor, offers, moves (buttons), rights, pill."""
    audit, user = found_audit(request, number), request.user
    offers = AUDIT.offers(audit, user)
    return {
        "audit": audit,
        "is_sponsor": user.company_kind == SPONSOR,
        "tabs": tabs(request, number, tab),
        "steps": steps(audit, is_sponsor=user.company_kind == SPONSOR),
        "pill": PILLS.get(audit.status, "info"),
        "offers": offers,
        "moves": [button(audit, offer) for offer in offers if offer.transition.name in move_pages],
        "rights": {
            "plan": user.may(P.AUDIT_PLAN),
            "conduct": user.may(P.AUDIT_CONDUCT),
            "drafts": user.may(P.AUDIT_DRAFTS),
            "answer_slots": user.may(P.SLOT_ANSWER),
            "clear": user.may(P.AUDITOR_QUALIFY),
        },
    }


def tabs(request: PersonRequest, number: str, tab: str) -> list[dict[str, Any]]:
    """What `components/tabs.html` needs; one tab is the present one."""
    return [
        {"label": panel.title, "url": reverse(panel.url_name, args=[number]), "count": None,
         "current": panel.title == tab}
        for panel in panels.open_to("audit", request.user)
    ]  # fmt: skip


def button(audit: Audit, offer: Offer) -> Button:
    move = offer.transition
    name = move_pages[move.name]
    args = [audit.number, move.name.replace("_", "-")] if name == BY_HAND else [audit.number]
    return Button(move.verb, reverse(name, args=args), bool(move.signature), move.name == "cancel", offer.refusal)


def steps(audit: Audit, *, is_sponsor: bool) -> list[Step]:
    """The stage bar; what the plan rests on stands in the sponsor's alone. A cancelled audit stands at no stage."""
    place = next((n for n, (_label, statuses) in enumerate(STAGES) if audit.status in statuses), -1)
    made = []
    for n, (label, _statuses) in enumerate(STAGES):
        is_last = audit.status == S.CLOSED
        state = "done" if n < place or (is_last and n == place) else "now" if n == place else ""
        made.append(Step(label, state, when_of(audit, label, state) if is_sponsor or label != "Plan" else ""))
    return made


def when_of(audit: Audit, label: str, state: str) -> str:
    """When the stage was, or by when it should be."""
    today = timezone.localdate()
    visit = span(audit.start_date, audit.end_date) if audit.start_date and audit.end_date else ""
    known: dict[str, date | str | None] = {
        "Notified": audit.notified_date,
        "On site": visit,
        "Report": audit.report_issued_date,
        "Close": audit.closed_date,
    }
    value = known.get(label)
    if value:
        return value if isinstance(value, str) else short_day(value, today)
    owed = {"Plan": audit.due_date, "Report": audit.report_due_date, "CAPA": audit.response_due_date}.get(label)
    if owed and state != "done":
        words = "answers by" if label == "CAPA" else "by"
        return f"{words} {short_day(owed, today)}"
    return f"{audit.planned_month:%b %Y}" if label == "Plan" and audit.planned_month else ""

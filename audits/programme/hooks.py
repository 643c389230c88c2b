"""What the audit programme adds to pages of others: tabs, files, search, cards of the first page, deadlines."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from audits.programme import workflows  # noqa: F401 - declared once, for pages, API and docs
from audits.programme.actions import after_move
from audits.programme.frame import HISTORY, OVERVIEW, TEAM
from audits.programme.interval_actions import refresh_interval
from audits.programme.models import Audit, Auditor, AuditPlan, Slot
from audits.programme.querysets import BEFORE_VISIT, HELD
from audits.programme.steering import AuditInterval, AuditTrigger
from audits.programme.tasks import find_events
from audits.programme.vocabulary import (
    AuditorStatus,
    AuditStatus,
    IntervalStatus,
    PlanStatus,
    Side,
    SlotStatus,
    TriggerStatus,
)
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import full_day, span
from cmo_portal.records.actors import PARTNER, SPONSOR, Actor
from cmo_portal.records.deadlines import DeadlineKind, add
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from cmo_portal.records.trail import recorded
from vendors.registry.history import ACTS, VALUES
from vendors.registry.runs import ImportRun
from vendors.registry.vocabulary import Service

log = logging.getLogger(__name__)
HITS, ROWS = 7, 8
WORK = "vendors/_home_work.html"


# --- what follows from a move, and from an import ----------------------------------------------------
def count_anew(audit: Audit, name: str, by: Actor) -> None:
    """A visit that is over moves the site's next date; so do the findings and CAPAs that a closure settles."""
    if name in {"hold_closeout", "issue_report", "close"}:
        refresh_interval(audit.site, by=by)


def ring(sender: Any, record: Any, event: Any, **kwargs: Any) -> None:
    """A finished import may hold an official action: look now. The nightly run looks again, should this be lost."""
    if event.action == "import.finish":
        try:
            find_events.apply_async(retry=False)
        except Exception:  # the broker may fail in any way of its own
            log.exception("the broker did not take the look for events")


after_move.append(count_anew)
recorded.connect(ring, sender=ImportRun, dispatch_uid="audits.programme.ring")


# --- cards -----------------------------------------------------------------------------------------
def item(icon: str, url: str, title: str, meta: str, due: Any, verb: str, kind: str = "") -> dict[str, Any]:
    return {"icon": icon, "kind": kind, "url": url, "title": title, "meta": meta, "due": due, "verb": verb}


def audits_coming(actor: Any, sponsor: int | None = None) -> Any:
    """Audits not held yet, the first date first: a planner's, an auditor's own, those in whose team one is, a CMO's."""
    rows = Audit.objects.open_to(actor).coming()
    if actor.company_kind == PARTNER:
        rows = rows.filter(wall_owner=sponsor) if sponsor else rows
    elif not actor.may(P.AUDIT_PLAN):
        rows = rows.filter(team__person__number=actor.ref, team__is_removed=False)
    elif actor.may(P.AUDIT_CONDUCT):
        rows = rows.filter(Q(lead_ref=actor.ref) | Q(lead_ref=""))
    found = rows.listed().order_by("sort_date", "number")[:ROWS]
    return [
        item("clipboard-check", a.get_absolute_url(), str(a), f"{other_side(a, actor)} · {state_words(a)}",
             next_day(a), "Open")
        for a in found
    ] or None  # fmt: skip


def other_side(audit: Audit, actor: Any) -> str:
    """Who the audit is with, as the reader sees it: a CMO knows its own name."""
    return str(audit.site.vendor.sponsor.name if actor.company_kind == PARTNER else audit.site.vendor.name)


def next_day(audit: Audit) -> date | None:
    """The day an audit waits for: its first, its last once it runs (only after that is it late), or its limit."""
    return (audit.end_date if audit.status == AuditStatus.IN_PROGRESS else audit.start_date) or audit.due_date


def state_words(audit: Audit) -> str:
    if audit.start_date and audit.end_date:
        return f"{audit.get_status_display()}, {span(audit.start_date, audit.end_date)}"
    return f"{audit.get_status_display()}, dates not agreed"


def triggers_to_decide(actor: Any) -> Any:
    rows = AuditTrigger.objects.open_to(actor).to_decide().select_related("site__vendor")
    made = []
    for row in rows.order_by("happened_date", "number")[:ROWS]:
        meta = f"{row.site.vendor.name} · {row.site.name} · {full_day(row.happened_date)}"
        made.append(item("bell", row.get_absolute_url(), row.what, meta, None, "Decide", "bad"))
    return made or None


def to_sign(actor: Any) -> Any:
    """Plans, intervals and auditors that wait for the signature of quality."""
    made = [
        item("list-checks", p.get_absolute_url(), f"{p}, revision {p.revision}", "Waits for approval", None, "Decide")
        for p in AuditPlan.objects.visible_to(actor).filter(status=PlanStatus.SUBMITTED).order_by("year")[:ROWS]
    ]
    waiting = AuditInterval.objects.visible_to(actor).filter(status=IntervalStatus.PROPOSED)
    made += [
        item("hourglass", i.get_absolute_url(), f"Longer interval: {i}", i.site.vendor.name, None, "Decide")
        for i in waiting.select_related("site__vendor").order_by("pk")[:ROWS]
    ]
    proposed = Auditor.objects.visible_to(actor).filter(status=AuditorStatus.PROPOSED)
    made += [
        item("users", a.get_absolute_url(), f"Qualify {a.person.name}", a.get_level_display(), None, "Decide")
        for a in proposed.select_related("person").order_by("pk")[:ROWS]
    ]
    return made[:ROWS] or None


def dates_to_answer(actor: Any, sponsor: int | None = None) -> Any:
    """Offers of dates that wait for this side, one line an audit."""
    mine, right = (Side.PARTNER, P.SLOT_ANSWER) if actor.company_kind == PARTNER else (Side.SPONSOR, P.AUDIT_PLAN)
    if not actor.may(right):
        return None
    rows = Slot.objects.visible_to(actor).filter(status=SlotStatus.OFFERED).exclude(offered_by=mine)
    rows = rows.filter(wall_owner=sponsor) if sponsor else rows
    rows = rows.filter(audit__status__in=BEFORE_VISIT).select_related("audit__site__vendor__sponsor")
    offers: dict[str, list[Slot]] = {}
    for slot in rows.order_by("start_date", "pk")[:50]:
        offers.setdefault(slot.audit.number, []).append(slot)
    made = []
    for slots in list(offers.values())[:ROWS]:
        audit = slots[0].audit
        who = other_side(audit, actor)
        days = ", ".join(span(slot.start_date, slot.end_date) for slot in slots)
        url = reverse("audits:audit-team", args=[audit.number])
        made.append(item("calendar", url, f"Dates for {audit}", f"{who} offers {days}", None, "Answer"))
    return made or None


# --- search ----------------------------------------------------------------------------------------
def find_audits(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = Audit.objects.open_to(actor).matching(words).listed().order_by("-sort_date", "number")
    return [(str(row), f"{row.number} · {row.get_status_display()}", row.get_absolute_url()) for row in rows[:HITS]]


# --- deadlines ---------------------------------------------------------------------------------------
def declare_deadlines() -> None:
    add(
        "audit.begins",
        DeadlineKind(
            Audit, "start_date", lambda a: a.status in BEFORE_VISIT, Q(status__in=BEFORE_VISIT),
            lambda a: f"{a} begins", holder=lambda a: a.lead_ref, offsets=(30, 14, 7, 1, 0, -1),
            permission=P.AUDIT_DRAFTS,
            acts=P.AUDIT_PLAN,
        ),
    )  # fmt: skip
    reporting = [status for status in HELD if status not in {"report_issued", "follow_up", "closed"}]
    add(
        "audit.report",
        DeadlineKind(
            Audit, "report_due_date", lambda a: a.status in reporting, Q(status__in=reporting),
            lambda a: f"Report due: {a}", holder=lambda a: a.lead_ref, offsets=(14, 7, 1, 0, -3, -7),
            permission=P.AUDIT_DRAFTS,
            acts=P.REPORT_WRITE,
        ),
    )  # fmt: skip
    add(
        "audit.next",
        DeadlineKind(
            AuditInterval, "next_due_date", lambda i: i.status == IntervalStatus.IN_FORCE,
            Q(status=IntervalStatus.IN_FORCE), lambda i: f"Next audit of {i.site.name} due", offsets=(90, 30, 0, -30),
            label="Next audit of a site",
            acts=P.AUDIT_PLAN,
        ),
    )  # fmt: skip
    add(
        "auditor.renewal",
        DeadlineKind(
            Auditor, "expires_date", lambda a: a.status == AuditorStatus.QUALIFIED, Q(status=AuditorStatus.QUALIFIED),
            lambda a: f"Qualification of {a.person.name} as auditor to be renewed",
            holder=lambda a: a.person.number, offsets=(90, 30, 7, 0, -7),
            acts=P.AUDITOR_QUALIFY,
        ),
    )  # fmt: skip
    add(
        "audit_event.decide",
        DeadlineKind(
            AuditTrigger, "happened_date", lambda t: t.status == TriggerStatus.OPEN, Q(status=TriggerStatus.OPEN),
            lambda t: f"Decide on an event at {t.site.name}", offsets=(-1, -3, -7, -14),
            label="Decision on an event at a site",
            permission=P.AUDIT_DRAFTS,
            acts=P.AUDIT_PLAN,
        ),
    )  # fmt: skip


def basis_words(value: Any) -> str:
    """What an interval rests on as its sentences, and an auditor's training as it was written."""
    return " ".join(value.get("sentences", [])) if isinstance(value, dict) else str(value)


def service_words(value: Any) -> str:
    """The services of a scope by their names."""
    return ", ".join(str(dict(Service.choices).get(each, each)) for each in value)


VALUES["basis"] = basis_words
VALUES["services"] = service_words
ACTS.update(
    {
        "plan": "planned it",
        "notify": "notified the CMO",
        "start": "began the audit",
        "hold_closeout": "held the close-out meeting",
        "cancel": "cancelled it",
        "close": "closed it",
        "share": "let the CMO read it",
        "schedule": "set the dates",
        "agree_dates": "agreed the dates",
        "lead": "named who leads",
        "enter_plan": "put it into the annual plan",
        "leave_plan": "took it out of the annual plan",
        "submit": "sent it on",
        "return": "returned it",
        "reopen": "opened it again",
        "create": "started it",
        "count": "counted it",
        "enter": "let it come into force",
        "replace": "replaced it",
        "accept": "accepted it",
        "reject": "rejected it",
        "qualify": "qualified the auditor",
        "record": "recorded it",
        "dismiss": "found that no audit is needed",
        "plan_audit": "answered it with an audit",
        "set": "set the limits",
        "carry_over": "carried it over from before the portal",
    }
)
panels.add("audit", Panel(OVERVIEW, "audits:audit-detail", P.AUDIT_VIEW, order=0))
panels.add("audit", Panel(TEAM, "audits:audit-team", P.AUDIT_VIEW, order=10))
panels.add("audit", Panel(HISTORY, "audits:audit-history", P.HISTORY_VIEW, order=90))
panels.add("site", Panel("Audits", "audits:site-audits", P.AUDIT_VIEW, order=40))
panels.add("vendor", Panel("Audits", "audits:cmo-audits", P.AUDIT_VIEW, order=35))
search_sources.add("", SearchSource("Audits", P.AUDIT_VIEW, find_audits, order=50))
home_cards.add(SPONSOR, HomeCard("Events to decide on", WORK, P.AUDIT_PLAN, triggers_to_decide, order=8))
home_cards.add(SPONSOR, HomeCard("Audit programme: to sign", WORK, P.PLAN_APPROVE, to_sign, order=12))
home_cards.add(SPONSOR, HomeCard("Audit dates to answer", WORK, P.AUDIT_PLAN, dates_to_answer, order=14))
home_cards.add(SPONSOR, HomeCard("Your audits", WORK, P.AUDIT_VIEW, audits_coming, order=16))
home_cards.add(PARTNER, HomeCard("Audit dates to answer", WORK, P.SLOT_ANSWER, dates_to_answer, 10, by_sponsor=True))
home_cards.add(PARTNER, HomeCard("Audits ahead", WORK, P.AUDIT_VIEW, audits_coming, 40, by_sponsor=True))
declare_deadlines()

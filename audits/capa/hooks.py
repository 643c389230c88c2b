"""What the subject adds to pages of others: tabs, cards, search, deadlines, and its guard on the audit's close."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from audits.capa.actions import follow_class, open_link
from audits.capa.containment import is_owed
from audits.capa.filters import OwnCapaFilter, matching
from audits.capa.models import Capa, CapaLink, EffectivenessCheck
from audits.capa.overdue import drop_withdrawn, open_missing
from audits.capa.standing import while_followed
from audits.capa.story import next_move
from audits.capa.views import TAB
from audits.capa.vocabulary import AT_WORK, OVER, Ball, ResponseStatus
from audits.capa.work import every_capa_is_verified
from audits.findings.deciding import after_reclassify
from audits.findings.models import Finding
from audits.findings.vocabulary import NEEDS_RESPONSE, FindingClass
from audits.findings.workflows import after_issue
from audits.programme.facts import compliance_facts
from audits.programme.frequency import Compliance
from audits.programme.vocabulary import AuditStatus
from audits.programme.waiting import add_teller
from audits.programme.workflows import add_check
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import deadlines
from cmo_portal.records.actors import PARTNER, SPONSOR, SWEEP
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DeadlineKind
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from cmo_portal.records.trail import recorded
from cmo_portal.records.workflow import BY_THE_SYSTEM
from vendors.registry.files import Rule, register
from vendors.registry.history import ACTS, HIDDEN

HITS, ROWS = 7, 8
WORK = "vendors/_home_work.html"
BEING_WRITTEN = (ResponseStatus.DUE, ResponseStatus.RETURNED)


# --- search ---------------------------------------------------------------------------------------------------------


def find_capas(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = matching(CapaLink.objects.visible_to(actor).with_places(), words).order_by("-number")
    return [(str(row.finding), f"{row.number} · {place(row, actor)}", row.get_absolute_url()) for row in rows[:HITS]]


def find_own(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = OwnCapaFilter({"q": words}, queryset=Capa.objects.visible_to(actor)).qs.order_by("title", "number")
    return [(row.title, row.own_reference or row.number, row.get_absolute_url()) for row in rows[:HITS]]


def place(row: CapaLink, actor: Any) -> str:
    site = row.finding.audit.site
    side = site.vendor.sponsor.name if actor.company_kind == PARTNER else site.vendor.name
    return f"{side}, {site.name}"


# --- cards ----------------------------------------------------------------------------------------------------------


def waiting(actor: Any) -> Any:
    """What waits for the reader's side, the nearest day first."""
    today = timezone.localdate()
    side = Ball.PARTNER if actor.company_kind == PARTNER else Ball.SPONSOR
    rows = CapaLink.objects.visible_to(actor).held_by(side, today).with_places()
    return [item(row, actor, today) for row in rows.order_by("due_date", "number")[:ROWS]] or None


def item(row: CapaLink, actor: Any, today: date) -> dict[str, Any]:
    late = row.due_date < today
    return {
        "icon": "clock" if late else "shield-check",
        "kind": "bad" if late else "",
        "url": row.get_absolute_url(),
        "title": str(row.finding),
        "meta": f"{place(row, actor)} · {next_move(row, actor)}",
        "due": row.due_date,
        "verb": "Respond" if row.response_status in BEING_WRITTEN else "Open",
    }


# --- a finding withdrawn after its issue ----------------------------------------------------------------------------


def end_with_the_finding(sender: Any, record: Any, event: Any, **kwargs: Any) -> None:
    """What a withdrawn finding leaves behind; the daily task does the same for what this misses."""
    if event.action in ("finding.withdraw", "finding.separate"):
        with acting_as(SWEEP):
            drop_withdrawn()
            open_missing()


def open_its_link(finding: Any, by: Any) -> None:
    open_link(finding, by)


def open_capas(site: Any, today: date) -> Compliance:
    """Whether a CAPA of the site is open, which an authority's VAI then weighs with (domain: risk-based frequency)."""
    return Compliance(has_open_capa=CapaLink.objects.filter(finding__audit__site=site).open().exists())


CLASSES = tuple((each.value, str(each.label)) for each in NEEDS_RESPONSE)
OF_FINDING: dict[str, Any] = {
    "owner": lambda c: c.finding.audit.lead_ref,
    "facet": lambda c: c.finding.classification,
    "facets": CLASSES,
    "urgent": lambda c: c.finding.classification == FindingClass.CRITICAL,
}


def place_of(finding: Finding) -> str:
    """A finding as a mail may name it: without its title."""
    return f"{finding.label} of {finding.audit.number} at {finding.audit.site.name}"


def declare_deadlines() -> None:
    deadlines.add(
        "response.due",
        DeadlineKind(
            CapaLink,
            "response_due_date",
            lambda c: c.status not in OVER and c.response_status in BEING_WRITTEN,
            ~Q(status__in=OVER) & Q(response_status__in=BEING_WRITTEN),
            lambda c: f"Response to {c.finding.label} {c.finding.title}",
            acts=P.CAPA_ANSWER,
            side=PARTNER,
            mail_title=lambda c: f"Response to {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )
    deadlines.add(
        "response.review",
        DeadlineKind(
            CapaLink,
            "answer_due_date",
            lambda c: c.ball == Ball.SPONSOR and c.response_status == ResponseStatus.SUBMITTED,
            Q(ball=Ball.SPONSOR, response_status=ResponseStatus.SUBMITTED),
            lambda c: f"The sponsor's review of the response to {c.finding.label} {c.finding.title}",
            label="Review of a response",
            acts=P.CAPA_REVIEW,
            mail_title=lambda c: f"The sponsor's review of the response to {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )


def declare_containment() -> None:
    """Hours, not days: so do its reminders and who else hears of it."""
    deadlines.add(
        "finding.contain",
        DeadlineKind(
            CapaLink,
            "contain_at",
            is_owed,
            Q(contained_at__isnull=True) & ~Q(status__in=OVER),
            lambda c: f"Containment of {c.finding.label} {c.finding.title}",
            acts=P.CAPA_ANSWER,
            side=PARTNER,
            offsets=("24h", "4h", "0h"),
            label="Containment of a critical finding",
            climbs=(("-4h", "owner"), ("-24h", "manager"), ("-72h", "facilitators")),
            mail_title=lambda c: f"Containment of {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )


def declare_work_deadlines() -> None:
    deadlines.add(
        "capa.due",
        DeadlineKind(
            CapaLink,
            "agreed_date",
            lambda c: c.status in AT_WORK,
            Q(status__in=AT_WORK),
            lambda c: f"CAPA for {c.finding.label} {c.finding.title}",
            acts=P.CAPA_ANSWER,
            side=lambda c: c.ball or Ball.PARTNER.value,
            mail_title=lambda c: f"CAPA for {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )
    deadlines.add(
        "capa.check",
        DeadlineKind(
            EffectivenessCheck,
            "date",
            lambda c: not c.verdict and c.link.status not in OVER,
            Q(verdict="") & ~Q(link__status__in=OVER),
            lambda c: f"Effectiveness check of {c.link.finding.label} {c.link.finding.title}",
            offsets=(14, 7, 1, 0, -7, -14),
            label="Effectiveness check",
            acts=P.CAPA_CLOSE,
            owner=lambda c: c.link.finding.audit.lead_ref,
            facet=lambda c: c.link.finding.classification,
            facets=CLASSES,
            mail_title=lambda c: f"Effectiveness check of {place_of(c.link.finding)}",
        ),
    )


def declare_files() -> None:
    register("audits.capalink", Rule(P.CAPA_VIEW, P.CAPA_EVIDENCE, P.CAPA_EVIDENCE, "audits:capa-detail"))
    register("audits.capaaction", Rule(P.CAPA_VIEW, P.CAPA_EVIDENCE, P.CAPA_EVIDENCE, "audits:action-detail"))
    # What was sent stands: nobody adds to a round or takes a file off it.
    register("audits.response", Rule(P.CAPA_VIEW, BY_THE_SYSTEM, BY_THE_SYSTEM, "audits:capa-list"))
    register("audits.responsedraft", Rule(P.CAPA_OWN, P.CAPA_ANSWER, P.CAPA_ANSWER, "audits:draft-files"))
    register("audits.capa", Rule(P.CAPA_OWN, P.CAPA_ANSWER, P.CAPA_ANSWER, "audits:own-capa-detail"))


ACTS.update(
    {
        "open": "opened it",
        "submit": "sent it",
        "record_response": "recorded a response from outside",
        "return": "returned it",
        "accept": "accepted it",
        "agree_date": "agreed the date",
        "propose_date": "proposed a date",
        "ask_extension": "asked for a later date",
        "answer_extension": "answered the later date",
        "implement": "began to implement",
        "report_done": "reported it as implemented",
        "record_done": "recorded it as implemented",
        "send_back": "asked for more evidence",
        "plan_check": "planned the effectiveness check",
        "replan_check": "set the effectiveness check anew",
        "leave_out_check": "accepted it without a check",
        "judge_effective": "judged it effective",
        "judge_not_effective": "judged it not effective",
        "close": "closed it",
        "finish": "recorded it as done",
        "contain": "recorded the containment",
        "plan": "planned it",
        "drop": "dropped it",
    }
)
HIDDEN.update({"ball_since_date", "partner_days", "sponsor_days"})  # the clocks count them; the page tells them
panels.add("audit", Panel(TAB, "audits:audit-capas", P.CAPA_VIEW, order=70))
panels.add("vendor", Panel(TAB, "audits:cmo-capas", P.CMO_VIEW, order=65))
panels.add("site", Panel(TAB, "audits:site-capas", P.CAPA_VIEW, order=65))
search_sources.add("", SearchSource("CAPAs", P.CAPA_VIEW, find_capas, order=70))
search_sources.add("", SearchSource("Your own CAPAs", P.CAPA_OWN, find_own, order=71))
home_cards.add(SPONSOR, HomeCard("CAPAs that wait for you", WORK, P.CAPA_REVIEW, waiting, order=12))
home_cards.add(PARTNER, HomeCard("Findings that wait for you", WORK, P.CAPA_ANSWER, waiting, order=5))
declare_files()
declare_deadlines()
declare_containment()
declare_work_deadlines()
after_issue.append(open_its_link)
after_reclassify.append(follow_class)
add_check("close", every_capa_is_verified)
add_teller(AuditStatus.REPORT_ISSUED, while_followed)
add_teller(AuditStatus.FOLLOW_UP, while_followed)
compliance_facts["capas"] = open_capas
recorded.connect(end_with_the_finding, dispatch_uid="capa.end_with_the_finding")

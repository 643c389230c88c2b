"""What the subject adds to pages of others: tabs, cards, search, deadlines, and its guard on the audit's close."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from audits.capa import deadlines
from audits.capa.actions import follow_class, open_link
from audits.capa.deadlines import BEING_WRITTEN
from audits.capa.filters import OwnCapaFilter, matching
from audits.capa.models import Capa, CapaLink
from audits.capa.overdue import drop_withdrawn, open_missing
from audits.capa.standing import while_followed
from audits.capa.story import next_move
from audits.capa.views import TAB
from audits.capa.vocabulary import AT_WORK, Ball
from audits.capa.work import every_capa_is_verified
from audits.findings.deciding import after_reclassify
from audits.findings.workflows import after_issue
from audits.programme.facts import compliance_facts
from audits.programme.frequency import Compliance
from audits.programme.vocabulary import AuditStatus
from audits.programme.waiting import add_teller
from audits.programme.workflows import add_check
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR, SWEEP
from cmo_portal.records.context import acting_as
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from cmo_portal.records.trail import recorded
from cmo_portal.records.workflow import BY_THE_SYSTEM
from vendors.registry.files import Rule, register
from vendors.registry.history import ACTS, HIDDEN

HITS, ROWS, BESIDE = 7, 8, 5
WORK = "vendors/_home_work.html"


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


def waiting(actor: Any, sponsor: int | None = None) -> Any:
    """What waits for the reader's side, the nearest day first."""
    today = timezone.localdate()
    side = Ball.PARTNER if actor.company_kind == PARTNER else Ball.SPONSOR
    rows = CapaLink.objects.visible_to(actor).held_by(side, today).with_places()
    rows = rows.filter(wall_owner=sponsor) if sponsor else rows
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


def under_way(actor: Any, sponsor: int | None = None) -> Any:
    """CAPAs whose actions are being done, the nearest agreed day first, each with how far it is."""
    rows = CapaLink.objects.visible_to(actor).filter(status__in=AT_WORK, agreed_date__isnull=False)
    rows = rows.filter(wall_owner=sponsor) if sponsor else rows
    kept = Q(actions__is_removed=False)
    counted = rows.annotate(
        wanted=Count("actions", filter=kept), done=Count("actions", filter=kept & Q(actions__done_date__isnull=False))
    )
    found = list(counted.select_related("finding").order_by("agreed_date", "number")[:BESIDE])
    for row in found:
        row.percent = 100 * row.done / row.wanted if row.wanted else 0
    return found or None


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
        "follow_class": "set the clocks by the new class",
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
home_cards.add(
    PARTNER,
    HomeCard("CAPAs under way", "", P.CAPA_VIEW, under_way, 46, aside="audits/_home_capas.html", by_sponsor=True),
)
home_cards.add(PARTNER, HomeCard("Findings that wait for you", WORK, P.CAPA_ANSWER, waiting, 5, by_sponsor=True))
declare_files()
deadlines.declare()
after_issue.append(open_its_link)
after_reclassify.append(follow_class)
add_check("close", every_capa_is_verified)
add_teller(AuditStatus.REPORT_ISSUED, while_followed)
add_teller(AuditStatus.FOLLOW_UP, while_followed)
compliance_facts["capas"] = open_capas
recorded.connect(end_with_the_finding, dispatch_uid="capa.end_with_the_finding")

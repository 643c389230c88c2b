"""The demo's audit programme: auditors, one audit in each state of its life, dates on offer, a plan, events.

Other subjects find an audit by its key, `audit("closed")`, and bring it along with `bring(audit, status, cast)`: as far
as the rooms that exist allow, by the people who would do it. Dates follow the day of the seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from audits.programme.actions import move_audit, plan_audit, propose_audit
from audits.programme.auditor_actions import move_auditor, propose_auditor
from audits.programme.interval_actions import refresh_interval
from audits.programme.models import Audit, Auditor
from audits.programme.plan_actions import add_to_plan, create_plan, move_plan
from audits.programme.tasks import sites_of_programme
from audits.programme.team_actions import add_member, answer_slot, clear_conflict, declare_independence, offer_slot
from audits.programme.trigger_actions import sweep_triggers
from audits.programme.vocabulary import AuditorStatus, AuditStatus
from cmo_portal.accounts.demo import PASSWORD
from cmo_portal.accounts.models import User
from cmo_portal.lib.calendars import first_of_month
from cmo_portal.records.actors import SETUP, SWEEP, Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import write
from cmo_portal.records.workflow import WrongState
from vendors.registry.demo import SITES
from vendors.registry.models import Site

PROOF = Credentials(PASSWORD)
GMP = ["EU GMP Part I", "21 CFR 211"]
STERILE = ["EU GMP Part I", "EU GMP Annex 1", "21 CFR 211"]


@dataclass(frozen=True)
class DemoAudit:
    """`starts`: the first day, so many days from the seed; None while only the month stands. `days` on site."""

    key: str
    sponsor: str  # the first name of the person whose company audits
    site: str
    type: str
    status: str
    purpose: str
    services: tuple[str, ...]
    starts: int | None
    days: int = 3
    standards: tuple[str, ...] = tuple(GMP)
    team: tuple[tuple[str, str, str], ...] = ()  # (first name, role, expertise), the lead aside
    due: int | None = None  # days from the seed


AUDITS: dict[str, DemoAudit] = {
    row.key: row
    for row in (
        DemoAudit(
            "closed", "leo", "linz", "qualification", "notified",
            "Is Linz fit to fill NGB-204? Aseptic processing, isolator line A2 and the lyophilisers.",
            ("fill_finish", "secondary_packaging"), -1010, 4, tuple(STERILE),
            (("tom", "sme", "Supply chain and cold chain"),),
        ),
        DemoAudit(
            "follow_up", "leo", "linz", "routine", "notified",
            "Routine audit of aseptic filling of NGB-204, with the actions of the qualification audit.",
            ("fill_finish",), -96, 3, tuple(STERILE), (("eva", "sme", "Aseptic processing"),), -90,
        ),
        DemoAudit(
            "otter_follow_up", "otto", "linz", "routine", "notified",
            "Routine audit of vial filling of OTX-9.", ("fill_finish",), -118, 2, tuple(STERILE), (), -60,
        ),
        DemoAudit(
            "factual_check", "leo", "vilnius", "routine", "notified",
            "Routine audit of the cartridge line and of line clearance after the conditional qualification.",
            ("fill_finish",), -34, 3, tuple(STERILE), (("eva", "sme", "Aseptic processing"),), -20,
        ),
        DemoAudit(
            "absent", "leo", "latina", "routine", "notified",
            "Routine audit of blistering and labelling of NGB-117.", ("primary_packaging",), -70, 2, tuple(GMP),
            (), -60,
        ),
        DemoAudit(
            "in_progress", "leo", "salzburg", "routine", "notified",
            "Routine audit of the testing laboratory: potency, chromatography data, stability.",
            ("testing", "stability"), -1, 3, tuple(GMP), (("tom", "sme", "Data integrity"),), 20,
        ),
        DemoAudit(
            "notified", "leo", "graz", "qualification", "notified",
            "Is Graz fit as second source of NGB-117 tablets?", ("dp_mfg",), 33, 3, tuple(GMP),
            (("eva", "co_auditor", "Solid forms"),), 60,
        ),
        DemoAudit(
            "planned", "leo", "parma", "routine", "planned",
            "Routine audit of tablet manufacture of NGB-117.", ("dp_mfg",), None, 3, tuple(GMP), (), 110,
        ),
        DemoAudit(
            "proposed", "sweep", "ankleshwar", "routine", "proposed",
            "", ("api_mfg",), None, 3, (), (), 75,
        ),
    )
}  # fmt: skip
NORMAL_WAY = (
    ("notify", AuditStatus.NOTIFIED),
    ("start", AuditStatus.IN_PROGRESS),
    ("hold_closeout", AuditStatus.CLOSEOUT_HELD),
    ("draft_report", AuditStatus.REPORT_DRAFT),
    ("submit_review", AuditStatus.REPORT_REVIEW),
    ("start_factual_check", AuditStatus.FACTUAL_CHECK),
    ("issue_report", AuditStatus.REPORT_ISSUED),
    ("follow_up", AuditStatus.FOLLOW_UP),
)


def audit(key: str) -> Audit:
    """The audit of the demo by its key, one of `AUDITS`."""
    facts = AUDITS[key]
    rows = Audit.objects.select_related("site__vendor__sponsor", "site__vendor__company", "lead")
    otters = rows.filter(site__vendor__sponsor__name__startswith="Otter")
    mine = otters if facts.sponsor == "otto" else rows.exclude(pk__in=otters.values("pk"))
    found: Audit = mine.filter(site__fei=SITES[facts.site].fei, type=facts.type).earliest("pk")
    return found


def seed(cast: dict[str, User]) -> None:
    """`cast`: the people by first name. Runs after the demos of `vendors`."""
    seed_auditors(cast)
    for facts in AUDITS.values():
        seed_audit(facts, cast)
    seed_dates(cast)
    sweep_triggers(timezone.localdate())
    for site in sites_of_programme():
        refresh_interval(site, by=SETUP)
    seed_plan(cast)


def seed_auditors(cast: dict[str, User]) -> None:
    """Leo leads and Eva learns to; Quinn signs. Otter's only person brings a qualification from before the portal."""
    sam, quinn = cast["sam"], cast["quinn"]
    basis = "Lead-auditor course (5 days), ISO 19011; eleven years of GMP audits, seven of them of sterile sites."
    fields = ["Aseptic processing", "Quality systems", "Data integrity"]
    leo = propose_auditor(cast["leo"], by=sam, level="lead", fields=fields, audits_before=9, basis=basis)
    move_auditor(leo, "qualify", by=quinn, credentials=PROOF)
    basis = "GMP auditor course (3 days); two audits of solid forms as observer."
    eva = propose_auditor(cast["eva"], by=sam, level="co_auditor", fields=["Solid forms"], audits_before=1, basis=basis)
    move_auditor(eva, "qualify", by=quinn, credentials=PROOF)
    propose_auditor(cast["tom"], by=sam, level="sme", fields=["Supply chain"], basis="Twelve years of cold chain.")
    today = timezone.localdate()
    otto = Auditor(
        person=cast["otto"], sponsor=cast["otto"].company, level="lead", status=AuditorStatus.QUALIFIED,
        basis="Qualified at Otter before the portal was used.", audits_before=14, qualified_date=today,
        expires_date=today + timedelta(days=700),
    )  # fmt: skip
    write(otto, by=SETUP, action="auditor.carry_over")


def seed_audit(facts: DemoAudit, cast: dict[str, User]) -> None:
    today = timezone.localdate()
    company = cast["otto" if facts.sponsor == "otto" else "leo"].company
    rows = Site.objects.select_related("vendor__sponsor", "vendor__company")
    site = rows.get(vendor__sponsor=company, fei=SITES[facts.site].fei)
    first = today + timedelta(days=facts.starts) if facts.starts is not None else None
    due = today + timedelta(days=facts.due) if facts.due is not None else None
    values: dict[str, Any] = {
        "type": facts.type,
        "purpose": facts.purpose,
        "services": list(facts.services),
        "standards": list(facts.standards),
        "start_date": first,
        "end_date": first + timedelta(days=facts.days - 1) if first else None,
        "due_date": due or first,
        "planned_month": first_of_month(first or due or today),
    }
    if facts.status == AuditStatus.PROPOSED:
        propose_audit(site, by=SWEEP, **values)
        return
    made = plan_audit(site, by=planner(facts.sponsor, cast), lead=cast[facts.sponsor], **values)
    for name, role, expertise in facts.team:
        add_member(made, by=cast["sam"], person=cast[name], role=role, expertise=expertise)
    seed_independence(made, cast)
    bring(made, facts.status, cast)


def seed_independence(made: Audit, cast: dict[str, User]) -> None:
    """Everybody declares; Tom once helped to choose the site, which Quinn finds no bar."""
    people = {person.pk: person for person in cast.values()}
    for member in made.team.select_related("audit", "person").order_by("pk"):
        person = people[member.person_id]
        tied = person == cast["tom"] and made.site.name.startswith("Linz")
        words = "I planned the first shipments from this site in 2021; I left that task the same year."
        declared = declare_independence(member, by=person, has_conflict=tied, ties=words if tied else "")
        if tied:
            clear_conflict(
                declared, by=cast["quinn"], note="Planning of transport years ago; no part in GMP decisions."
            )


def planner(sponsor: str, cast: dict[str, User]) -> Actor:
    """Otter's one person of the demo is its head of quality, who plans no audits: the setup does."""
    return SETUP if sponsor == "otto" else cast["sam"]


def seed_dates(cast: dict[str, User]) -> None:
    """Three offers to Graz, one of them agreed; the audit at Parma has none yet."""
    made = audit("notified")
    first = timezone.localdate() + timedelta(days=33)
    for days, words in ((0, ""), (14, "Also possible for us"), (21, "")):
        start = first + timedelta(days=days)
        offer_slot(made, by=cast["leo"], start_date=start, end_date=start + timedelta(days=2), note=words)
    chosen = made.slots.get(start_date=first)
    chosen.audit = made
    answer_slot(chosen, by=cast["pat"], agrees=True, note="Line 2 runs your blend that week.")


def seed_plan(cast: dict[str, User]) -> None:
    """This year's plan, approved; next year's in draft."""
    sam, year = cast["sam"], timezone.localdate().year
    note = "Aseptic sites first; Graz as second source of NGB-117. Desk audits of storage sites are left to next year."
    plan = create_plan(sam.company, by=sam, year=year, note=note)
    rows = Audit.objects.visible_to(sam).filter(sort_date__year=year).listed().order_by("pk")
    for row in rows:
        add_to_plan(plan, row, by=sam)
    if rows:
        move_plan(plan, "submit", by=sam)
        move_plan(plan, "approve", by=cast["quinn"], credentials=PROOF)
    create_plan(sam.company, by=sam, year=year + 1, note="To be approved by 15 December.")


def bring(made: Audit, status: str, cast: dict[str, User]) -> str:
    """Moves the audit along the normal way up to `status`, each step by whom it belongs to and on a fitting day.

    Stops where a room above still wants something; returns the status that was reached.
    """
    is_otters = made.site.vendor.sponsor.name.startswith("Otter")
    plans, leads = (SETUP, SETUP) if is_otters else (cast["sam"], cast["leo"])
    reviews = SETUP if is_otters else cast["quinn"]
    issues = cast["otto"] if is_otters else cast["quinn"]
    doers: dict[str, Actor] = {"notify": plans, "start": leads, "hold_closeout": leads, "draft_report": leads,
                               "submit_review": leads, "start_factual_check": reviews, "issue_report": issues,
                               "follow_up": issues}  # fmt: skip
    order = [AuditStatus.PLANNED, *(reached for _name, reached in NORMAL_WAY)]
    for name, reached in NORMAL_WAY:
        here = order.index(AuditStatus(made.status)) if made.status in order else len(order)
        if order.index(reached) <= here or order.index(reached) > order.index(AuditStatus(status)):
            continue
        try:
            move_audit(made, name, by=doers[name], on=fitting_day(made, name))
        except WrongState:
            break
    return str(made.status)


def fitting_day(made: Audit, name: str) -> date:
    """The day a step would have been made on, never later than today."""
    today = timezone.localdate()
    first, last = made.start_date or today, made.end_date or today
    days = {
        "notify": first - timedelta(days=35),
        "start": first,
        "hold_closeout": last,
        "draft_report": last + timedelta(days=2),
        "submit_review": last + timedelta(days=9),
        "start_factual_check": last + timedelta(days=12),
        "issue_report": last + timedelta(days=27),
        "follow_up": last + timedelta(days=27),
    }
    return min(days[name], today)

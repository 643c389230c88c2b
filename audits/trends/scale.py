"""`seed_scale --audits N`: audits of one sponsor over four years with findings and CAPAs, to measure and to try.

The same number gives the same rows on the same day. About ten findings an audit; each that asks for a response has its
CAPA with rounds and checks. Reports, checklists and files are not made: only what lists, calendar and trends look at.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import groupby
from random import Random
from typing import Any

from django.utils import timezone

from audits.capa import ball
from audits.capa.models import CapaLink, EffectivenessCheck, Response
from audits.findings import clauses
from audits.findings.models import Finding
from audits.findings.vocabulary import STEP_UP
from audits.programme.models import Audit
from audits.trends.scale_story import ANSWERED, CLASSES, SYSTEMS, AuditStory, CapaStory, audit_story, capa_story, pick
from cmo_portal.accounts.models import Company, User
from cmo_portal.records.actors import SETUP
from cmo_portal.records.trail import write_many
from vendors.registry.models import Site
from vendors.registry.scale import PLANT, add_vendors

PER_SITE, BATCH = 8, 100  # audits
WHAT = {
    "quality": ("Deviations closed without root cause", "Change control opened after the change", "Training overdue"),
    "facilities": ("Alarm of differential pressure not assessed", "Preventive maintenance late", "Rust at a fitting"),
    "materials": ("Sampling plan not followed", "Quarantine status unclear", "Supplier not re-assessed"),
    "production": ("Hold time not validated", "Intervention not recorded", "Line clearance incomplete"),
    "packaging": ("Label reconciliation without a limit", "Counterfoil missing", "Leaflet store not locked"),
    "laboratory": ("Result out of specification averaged", "Standard used after expiry", "Peaks integrated by hand"),
    "outsourcing": ("Quality agreement out of date", "Subcontractor not approved", "Scope of the carrier missing"),
    "data": ("Audit trail not reviewed", "Shared account on the balance", "Backup never restored"),
}
REFS = {
    "quality": ("21 CFR 211.192", "21 CFR 211.22(d)", "EU GMP 1.10", "21 CFR 211.25(a)"),
    "facilities": ("21 CFR 211.42(c)", "EU GMP Annex 1, 4.16", "21 CFR 211.67"),
    "materials": ("21 CFR 211.84(b)", "EU GMP 5.27", "ICH Q7 7.3"),
    "production": ("21 CFR 211.113(b)", "EU GMP Annex 1, 9.36", "21 CFR 211.100(b)", "21 CFR 211.111"),
    "packaging": ("21 CFR 211.125", "21 CFR 211.130", "EU GMP 5.29"),
    "laboratory": ("21 CFR 211.160(b)", "21 CFR 211.194(a)", "ICH Q7 11.1"),
    "outsourcing": ("EU GMP 7", "ICH Q7 16"),
    "data": ("21 CFR 211.68(b)", "EU GMP Annex 11", "21 CFR 211.188"),
}


def parsed(written: str) -> dict[str, str]:
    found: dict[str, str] = clauses.parse(written).ref
    return found


def add_audits(sponsor: Company, count: int) -> None:
    """`count` audits at the plants of `add_vendors`, in waves: each visits every site once, the oldest wave first."""
    refs = {system: [parsed(text) for text in texts] for system, texts in REFS.items()}
    sites, leads, today = plants(sponsor, max(1, -(-count // PER_SITE))), leads_of(sponsor), timezone.localdate()
    earlier: dict[tuple[int, str], Finding] = {}
    waves = -(-count // len(sites))
    for start, stop in steps(count, len(sites)):
        made = []
        for number in range(start, stop):
            story = audit_story(number, number // len(sites), waves, today)
            made.append((audit_of(sites[number % len(sites)], leads, number, story), story))
        rows = [row for audit, story in made for row in findings_of(audit, story, refs, earlier, today)]
        settle_audits(made, rows)
        write_many([audit for audit, _ in made], by=SETUP, action="audit.carry_over")
        for finding, _ in rows:
            finding.audit = finding.audit  # which has its key only now
        write_findings(rows, today)
        earlier |= {(finding.audit.site_id, finding.system): finding for finding, story in rows if finding.issued_date}


def steps(count: int, sites: int) -> Iterable[tuple[int, int]]:
    """(first, after the last) of each batch; none reaches from one wave of visits into the next."""
    for wave in range(0, count, sites):
        for start in range(wave, min(wave + sites, count), BATCH):
            yield start, min(start + BATCH, wave + sites, count)


def plants(sponsor: Company, needed: int) -> list[Site]:
    rows = Site.objects.filter(vendor__sponsor=sponsor, name__startswith=PLANT).order_by("name", "pk")
    if (lacking := needed - rows.count()) > 0:
        add_vendors(sponsor, lacking)
    return list(rows.select_related("vendor__sponsor", "vendor__company")[:needed])


def leads_of(sponsor: Company) -> list[User]:
    people = User.objects.filter(wall_owner=sponsor.pk, is_active=True).order_by("name", "pk")
    return [person for person in people if "auditor" in person.role_names] or [*people[:1]]


def audit_of(site: Site, leads: list[User], number: int, story: AuditStory) -> Audit:
    lead = leads[number % len(leads)] if leads else None
    return Audit(
        site=site,
        type=story.kind,
        status=story.status,
        status_date=story.issued or story.notified,
        is_shared=story.notified is not None,
        purpose="Quality system and the services that the site offers.",
        standards=["EU GMP Part I", "21 CFR 211"],
        due_date=story.start,
        planned_month=story.start.replace(day=1),
        start_date=story.start,
        end_date=story.end,
        notified_date=story.notified,
        report_due_date=story.report_due,
        report_issued_date=story.issued,
        lead=lead,
        lead_name=lead.name if lead else "",
        lead_ref=lead.number if lead else "",
    )


Row = tuple[Finding, CapaStory | None]


def findings_of(
    audit: Audit,
    story: AuditStory,
    refs: dict[str, list[dict[str, str]]],
    earlier: dict[tuple[int, str], Finding],
    today: date,
) -> list[Row]:
    """The audit's findings, each with what became of it."""
    made: list[Row] = []
    for place in range(1, story.findings + 1):
        chance = Random(f"finding {story.start} {audit.site.name} {place}")  # noqa: S311 - the same on purpose
        system, kind = pick(chance, SYSTEMS), pick(chance, CLASSES)
        before = earlier.get((audit.site_id, system)) if chance.random() < 0.14 and kind in STEP_UP else None
        finding = Finding(
            audit=audit, label=f"F-{place:02}", title=chance.choice(WHAT[system]), system=system, classification=kind,
            statement="Seen on the tour and in the records of the last six months.", evidence="Three of twelve records",
            classification_reason="Departure from GMP; see the evidence." if kind in ANSWERED else "",
            refs=[] if kind == "positive" else chance.sample(refs[system], chance.choice((1, 1, 2))),
            is_shared=story.status in ("factual_check", "follow_up"),
            status="in_factual_check" if story.status == "factual_check" else "draft",
            factual_round=1 if story.status in ("factual_check", "follow_up") else 0,
        )  # fmt: skip
        if before is not None:
            finding.repeat_of, finding.class_before = before, kind
            finding.classification, finding.repeat_reason = STEP_UP[kind], "The same subject as last time."  # type: ignore[index]
        made.append((finding, issued(finding, story.issued, chance, today)))
    return made


def issued(finding: Finding, day: date | None, chance: Random, today: date) -> CapaStory | None:
    """Sets what the report made of the finding; None where it asks for no response or is not issued."""
    if day is None:
        return None
    finding.status, finding.issued_date = "issued", day
    if not finding.needs_response:
        return None
    story = capa_story(chance, finding.classification, day, today)
    finding.response_due_date = story.response_due if story.rounds < 2 else None
    if story.closed:
        finding.status, finding.closed_date = "closed", story.closed
    elif story.response in ("submitted", "accepted"):
        finding.status = "responded"
    return story


def settle_audits(made: list[tuple[Audit, AuditStory]], rows: list[Row]) -> None:
    """An audit whose CAPAs are all closed is closed with the last of them."""
    stories = {id(audit): [s for f, s in group if s] for audit, group in by_audit(rows)}
    for audit, story in made:
        capas = stories.get(id(audit), [])
        if story.issued and all(capa.closed for capa in capas):
            audit.status = "closed"
            audit.closed_date = max([story.issued, *(capa.closed for capa in capas if capa.closed)])
            audit.status_date = audit.closed_date


def by_audit(rows: list[Row]) -> Iterable[tuple[Audit, Iterable[Row]]]:
    return groupby(rows, key=lambda row: row[0].audit)


def write_findings(rows: list[Row], today: date) -> None:
    write_many([finding for finding, _ in rows], by=SETUP, action="finding.carry_over")
    links = [(link_of(finding, story, today), story) for finding, story in rows if story]
    write_many([link for link, _ in links], by=SETUP, action="capa.carry_over")
    answers = [answer for link, story in links for answer in responses_of(link, story)]
    write_many(answers, by=SETUP, action="response.carry_over")
    checks = [check_of(link, story, day) for link, story in links if (day := story.checked or story.check)]
    write_many(checks, by=SETUP, action="check.carry_over")


def link_of(finding: Finding, story: CapaStory, today: date) -> CapaLink:
    side = ball.holder(ball.Standing(story.response, story.status))
    returned = story.returned if story.response == "returned" else None
    known = (finding.issued_date, story.responded, returned, story.accepted, story.implemented)
    since, due = max(day for day in known if day), due_of(story)
    return CapaLink(
        finding=finding,
        response_status=story.response,
        status=story.status,
        rounds=story.rounds,
        response_due_date=story.response_due,
        responded_date=story.responded,
        accepted_date=story.accepted,
        suggested_date=story.agreed,
        agreed_date=story.agreed,
        implemented_date=story.implemented,
        check_date=story.check,
        closed_date=story.closed,
        ball=side,
        ball_since_date=max(since, story.check or since) if side else None,
        due_date=due or today,
        **used(finding, story),
    )


def due_of(story: CapaStory) -> date | None:
    if story.closed:
        return story.closed
    if story.status == "effectiveness_due":
        return story.check
    return story.agreed or story.response_due


def used(finding: Finding, story: CapaStory) -> dict[str, int]:
    """Days that each side has booked, without those of who holds the ball now."""
    cmo = between(finding.issued_date, story.first) + between(story.accepted, story.implemented)
    ours = between(story.first, story.returned or story.accepted) + between(story.check, story.judged)
    if story.rounds > 1:
        cmo += between(story.returned, story.responded)
        ours += between(story.responded, story.accepted)
    return {"partner_days": cmo, "sponsor_days": ours}


def between(first: date | None, last: date | None) -> int:
    return max(0, (last - first).days) if first and last else 0


def responses_of(link: CapaLink, story: CapaStory) -> list[Response]:
    if story.first is None:
        return []
    last = "accepted" if story.accepted else "submitted"
    first = (story.first, "returned", story.returned) if story.returned else (story.first, last, story.accepted)
    rounds: list[tuple[date, str, date | None]] = [first]
    if story.rounds > 1 and story.responded:
        rounds.append((story.responded, last, story.accepted))
    return [response_of(link, place, *facts) for place, facts in enumerate(rounds, 1)]


def response_of(link: CapaLink, place: int, day: date, status: str, reviewed: date | None) -> Response:
    return Response(
        link=link, round=place, status=status, received_date=day, author=link.finding.audit.lead, author_name="Site",
        containment="Looked at all batches since.", root_cause="The procedure leaves it open.",
        corrective="Procedure revised and trained.", is_recorded_by_sponsor=True,
        reviewer_name=link.finding.audit.lead_name if reviewed else "",
        reviewed_at=timezone.make_aware(datetime.combine(reviewed, time(12))) if reviewed else None,
        review_reason="Root cause does not explain it." if status == "returned" else "",
    )  # fmt: skip


def check_of(link: CapaLink, story: CapaStory, day: date) -> EffectivenessCheck:
    verdict: Any = ("effective" if story.effective else "not_effective") if story.judged else ""
    name = link.finding.audit.lead_name
    return EffectivenessCheck(
        link=link, criterion="None of the next ten records shows it.", sample="10 records",
        date=day, planned_by_name=name, verdict=verdict, judged_date=story.judged,
        judged_by_name=name if story.judged else "", note="As planned." if story.judged else "",
    )  # fmt: skip

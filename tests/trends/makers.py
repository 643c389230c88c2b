"""Small makers for tests: audits with findings and CAPAs whose days are given, at CMOs of their own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from audits.capa.models import CapaLink, EffectivenessCheck, Response
from audits.findings.models import Finding
from audits.programme.models import Audit
from cmo_portal.records.trail import write, write_many
from tests.supply.makers import make_site, make_vendor
from vendors.registry.models import Site


def today() -> date:
    return timezone.localdate()


def ago(days: int) -> date:
    return today() - timedelta(days=days)


def a_site(by: Any, name: str = "Trendwerk") -> Site:
    return make_site(make_vendor(by, name), by, f"{name} plant")


def an_audit(by: Any, site: Site, **values: Any) -> Audit:
    """An audit held 100 days ago, notified 140, reported 75 days ago."""
    facts: dict[str, Any] = {
        "status": "follow_up", "is_shared": True, "start_date": ago(102), "end_date": ago(100),
        "notified_date": ago(140), "report_due_date": ago(70), "report_issued_date": ago(75),
    } | values  # fmt: skip
    audit = Audit(site=site, **facts)
    write(audit, by=by, action="audit.plan")
    return audit


def a_finding(by: Any, audit: Audit, label: str = "F-01", **values: Any) -> Finding:
    """A major finding issued 75 days ago, to be answered 54 days ago."""
    facts: dict[str, Any] = {
        "title": "Hold time not validated", "system": "production", "classification": "major", "status": "issued",
        "is_shared": True, "issued_date": ago(75), "response_due_date": ago(54),
        "refs": [{"source": "21 CFR 211", "clause": "211.111"}],
    } | values  # fmt: skip
    finding = Finding(audit=audit, label=label, **facts)
    write(finding, by=by, action="finding.issue")
    return finding


def a_link(by: Any, finding: Finding, received: date | None = None, **values: Any) -> CapaLink:
    """The finding's CAPA; with its first response where `received` is given."""
    link = CapaLink(finding=finding, due_date=today(), response_due_date=finding.response_due_date, **values)
    write(link, by=by, action="capa.open")
    if received:
        response = Response(link=link, round=1, received_date=received, author=by, author_name=by.name)
        write(response, by=by, action="response.write")
    return link


def a_check(by: Any, link: CapaLink, day: date, judged: date | None = None, verdict: str = "") -> EffectivenessCheck:
    check = EffectivenessCheck(
        link=link, criterion="None again", sample="10 records", date=day, planned_by_name=by.name, verdict=verdict,
        judged_date=judged,
    )  # fmt: skip
    write(check, by=by, action="check.plan")
    return check


def many(by: Any, count: int, name: str) -> Site:
    """`count` audits with a finding, a CAPA, a response and a judged check each, of as many sites of one CMO."""
    vendor = make_vendor(by, name)
    sites = [Site(vendor=vendor, name=f"{name} {number:03}") for number in range(count)]
    write_many(sites, by=by, action="site.add")
    audits = [
        Audit(
            site=site, status="follow_up", is_shared=True, start_date=ago(102), end_date=ago(100),
            notified_date=ago(140), report_due_date=ago(70), report_issued_date=ago(75),
        )
        for site in sites
    ]  # fmt: skip
    write_many(audits, by=by, action="audit.plan")
    findings = [
        Finding(
            audit=audit, label="F-01", title="Hold time", system="production", classification="major",
            status="responded", is_shared=True, issued_date=ago(75 - number % 30), response_due_date=ago(54),
            refs=[{"source": "21 CFR 211", "clause": f"211.{100 + number}"}],
        )
        for number, audit in enumerate(audits)
    ]  # fmt: skip
    write_many(findings, by=by, action="finding.issue")
    links = [
        CapaLink(
            finding=finding, due_date=today(), response_status="accepted", status="effective", rounds=1,
            responded_date=ago(40), accepted_date=ago(35), agreed_date=ago(20), implemented_date=ago(22 - number % 10),
        )
        for number, finding in enumerate(findings)
    ]  # fmt: skip
    write_many(links, by=by, action="capa.open")
    answers = [Response(link=link, round=1, received_date=ago(40), author=by, author_name=by.name) for link in links]
    write_many(answers, by=by, action="response.write")
    checks = [
        EffectivenessCheck(
            link=link, criterion="None", sample="10", date=ago(5), planned_by_name=by.name, verdict="effective",
            judged_date=ago(2),
        )
        for link in links
    ]  # fmt: skip
    write_many(checks, by=by, action="check.plan")
    return sites[0]

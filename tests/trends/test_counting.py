"""What counts: issued findings alone, by quarter, system, clause, place and age, of one's own audits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from audits.trends.asked import Asked
from audits.trends.figures import Period, year_to
from audits.trends.picture import Trends, trends_of
from tests.trends.makers import a_finding, a_link, a_site, ago, an_audit, today
from vendors.registry.models import Site

pytestmark = pytest.mark.django_db


def of_site(reader: Any, site: Site, **values: Any) -> Trends:
    return trends_of(reader, Asked(values.pop("period", year_to(today())), today(), site=site.number))


def test_only_issued_findings_that_stand_count(cast: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)
    statuses = ("draft", "in_factual_check", "disputed", "issued", "responded", "closed", "withdrawn")
    for number, status in enumerate(statuses):
        day = None if status in ("draft", "in_factual_check", "disputed") else ago(75)
        a_finding(cast.leo, audit, f"F-{number:02}", status=status, issued_date=day)
    assert of_site(cast.sam, site).findings.all.total == 3
    assert of_site(cast.ines, site).findings.all.total == 3


def test_findings_are_counted_by_quarter_class_system_and_repeat(cast: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)
    first = a_finding(cast.leo, audit, "F-01", issued_date=date(2026, 3, 31))
    a_finding(cast.leo, audit, "F-02", issued_date=date(2026, 4, 1), repeat_of=first, system="data")
    a_finding(cast.leo, audit, "F-03", issued_date=date(2026, 4, 2), classification="positive", system="", refs=[])
    a_finding(cast.leo, audit, "F-04", issued_date=date(2026, 7, 1))
    found = of_site(cast.sam, site, period=Period(date(2026, 1, 1), date(2026, 6, 30))).findings
    assert [tally.total for tally in found.quarters] == [1, 2]
    assert found.all.classes == {"major": 2, "positive": 1} and found.all.repeats == 1
    assert {code: tally.total for code, tally in found.systems.items()} == {"production": 1, "data": 1, "": 1}


def test_a_clause_counts_with_what_lies_under_it_and_a_finding_once(cast: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)

    def named(label: str, *refs: tuple[str, str]) -> None:
        a_finding(cast.leo, audit, label, refs=[{"source": source, "clause": clause} for source, clause in refs])

    named("F-01", ("21 CFR 211", "211.22(a)"), ("21 CFR 211", "211.22(d)"), ("EU GMP", "1.10"))
    named("F-02", ("21 CFR 211", "211.22"), ("EU GMP", "Annex 1, 9.36"))
    named("F-03", ("EU GMP", "Annex 1"), ("EU GMP", "10.1"), ("ICH Q7", "11.1"))
    found = {row.words: row.number for row in of_site(cast.sam, site).clauses}
    assert found == {"21 CFR 211.22": 2, "EU GMP Annex 1": 2, "EU GMP 1": 1, "EU GMP 10": 1, "ICH Q7 11": 1}


def test_places_stand_with_the_most_findings_first(cast: Any) -> None:
    one, two = a_site(cast.sam, "Erstwerk"), a_site(cast.sam, "Zweitwerk")
    period = Period(date(2020, 1, 1), date(2020, 3, 31))
    for site, count in ((one, 1), (two, 3)):
        audit = an_audit(cast.leo, site)
        for number in range(count):
            a_finding(cast.leo, audit, f"F-{number:02}", issued_date=date(2020, 2, 1 + number))
    found = trends_of(cast.sam, Asked(period, today()))
    assert [(row.name, row.total, row.major) for row in found.sites] == [
        ("Zweitwerk plant", 3, 3),
        ("Erstwerk plant", 1, 1),
    ]
    assert [row.name for row in found.cmos] == ["Zweitwerk", "Erstwerk"]
    of_one = trends_of(cast.sam, Asked(period, today(), cmo=one.vendor.number))
    assert of_one.findings.all.total == 1 and [row.name for row in of_one.cmos] == ["Erstwerk"]


def test_open_findings_stand_by_age_whatever_the_period(cast: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)
    for number, days in enumerate((0, 30, 31, 90, 91, 180, 181, 900)):
        a_finding(cast.leo, audit, f"F-{number:02}", issued_date=ago(days))
    a_finding(cast.leo, audit, "F-90", status="closed", issued_date=ago(5))
    a_finding(cast.leo, audit, "F-91", classification="observation", issued_date=ago(5))
    ages = of_site(cast.sam, site, period=Period(ago(3), today())).ages
    assert ages == {(code, "major"): 2 for code in ("to_30", "to_90", "to_180", "over_180")}


def test_a_sponsor_counts_its_own_audits_alone(cast: Any) -> None:
    site = a_site(cast.sam)
    a_link(cast.leo, a_finding(cast.leo, an_audit(cast.leo, site)), received=ago(60))
    mine = Asked(year_to(today()), today(), site=site.number)
    assert trends_of(cast.sam, mine).findings.all.total == 1
    others = trends_of(cast.otto, mine)
    assert others.is_empty and others.clauses == [] and others.sites == []


def test_nobody_without_a_company_counts_anything(cast: Any) -> None:
    from audits.findings.models import Finding
    from audits.trends.counting import owned
    from cmo_portal.records.actors import SETUP

    assert list(owned(Finding, SETUP)) == []


def test_a_period_holds_both_its_days(cast: Any) -> None:
    site = a_site(cast.sam)
    audit, day = an_audit(cast.leo, site), date(2026, 5, 5)
    for number in range(4):
        a_finding(cast.leo, audit, f"F-{number}", issued_date=day + timedelta(days=number))
    period = Period(day + timedelta(days=1), day + timedelta(days=2))
    assert of_site(cast.sam, site, period=period).findings.all.total == 2

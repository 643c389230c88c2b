"""The frequency model: every cell and vector of the domain, its caps and dates, and what must hold for any facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.programme.frequency import (
    CLASSES,
    MONTHS,
    VERSION,
    Assessment,
    Compliance,
    Facts,
    OfficialAction,
    assess,
    compliance_risk,
    intrinsic_risk,
)
from cmo_portal.lib.calendars import add_months

pytestmark = pytest.mark.embedded
TODAY = date(2026, 11, 27)
LAST = date(2026, 8, 31)
MEDIUM, HIGH = Compliance(major=1), Compliance(critical=1)


def facts(complexity: int, criticality: int, compliance: Compliance | None = None, **more: object) -> Facts:
    known = {"compliance": compliance or Compliance(), "last_audit_end": LAST, **more}
    return Facts(complexity, criticality, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("complexity", "criticality", "level"),
    [
        *((1, 1, "low"), (1, 2, "low"), (2, 1, "low"), (1, 3, "medium"), (3, 1, "medium"), (2, 2, "medium")),
        *((2, 3, "high"), (3, 2, "high"), (3, 3, "high")),
    ],
)
def test_intrinsic_risk_is_the_product(complexity: int, criticality: int, level: str) -> None:
    assert intrinsic_risk(complexity, criticality) == level


@pytest.mark.parametrize(
    ("intrinsic", "compliance", "expected"),
    [
        *(("low", "low", "A"), ("low", "medium", "A"), ("low", "high", "B")),
        *(("medium", "low", "A"), ("medium", "medium", "B"), ("medium", "high", "C")),
        *(("high", "low", "B"), ("high", "medium", "C"), ("high", "high", "C")),
    ],
)
def test_matrix_of_intrinsic_and_compliance_risk(intrinsic: str, compliance: str, expected: str) -> None:
    assert CLASSES[intrinsic, compliance] == expected


@pytest.mark.parametrize(
    ("given", "risk_class", "months"),
    [
        (facts(3, 3), "B", 24),  # I = 9 high, Q low
        (facts(1, 2, MEDIUM), "A", 36),  # I = 2 low, Q medium
        (facts(2, 2, HIGH), "C", 12),  # I = 4 medium, Q high
    ],
)
def test_vectors_of_the_domain(given: Facts, risk_class: str, months: int) -> None:
    found = assess(given, TODAY)
    assert (found.risk_class, found.months, found.version) == (risk_class, months, VERSION)


@pytest.mark.parametrize(
    ("known", "last", "level"),
    [
        (Compliance(), LAST, "low"),
        (Compliance(major=1), LAST, "medium"),
        (Compliance(major=5), LAST, "medium"),
        (Compliance(major=6), LAST, "high"),
        (Compliance(critical=1), LAST, "high"),
        (Compliance(has_vai=True), LAST, "low"),
        (Compliance(has_open_capa=True), LAST, "low"),
        (Compliance(has_vai=True, has_open_capa=True), LAST, "medium"),
        (Compliance(red_quarters=1), LAST, "low"),
        (Compliance(red_quarters=2), LAST, "medium"),
        (Compliance(actions=(OfficialAction(date(2024, 11, 27), "OAI"),)), LAST, "high"),
        (Compliance(actions=(OfficialAction(date(2024, 11, 26), "OAI"),)), LAST, "low"),
        (Compliance(actions=(OfficialAction(date(2026, 11, 28), "OAI"),)), LAST, "low"),
        (Compliance(), date(2023, 11, 27), "low"),
        (Compliance(), date(2023, 11, 26), "high"),
        (Compliance(), None, "low"),
    ],
)
def test_compliance_risk_has_its_edges(known: Compliance, last: date | None, level: str) -> None:
    assert compliance_risk(known, last, TODAY)[0] == level


def test_sterile_and_biologic_work_is_capped_at_24_months() -> None:
    assert assess(facts(3, 1), TODAY).months == 36
    assert assess(facts(3, 1, is_sterile_or_biologic=True), TODAY).months == 24
    assert assess(facts(3, 3, HIGH, is_sterile_or_biologic=True), TODAY).months == 12


def test_conditional_qualification_is_followed_up_within_six_months() -> None:
    found = assess(facts(1, 1, is_conditional=True), TODAY)
    assert (found.months, found.due) == (6, date(2027, 2, 28))
    assert "A conditional qualification is followed up within 6 months." in found.sentences


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 15), 24, date(2028, 1, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_month_arithmetic_keeps_the_day_or_takes_the_months_last(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_site_that_was_never_audited_is_due_now() -> None:
    found = assess(facts(1, 1, last_audit_end=None), TODAY)
    assert (found.due, found.is_due_now) == (None, True)
    assert found.sentences[-1] == "The site was never audited: an audit is due now."


def test_event_makes_an_audit_due_on_the_day_it_happened() -> None:
    happened = date(2026, 11, 20)
    found = assess(facts(1, 1, events=(date(2026, 11, 25), happened)), TODAY)
    assert (found.months, found.due, found.is_due_now) == (36, happened, True)


def test_every_step_is_explained_in_a_sentence() -> None:
    given = facts(
        3, 1, complexity_why="vials", criticality_why="several sites could step in", is_sterile_or_biologic=True
    )
    assert assess(given, TODAY).sentences == (
        "Complexity 3: vials.",
        "Criticality 1: several sites could step in.",
        "Intrinsic risk 3 x 1 = 3: medium.",
        "Compliance risk low: nothing on record speaks against it.",
        "Both together make class A: every 36 months.",
        "Sterile or biologic work is audited every 24 months at least.",
        "The last audit ended on 31 Aug 2026: the next is due by 31 Aug 2028.",
    )


@pytest.mark.parametrize("wrong", [0, 4, -1])
def test_points_outside_one_to_three_are_refused(wrong: int) -> None:
    with pytest.raises(ValueError, match="is 1, 2 or 3"):
        Facts(wrong, 1)
    with pytest.raises(ValueError, match="is 1, 2 or 3"):
        Facts(1, wrong)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be negative"):
        Compliance(major=-1)


def test_facts_of_several_sources_add_up_and_one_act_counts_once() -> None:
    act = OfficialAction(date(2026, 3, 1), "OAI")
    total = Compliance(critical=1, actions=(act,), red_quarters=1) + Compliance(
        major=2, actions=(act,), has_vai=True, red_quarters=2
    )
    assert total == Compliance(critical=1, major=2, actions=(act,), has_vai=True, red_quarters=2)


days = st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 12, 31))
points = st.sampled_from([1, 2, 3])
known = st.builds(
    Compliance,
    critical=st.integers(0, 3),
    major=st.integers(0, 9),
    actions=st.lists(st.builds(OfficialAction, on=days, words=st.just("OAI")), max_size=2).map(tuple),
    has_vai=st.booleans(),
    has_open_capa=st.booleans(),
    red_quarters=st.integers(0, 4),
)
sites = st.builds(
    Facts,
    complexity=points,
    criticality=points,
    is_sterile_or_biologic=st.booleans(),
    is_conditional=st.booleans(),
    compliance=known,
    last_audit_end=st.none() | days,
    events=st.lists(days, max_size=2).map(tuple),
)


@given(sites, days)
def test_months_are_those_of_the_classes_or_a_cap(site: Facts, today: date) -> None:
    found = assess(site, today)
    assert found.months in {6, 12, 24, 36} and found.months <= MONTHS[found.risk_class]
    assert not site.is_sterile_or_biologic or found.months <= 24
    assert not site.is_conditional or found.months <= 6


@given(sites, days)
def test_more_risk_never_makes_the_interval_longer(site: Facts, today: date) -> None:
    def months(changed: Facts) -> int:
        return assess(changed, today).months

    here = months(site)
    assert months(replace(site, complexity=min(3, site.complexity + 1))) <= here
    assert months(replace(site, criticality=min(3, site.criticality + 1))) <= here
    worse = replace(site.compliance, critical=site.compliance.critical + 1)
    assert months(replace(site, compliance=worse)) <= here
    assert months(replace(site, is_sterile_or_biologic=True)) <= here
    assert months(replace(site, is_conditional=True)) <= here


@given(sites, days)
def test_next_date_counts_from_the_last_audit_and_no_event_moves_it_later(site: Facts, today: date) -> None:
    found: Assessment = assess(site, today)
    if site.last_audit_end is None:
        assert found.due is None and found.is_due_now
        return
    regular = add_months(site.last_audit_end, found.months)
    assert found.due == min([regular, *site.events])
    assert found.is_due_now == (found.due <= today)


@given(sites, days)
def test_the_same_facts_on_the_same_day_say_the_same(site: Facts, today: date) -> None:
    assert assess(site, today) == assess(site, today)


@given(days, st.integers(0, 60))
def test_months_there_land_in_the_month_that_was_asked(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1

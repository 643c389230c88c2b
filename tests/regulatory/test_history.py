"""The lane of a site: inspections drawn together, an OAI that stands, and never a clean record out of nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cmo_portal.records.trail import write
from tests.files.makers import INSPECTION_HEADINGS, csv_file, inspection
from tests.regulatory.conftest import FEI, Import
from vendors.registry.models import FormerFei, Site, Vendor
from vendors.registry.runs import ImportRun
from vendors.regulatory.history import Coverage, coverage, histories, open_spans, visits_of
from vendors.regulatory.models import RegulatoryEvent


def event(on: date, outcome: str, *, number: str = "1", area: str = "Drug Quality Assurance", gmp: bool = True) -> Any:
    return RegulatoryEvent(
        authority="FDA", type="inspection", external_id=number, area=area, is_gmp=gmp, event_date=on, outcome=outcome
    )


def spans(*seen: tuple[date, str]) -> list[tuple[date, date | None]]:
    return open_spans(visits_of(event(on, outcome, number=str(n)) for n, (on, outcome) in enumerate(seen)))


def test_the_worst_gmp_area_counts_for_the_whole_inspection() -> None:
    day = date(2025, 3, 14)
    (visit,) = visits_of(
        [
            event(day, "NAI"),
            event(day, "VAI", area="Pre-Approval Evaluation"),
            event(day, "OAI", area="Unapproved and Misbranded Drugs", gmp=False),
        ]
    )
    assert (visit.outcome, visit.words, len(visit.areas)) == ("VAI", "FDA VAI", 3)
    assert visit.latest.area == "Pre-Approval Evaluation"


def test_an_inspection_without_a_gmp_area_has_no_class_here() -> None:
    (visit,) = visits_of([event(date(2025, 3, 14), "OAI", gmp=False)])
    assert (visit.outcome, visit.words, visit.is_gmp) == ("", "FDA not GMP", False)
    assert open_spans([visit]) == []


@pytest.mark.parametrize("closing", ["NAI", "VAI"])
def test_an_oai_is_open_until_the_next_gmp_inspection_with_nai_or_vai(closing: str) -> None:
    assert spans((date(2024, 1, 9), "OAI"), (date(2025, 5, 6), closing)) == [(date(2024, 1, 9), date(2025, 5, 6))]


def test_a_second_oai_goes_on_with_the_first_and_the_last_stays_open() -> None:
    seen = ((date(2019, 1, 1), "OAI"), (date(2020, 1, 1), "OAI"), (date(2021, 1, 1), "NAI"), (date(2024, 1, 1), "OAI"))
    assert spans(*seen) == [(date(2019, 1, 1), date(2021, 1, 1)), (date(2024, 1, 1), None)]


def test_a_good_class_of_the_same_day_closes_nothing() -> None:
    assert spans((date(2024, 1, 1), "OAI"), (date(2024, 1, 1), "NAI")) == [(date(2024, 1, 1), None)]


def test_a_place_without_a_record_is_told_what_was_searched() -> None:
    covered = Coverage("FDA inspection", date(2026, 5, 4), 2009, 2026)
    assert covered.sentence == (
        "No record found in FDA inspections as of 4 May 2026, covering fiscal years 2009 to 2026."
    )
    assert "fiscal year 2026." in Coverage("FDA inspection", date(2026, 5, 4), 2026, 2026).sentence
    assert Coverage("FDA inspection").sentence.startswith("No FDA inspection file has been imported yet")


@pytest.mark.django_db
def test_coverage_comes_from_the_finished_imports_one_may_see(bring: Import, cast: Any) -> None:
    before = coverage(cast.otto)
    rows = [inspection(Inspection_ID="9900004", Inspection_End_Date="02/03/2009", Fiscal_Year="2009")]
    bring(csv_file(INSPECTION_HEADINGS, *rows), sender=cast.sam, as_of=date(2026, 5, 4))
    assert coverage(cast.sam).first_year == 2009
    assert coverage(cast.otto) == before
    assert coverage(cast.pat) == before


@pytest.mark.django_db
def test_an_unfinished_import_covers_nothing(cast: Any) -> None:
    for run in ImportRun.objects.filter(kind="fda_inspections"):
        run.status = ImportRun.Status.FAILED
        write(run, by=cast.sam, action="test")
    assert coverage(cast.sam) == Coverage("FDA inspection")


@pytest.mark.django_db
def test_the_history_under_a_former_fei_belongs_to_the_site(bring: Import, cast: Any, add_site: Any) -> None:
    site = add_site(cast.sam, fei=FEI)
    write(FormerFei(site=site, fei="3009990077"), by=cast.sam, action="site.former_fei")
    old = inspection(Inspection_ID="9900005", FEI_Number="3009990077")
    bring(csv_file(INSPECTION_HEADINGS, inspection(), old))
    (history,) = histories(Site.objects.filter(pk=site.pk), cast.sam)
    assert {visit.external_id for visit in history.visits} == {"9900001", "9900005"}


@pytest.mark.django_db
def test_the_demo_tells_four_stories(cast: Any) -> None:
    def lanes(cmo: str) -> Any:
        vendor = Vendor.objects.get(name__startswith=cmo, sponsor__name__startswith="Northgate")
        return histories(Site.objects.filter(vendor=vendor).order_by("name"), cast.sam)

    athlone, _ = lanes("Corvus")
    assert athlone.oai_since is not None and [v.outcome for v in athlone.visits] == ["OAI", "VAI", "VAI", "VAI"]
    assert {v.outcome for lane in lanes("Tsukimi") for v in lane.visits} == {"NAI"}
    assert not any(lane.visits for lane in lanes("Fjordlys"))
    ankleshwar = lanes("Narmada")[0]
    assert ankleshwar.is_old(date.today())  # noqa: DTZ011 - the demo counts from the same clock
    vilnius = next(lane for lane in lanes("Baltic") if lane.visits)
    assert [end is not None for _, end in open_spans(vilnius.visits)] == [True]

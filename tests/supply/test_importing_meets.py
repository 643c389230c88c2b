"""Imports that meet something: sites of one name, a second worker, a second person."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cmo_portal.accounts.models import User
from cmo_portal.records.record import opened_door
from cmo_portal.records.workflow import WrongState
from tests.supply.makers import make_site, make_vendor
from vendors.registry import importing
from vendors.registry.runs import ImportRun

pytestmark = pytest.mark.django_db


def send(by: User, text: str) -> ImportRun:
    return importing.send_file(by.company, SimpleUploadedFile("sites.csv", text.encode()), by=by)


def check(by: User, text: str) -> ImportRun:
    run = send(by, text)
    importing.work(run.number)
    return ImportRun.objects.get(pk=run.pk)


def plant(cast: Any, **values: Any) -> Any:
    return make_site(make_vendor(cast.sam, "Nomen Pharma"), cast.sam, "Nomen Plant", **values)


def test_a_name_that_several_sites_bear_means_none_of_them(cast: Any) -> None:
    one = plant(cast, fei="3001111111")
    make_site(one.vendor, cast.sam, "Nomen Plant", fei="3002222222")
    line = check(cast.sam, "CMO name,Site name,City\nNomen Pharma,Nomen Plant,Basel\n").lines.get()
    assert line.outcome == "refused" and one.number in line.reason and "write the site number" in line.reason


def test_another_fei_is_another_site_even_under_the_same_name(cast: Any) -> None:
    """FDA lists every establishment of a firm under the firm's name."""
    known = plant(cast, fei="3001111111")
    rows = "Nomen Pharma,Nomen Plant,3002222222\nNomen Pharma,Nomen Plant,3003333333\n"
    run = check(cast.sam, f"CMO name,Site name,FEI\n{rows}")
    assert list(run.lines.values_list("outcome", flat=True)) == ["new", "new"]
    importing.confirm(run, by=cast.sam)
    importing.work(run.number)
    feis = known.vendor.sites.order_by("fei").values_list("fei", flat=True)
    assert list(feis) == ["3001111111", "3002222222", "3003333333"]


def test_a_row_gives_the_site_it_names_its_first_fei(cast: Any) -> None:
    known = plant(cast)
    line = check(cast.sam, "CMO name,Site name,FEI\nNomen Pharma,Nomen Plant,3002222222\n").lines.get()
    assert (line.outcome, line.target_number) == ("changed", known.number)


@pytest.mark.parametrize("feis", [("3002222222", ""), ("", "3002222222")])
def test_one_new_site_in_two_rows_is_refused_unless_both_have_their_fei(cast: Any, feis: tuple[str, str]) -> None:
    make_vendor(cast.sam, "Nomen Pharma")
    rows = "".join(f"Nomen Pharma,Nomen Plant,City {n},{fei}\n" for n, fei in enumerate(feis))
    lines = check(cast.sam, f"CMO name,Site name,City,FEI\n{rows}").lines.order_by("row")
    assert [line.outcome for line in lines] == ["new", "refused"]
    assert "give both their FEI" in lines[1].reason


def test_a_site_that_somebody_added_after_the_preview_is_not_added_twice(cast: Any) -> None:
    vendor = make_vendor(cast.sam, "Nomen Pharma")
    run = check(cast.sam, "CMO name,Site name,FEI\nNomen Pharma,Nomen Plant,3002222222\n")
    make_site(vendor, cast.sam, "Nomen Plant")
    importing.confirm(run, by=cast.sam)
    importing.work(run.number)
    assert run.lines.get().outcome == "refused" and vendor.sites.count() == 1


def test_a_worker_whose_run_was_taken_over_stops_without_a_word(cast: Any, monkeypatch: Any) -> None:
    run = send(cast.sam, "CMO name\nLost Pharma\n")

    class TakenOver(importing.PLANS["cmos"]):  # type: ignore[misc,name-defined]
        def plan(self, rows: Any) -> Any:
            with opened_door():
                ImportRun.objects.filter(pk=run.pk).update(claim="another worker")
            return super().plan(rows)

    monkeypatch.setitem(importing.PLANS, "cmos", TakenOver)
    importing.work(run.number)
    run.refresh_from_db()
    assert (run.status, run.lines.count()) == ("checking", 0)


def test_who_confirms_or_discards_second_reads_that_somebody_was_faster(cast: Any) -> None:
    run = check(cast.sam, "CMO name\nTwice Pharma\n")
    again, late = ImportRun.objects.get(pk=run.pk), ImportRun.objects.get(pk=run.pk)
    importing.confirm(run, by=cast.sam)
    for act, stale in ((importing.confirm, again), (importing.discard, late)):
        with pytest.raises(WrongState, match="Somebody was faster"):
            act(stale, by=cast.sam)


def test_two_rows_that_differ_are_told_apart_by_what_they_say_not_by_their_empty_cells(cast: Any) -> None:
    make_vendor(cast.sam, "Nomen Pharma")
    rows = "Nomen Pharma,Nomen Plant,Basel,\nNomen Pharma,Nomen Plant,Linz,\n"
    line = check(cast.sam, f"CMO name,Site name,City,FEI\n{rows}").lines.get(outcome="refused")
    assert line.reason.startswith("Rows 2 and 3 have the same CMO name “Nomen Pharma” and Site name “Nomen Plant” but")
    assert line.column == "CMO name"

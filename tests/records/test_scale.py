"""`seed_scale` fills an installation in bulk, always the same, with a flag for each subject that declares one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cmo_portal.records import scale, sealing
from cmo_portal.records.deadlines import DueItem
from vendors.registry.models import Certificate, Vendor

pytestmark = pytest.mark.django_db


def made() -> list[Any]:
    rows = Certificate.objects.filter(reference__startswith="SC-").order_by("reference")
    return list(rows.values_list("reference", "kind", "expires_date", "site__name"))


def test_due_items_come_with_their_records_and_stay_in_step() -> None:
    before = DueItem.objects.count()
    call_command("seed_scale", "--due-items", "60", verbosity=0)
    assert DueItem.objects.count() == before + 60
    call_command("rebuild_due_items", "--check", verbosity=0)
    assert list(sealing.verify_records(Certificate)) == []
    dates = {day for _, _, day, _ in made()}
    assert len(dates) == 60 and len({site for *_, site in made()}) == 3


def test_the_same_numbers_give_the_same_rows() -> None:
    call_command("seed_scale", "--vendors", "3", "--due-items", "40", verbosity=0)
    first = made()
    call_command("seed_scale", "--due-items", "40", verbosity=0)
    assert Vendor.objects.filter(name__startswith="Scale Pharma").count() == 3
    assert made()[::2] == made()[1::2] == first


def test_it_takes_no_more_statements_for_more_rows() -> None:
    call_command("seed_scale", "--vendors", "10", verbosity=0)

    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            call_command("seed_scale", "--due-items", str(count), verbosity=0)
        return len(asked)

    assert cost(180) <= cost(20) + 3  # a statement holds so many values and no more


def test_a_subject_adds_its_flag_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scale, "rows", list(scale.rows))
    counts: list[int] = []
    scale.add("moons", lambda sponsor, count: counts.append(count), help="moons", order=90)
    call_command("seed_scale", "--moons", "7", verbosity=0)
    assert counts == [7]
    with pytest.raises(ValueError, match="--moons already"):
        scale.add("moons", lambda sponsor, count: None, help="moons")


def test_a_number_below_nothing_is_refused() -> None:
    with pytest.raises(CommandError, match="Write a number of rows"):
        call_command("seed_scale", "--vendors=-1")

"""The figures of a relation: the same numbers for both sides, of what both read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cmo_portal.records.deadlines import DueItem
from communications.portal.two_ways import Relation, Side, relations_of
from tests.deadlines.makers import fill
from vendors.registry.models import Vendor

pytestmark = pytest.mark.django_db


def northgate() -> Vendor:
    return Vendor.objects.select_related("sponsor").get(name__startswith="Alpenglow", sponsor__name__startswith="North")


def figures(reader: Any) -> Relation:
    (found,) = relations_of(reader, [northgate()], timezone.now())
    return found


@pytest.fixture
def four(db: None) -> list[DueItem]:
    """Four due items of Alpenglow and Northgate, and no other of theirs."""
    rows = DueItem.objects.filter(vendor_ref=northgate().number)
    rows.filter(wall_shared=True).update(is_open=False, closed_at=timezone.now() - timedelta(days=400))
    return list(rows.filter(wall_shared=True).order_by("pk")[:4])


def closed(item: DueItem, side: str, *, due_at: datetime | None = None, late_by: timedelta, had: int) -> None:
    """Closes the item `late_by` after its date, or its instant, once `side` has had the ball for `had` days."""
    now = timezone.now() - timedelta(days=40)
    item.due_date, item.due_at = now.date(), due_at and now
    end = (now if due_at else datetime(now.year, now.month, now.day, 12, tzinfo=UTC)) + late_by
    item.side, item.closed_at, item.is_open = side, end, False
    item.partner_seconds, item.sponsor_seconds = (had * 86400, 0) if side == "partner" else (0, had * 86400)
    item.save()


def test_either_side_reads_the_same_figures(four: list[DueItem], cast: Any) -> None:
    now, day = timezone.now(), timedelta(days=1)
    closed(four[0], "partner", late_by=timedelta(hours=5), had=4)  # on its day
    closed(four[1], "partner", late_by=2 * day, had=8)
    closed(four[2], "sponsor", late_by=timedelta(minutes=1), due_at=now, had=3)  # an instant is over at once
    four[3].is_open, four[3].side, four[3].due_date, four[3].due_at = True, "sponsor", (now - 3 * day).date(), None
    four[3].save()
    for reader in (cast.sam, cast.pat):
        found = figures(reader)
        assert found.partner == Side(done=2, in_time=1, days=6.0, late_now=0)
        assert found.sponsor == Side(done=1, in_time=0, days=3.0, late_now=1)
        assert (found.partner.share, found.sponsor.share) == (50, 0)


def test_readers_far_apart_read_the_same_figures(four: list[DueItem], cast: Any) -> None:
    closed(
        four[0], "partner", late_by=timedelta(hours=11, minutes=30), had=1
    )  # 23:30 UTC of its day: the next in Tokyo
    for zone in ("Asia/Tokyo", "America/New_York"):
        with timezone.override(zone):
            assert figures(cast.sam).partner == Side(done=1, in_time=1, days=1.0, late_now=0), zone


def test_what_one_side_keeps_to_itself_does_not_count(four: list[DueItem], cast: Any) -> None:
    closed(four[0], "partner", late_by=timedelta(), had=1)
    DueItem.objects.filter(pk=four[0].pk).update(wall_shared=False)
    assert not figures(cast.sam).says_something and not figures(cast.pat).says_something


def test_others_read_no_figure_of_it(four: list[DueItem], cast: Any) -> None:
    closed(four[0], "partner", late_by=timedelta(), had=1)
    assert figures(cast.pat).partner.done == 1
    assert not figures(cast.bea).says_something and not figures(cast.otto).says_something


def test_page_and_api_tell_them(four: list[DueItem], sign_in: Any) -> None:
    address = reverse("communications:cmo-both-ways", args=[northgate().number])
    assert "Nothing with a date was closed" in sign_in("sam").get(address).content.decode()
    closed(four[0], "partner", late_by=timedelta(), had=9)
    page = sign_in("sam").get(address).content.decode()
    assert "1 of 1" in page and '<td class="n">9</td>' in page
    home = sign_in("pat").get("/").content.decode()
    assert "How it goes, both ways" in home and "1 of 1" in home
    rows = {row["vendor"]: row for row in sign_in("pat").get("/api/v1/relations/").json()}
    assert rows[northgate().number]["partner"] == {"done": 1, "in_time": 1, "share": 100, "days": 9.0, "late_now": 0}
    assert {row["sponsor_name"] for row in rows.values()} == {"Northgate Biopharma", "Otter Therapeutics"}


@pytest.mark.parametrize("count", [3, 300])
def test_reading_costs_the_same(count: int, cast: Any, sign_in: Any, query_count: Any) -> None:
    vendor, _ = fill(count, cast)
    sam = sign_in("sam")
    address = reverse("communications:cmo-both-ways", args=[vendor.number])
    sam.get(address)
    query_count("partner", "cmo-both-ways", partial(sam.get, address))
    query_count("partner", "api-relations", partial(sam.get, "/api/v1/relations/"))

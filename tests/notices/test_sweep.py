"""Each reminder is claimed once and none is lost, however often, how late and how many at once the sweep runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission
from cmo_portal.records import deadlines
from cmo_portal.records.deadlines import NEVER, DueItem, ReminderEntry
from cmo_portal.records.offsets import Offset
from cmo_portal.records.trail import write
from communications.notices import sweep as sweeping
from communications.notices.models import Channel, Notice
from communications.notices.sweep import sweep, sweep_all
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db


def told(certificate: Certificate, channel: str = Channel.EMAIL) -> list[tuple[str, int]]:
    rows = Notice.objects.filter(record_number=certificate.number, channel=channel).order_by("id")
    return [(name, Offset.of(offset).amount) for name, offset in rows.values_list("recipient__name", "offset")]


def claimed(certificate: Certificate) -> list[int]:
    rows = ReminderEntry.objects.filter(record_number=certificate.number)
    return sorted((Offset.of(each).amount for each in rows.values_list("offset", flat=True)), reverse=True)


def next_day(certificate: Certificate) -> Any:
    at = DueItem.objects.get(record_number=certificate.number).next_remind_at
    return None if at == NEVER else at.astimezone(ZoneInfo("Europe/Zurich")).date()


def test_nothing_is_said_before_its_day(certificate: Certificate, days_before: Any) -> None:
    assert sweep(days_before(91)).items == 0
    assert told(certificate) == []


def test_a_reminder_is_claimed_once_and_the_next_is_planned(certificate: Certificate, days_before: Any) -> None:
    assert sweep(days_before(90)).claimed == 1
    assert sweep(days_before(90, hour=9)).items == sweep(days_before(89)).items == 0
    assert told(certificate) == [("Sam Keller", 90)] and claimed(certificate) == [90]
    assert next_day(certificate) == certificate.expires_date - timedelta(days=30)


def test_every_stage_comes_in_its_turn_and_then_there_is_silence(certificate: Certificate, days_before: Any) -> None:
    for days in range(95, -20, -1):
        sweep_all(days_before(days))
    assert [offset for _, offset in told(certificate)] == claimed(certificate) == [90, 30, 14, 7, 0, -7]
    assert next_day(certificate) is None


def test_after_an_outage_one_notice_speaks_for_the_stages_that_passed(
    certificate: Certificate, days_before: Any
) -> None:
    sweep(days_before(15))
    assert told(certificate) == [("Sam Keller", 30)] and claimed(certificate) == [90, 30]
    sweep(days_before(5))  # ten days later: 14 and 7 passed
    assert told(certificate)[1:] == [("Sam Keller", 7)] and claimed(certificate) == [90, 30, 14, 7]
    assert next_day(certificate) == certificate.expires_date


def test_a_moved_date_begins_anew(certificate: Certificate, days_before: Any, cast: Any) -> None:
    sweep(days_before(90))
    certificate.expires_date += timedelta(days=60)
    write(certificate, by=cast.sam, action="certificate.revise")
    assert sweep(days_before(91)).claimed == 0
    sweep(days_before(30))  # ninety days before the new date
    assert told(certificate) == [("Sam Keller", 90), ("Sam Keller", 90)]


@pytest.mark.parametrize(("late", "stages"), [(100, [-7]), (3, [0, -7])])
def test_what_is_late_when_it_becomes_known_is_told_once_and_climbs_from_then_on(
    certificate: Certificate, cast: Any, late: int, stages: list[int]
) -> None:
    certificate.expires_date = timezone.now().date() - timedelta(days=late)
    write(certificate, by=cast.sam, action="certificate.revise")
    now = timezone.now()
    sweep(now)
    assert told(certificate) == [("Sam Keller", stages[0])] and claimed(certificate) == stages[:1]
    for days in range(1, 30):
        sweep_all(now + timedelta(days=days))
    assert claimed(certificate) == stages


def test_what_is_closed_is_silent(certificate: Certificate, days_before: Any, cast: Any) -> None:
    certificate.is_retired = True
    write(certificate, by=cast.sam, action="certificate.retire")
    assert sweep(days_before(-30)).items == 0


def test_a_stale_plan_claims_nothing_twice(certificate: Certificate, days_before: Any) -> None:
    """A write that read the item before the sweep puts the old day back; the ledger knows better."""
    sweep(days_before(90))
    DueItem.objects.filter(record_number=certificate.number).update(next_remind_at=days_before(90))
    assert (sweep(days_before(90)).notices, len(told(certificate))) == (0, 1)
    assert next_day(certificate) == days_before(30).date()


def test_a_crash_between_claim_and_commit_loses_nothing(
    certificate: Certificate, days_before: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: Any) -> None:
        raise SystemExit("killed")

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(sweeping, "set_each", crash)
        sweep(days_before(90))
    assert told(certificate) == [] and claimed(certificate) == []
    assert sweep(days_before(90)).claimed == 1


def test_batches_follow_each_other_until_nothing_is_owed(
    add_certificate: Callable[[str], Certificate], days_before: Any
) -> None:
    made = [add_certificate(f"B-{n}") for n in range(5)]
    assert sweep(days_before(90), batch=2).items == 2
    assert sweep_all(days_before(90), batch=2).items == 4
    numbers = [each.number for each in made]
    assert Notice.objects.filter(record_number__in=numbers, channel=Channel.EMAIL).count() == 5


# --- who is told ---------------------------------------------------------------------------------------
def test_the_holder_is_told_and_nobody_else(certificate: Certificate, days_before: Any, cast: Any) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(holder_ref=cast.leo.ref)
    sweep(days_before(90))
    assert told(certificate) == [("Leo Marchetti", 90)]


def test_a_holder_who_left_is_followed_by_those_who_may_act(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(holder_ref=cast.leo.ref)
    cast.leo.is_active = False
    write(cast.leo, by=cast.ada, action="account.deactivate")
    sweep(days_before(90))
    assert told(certificate) == [("Sam Keller", 90)]


def test_a_holder_of_another_company_is_not_told(certificate: Certificate, days_before: Any, cast: Any) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(holder_ref=cast.otto.ref)
    sweep(days_before(90))
    assert told(certificate) == [("Sam Keller", 90)]


def test_what_a_cmo_owes_is_said_to_the_cmo_it_is_shared_with(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    item = DueItem.objects.filter(record_number=certificate.number)
    walls = {"wall_partner": cast.pat.company_id, "wall_shared": True}
    item.update(kind="response.due", next_remind_at=days_before(14), side="partner", **walls)
    sweep(days_before(14))
    assert told(certificate) == [("Pat Huber", 14)]


def test_what_a_cmo_that_has_not_joined_owes_is_said_to_the_cmo_manager(
    certificate: Certificate, days_before: Any
) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(kind="response.due")
    sweep(days_before(7))
    assert told(certificate) == [("Sam Keller", 7)]


def test_that_nobody_could_be_told_is_said(certificate: Certificate, days_before: Any, cast: Any, caplog: Any) -> None:
    cast.sam.is_active = False
    write(cast.sam, by=cast.ada, action="account.deactivate")
    assert sweep_all(days_before(90)).unheard == (certificate.number,)
    assert certificate.number in caplog.text


def test_every_deadline_says_who_may_do_what_is_due() -> None:
    assert all(kind.acts in set(Permission) for kind in deadlines.kinds.values())
    assert all(hasattr(kind.model, "get_absolute_url") for kind in deadlines.kinds.values())


# --- walls ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("stranger", ["otto", "pat", "bea"])
def test_another_company_sees_no_notice(certificate: Certificate, days_before: Any, cast: Any, stranger: str) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(
        wall_partner=cast.pat.company_id, wall_shared=True
    )  # the CMO reads the certificate, and still does not learn who was reminded of it
    sweep(days_before(90))
    assert Notice.objects.visible_to(cast.sam).filter(record_number=certificate.number).exists()
    assert not Notice.objects.visible_to(getattr(cast, stranger)).filter(record_number=certificate.number).exists()


# --- cost ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [3, 200])
def test_a_sweep_costs_as_many_queries_for_many_items(
    certificate: Certificate, days_before: Any, rows: int, query_count: Any
) -> None:
    item = DueItem.objects.get(record_number=certificate.number)
    DueItem.objects.bulk_create(copies(item, rows - 1))
    swept = query_count("notices", "sweep", lambda: sweep(days_before(90)))
    assert (swept.items, swept.notices) == (rows, 2 * rows)


def test_a_sweep_that_finds_nothing_asks_one_question(certificate: Certificate, days_before: Any) -> None:
    sweep_all(days_before(91))
    with CaptureQueriesContext(connection) as captured:
        assert sweep(days_before(91)).items == 0
    assert len([query for query in captured if query["sql"].startswith("SELECT")]) == 1


def copies(item: DueItem, count: int) -> list[DueItem]:
    values = {f.attname: getattr(item, f.attname) for f in item._meta.concrete_fields if not f.primary_key}
    return [DueItem(**values | {"number": f"COPY-{n}", "record_number": f"CERT-COPY-{n}"}) for n in range(count)]

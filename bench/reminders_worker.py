"""One measurement of reminders in a process of its own: `python -m bench.reminders_worker WHAT`; prints JSON.

The floors write and read the same rows in the same batches by plain bulk statements of the ORM and decide nothing: no
policy, no place, no holiday, no person's wishes, no stage that was told before.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_portal.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.spent import counted, watched  # noqa: E402
from cmo_portal.accounts.actions import create_company, create_person  # noqa: E402
from cmo_portal.accounts.models import User  # noqa: E402
from cmo_portal.records.actors import SETUP  # noqa: E402
from cmo_portal.records.context import acting_as  # noqa: E402
from cmo_portal.records.deadlines import NEVER, DueItem, ReminderEntry, kinds  # noqa: E402
from cmo_portal.records.rebuilding import drift, stretches  # noqa: E402
from cmo_portal.records.trail import write, write_many  # noqa: E402
from communications.notices.delivery import deliver_to  # noqa: E402
from communications.notices.models import Notice  # noqa: E402
from communications.notices.sweep import sweep, sweep_all  # noqa: E402
from vendors.registry.models import Certificate, Site, Vendor  # noqa: E402

TODAY = timezone.now().date()
NOON = datetime.combine(TODAY + timedelta(days=1), clock_time(12), tzinfo=UTC)  # each of the due ones owes a reminder
DUE, LATER = TODAY + timedelta(days=31), TODAY + timedelta(days=300)
SITES, PEOPLE, BATCH, LOOKS = 100, 3, 1000, 300


def fill(due: int, more: int) -> None:
    """One sponsor with its people, and `due` certificates that are to be reminded of among `due + more`."""
    sponsor = create_company("Measured Pharma", kind="sponsor", by=SETUP)
    for n in range(PEOPLE):
        role = "cmo_manager" if n == 0 else "inspector"
        person = {"email": f"p{n}@measured.example", "name": f"Person {n}", "password": "Racing-portal-2026"}
        create_person(sponsor, roles=[role], by=SETUP, **person)
    vendors = [Vendor(sponsor=sponsor, name=f"CMO {n}") for n in range(SITES)]
    write_many(vendors, by=SETUP, action="cmo.add")
    sites = [Site(vendor=vendor, name="Plant") for vendor in vendors]
    write_many(sites, by=SETUP, action="site.add")
    first = Certificate(site=sites[0], kind="gmp", authority="A", reference="0", issue_date=TODAY)
    first.expires_date = LATER if more else DUE  # of two dates at one site only the later one is owed
    write(first, by=SETUP, action="certificate.add")
    copy(Certificate, first.pk, due + more, sites[0].pk, due)
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def copy(model: Any, pk: int, count: int, site: int, due: int) -> None:
    """Rows like the first one, in as many statements as tables; their due items as the write door makes them."""
    plant = f"{site} + n %% {SITES}"
    vendor = f"(select vendor_id from {Site._meta.db_table} where id = {plant})"
    ref = f"(select number from {Vendor._meta.db_table} where id = {vendor})"
    day, now, later = (f"(case when n <= {due} then %s else %s end)",), timezone.now(), moment(LATER)
    item = DueItem.objects.get(record_number=model.objects.get(pk=pk).number)
    like(model, pk, count, {
        "number": ("'B' || n",), "reference": ("cast(n as text)",), "expires_date": (*day, DUE, LATER),
        "site_id": (plant,),
    })  # fmt: skip
    like(DueItem, item.pk, count, {
        "number": ("'I' || n",), "record_number": ("'B' || n",), "vendor_ref": (ref,),
        "title": ("'GMP certificate ' || n || ' of Plant expires'",),
        "due_date": (*day, DUE, LATER), "next_remind_at": (*day, now, later),
    })  # fmt: skip


def like(model: Any, pk: int, count: int, changed: dict[str, tuple[Any, ...]]) -> None:
    """`count` copies of the row. changed: column -> SQL in which `n` counts, and its values."""
    columns = [f.column for f in model._meta.concrete_fields if not f.primary_key]
    parts = [changed.get(column, (f'given."{column}"',)) for column in columns]
    values = [adapted(value) for part in parts for value in part[1:]]
    names, table = ", ".join(f'"{column}"' for column in columns), model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({names})"
            f" with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < {count})"
            f" select {', '.join(part[0] for part in parts)} from {table} given, numbers where given.id = {pk}",
            values,
        )


def adapted(value: Any) -> Any:
    """A time as the engine keeps it; other plain values go in as they are."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def moment(day: date) -> datetime:
    return datetime.combine(day, clock_time(), tzinfo=UTC)


# --- what is measured ------------------------------------------------------------------------------------
def swept() -> int:
    return sweep_all(NOON, BATCH).claimed


def orm_floor() -> int:
    """A batch: lock, `bulk_create` of the ledger's rows and of two notices each, one update."""
    person, done = User.objects.get(email="p0@measured.example"), 0
    rows = DueItem.objects.filter(is_open=True, next_remind_at__lte=NOON).order_by("next_remind_at", "id")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update(skip_locked=True, no_key=True)
    while True:
        with transaction.atomic():
            items = list(rows[:BATCH])
            if not items:
                return done
            ReminderEntry.objects.bulk_create([claim(item) for item in items], ignore_conflicts=True)
            made = [notice(item, person, channel) for item in items for channel in ("screen", "email")]
            Notice.objects.bulk_create(made, ignore_conflicts=True)
            DueItem.objects.filter(pk__in=[item.pk for item in items]).update(next_remind_at=NEVER)
            done += len(items)


def claim(item: DueItem) -> ReminderEntry:
    walls = {"wall_owner": item.wall_owner, "wall_partner": item.wall_partner, "wall_shared": item.wall_shared}
    key = {"kind": item.kind, "record_number": item.record_number, "due_key": item.due.key, "offset": "30d"}
    return ReminderEntry(**key, **walls, claimed_at=NOON)


def notice(item: DueItem, person: User, channel: str) -> Notice:
    return Notice(
        recipient=person, channel=channel, kind=item.kind, record_type=item.record_type,
        record_number=item.record_number, title=item.title, due_date=item.due_date, due_key=item.due.key,
        offset="30d", created_at=NOON, wait_until=NOON, wall_owner=person.company_id,
    )  # fmt: skip


def sql_floor() -> int:
    """One statement a table for all of them, the least that the same rows cost."""
    person, noon = User.objects.get(email="p0@measured.example").pk, adapted(NOON)
    due = "records_dueitem where is_open and next_remind_at <= %s"
    same = 'kind, record_number, due_key, "offset", wall_owner, wall_shared'
    from_due = "kind, record_number, cast(due_date as text), '30d', wall_owner, wall_shared"
    telling = "record_type, title, due_date, is_urgent, created_at, wait_until, channel, number, again, recipient_id"
    told = f"record_type, title, due_date, is_urgent, %s, %s, channel, channel || id, 0, {person}"
    channels = "(select 'screen' channel union all select 'email') channels"
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(
            f"insert into records_reminderentry ({same}, wall_partner, claimed_at)"
            f" select {from_due}, wall_partner, %s from {due} on conflict do nothing",
            [noon, noon],
        )
        cursor.execute(
            f"insert into communications_notice ({same}, {telling}, level, state)"
            f" select {from_due}, {told}, 'holder', 'waiting' from {channels}, {due} on conflict do nothing",
            [noon, noon, noon],
        )
        cursor.execute(
            "update records_dueitem set next_remind_at = %s where is_open and next_remind_at <= %s",
            [adapted(NEVER), noon],
        )
        return cursor.rowcount


def idle() -> int:
    """Many looks that find nothing, after the due ones were swept."""
    for _ in range(LOOKS):
        assert sweep(NOON, BATCH).items == 0
    return LOOKS


def idle_floor() -> int:
    """The question alone, in a transaction."""
    locked = " for no key update skip locked" if connection.vendor == "postgresql" else ""
    for _ in range(LOOKS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "select id from records_dueitem where is_open and next_remind_at <= %s order by next_remind_at, id"
                f" limit 1000{locked}",
                [adapted(NOON)],
            )
            assert not cursor.fetchall()
    return LOOKS


def digest() -> int:
    return deliver_to(User.objects.get(email="p0@measured.example").pk, NOON).sent


def digest_floor() -> int:
    """Reads the notices and their items, and marks them."""
    with transaction.atomic():
        notices = list(Notice.objects.filter(channel="email", state="waiting"))
        items = list(DueItem.objects.filter(record_number__in=[notice.record_number for notice in notices]))
        Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(state="sent", delivered_at=NOON)
    return len(items)


def check() -> int:
    assert list(drift(timezone.now())) == []
    return DueItem.objects.count()


def check_floor() -> int:
    """Reads every certificate with its site, and its due item, in the same batches."""
    found = 0
    for stretch in stretches(kinds["certificate.expires"]):
        rows = list(Certificate.objects.select_related("site__vendor").filter(**stretch))
        found += len(DueItem.objects.filter(record_number__in=[row.number for row in rows]))
    return found


MEASURED: dict[str, Callable[[], int]] = {
    "sweep": swept, "orm_floor": orm_floor, "sql_floor": sql_floor, "idle": idle, "idle_floor": idle_floor,
    "digest": digest, "digest_floor": digest_floor, "check": check, "check_floor": check_floor,
}  # fmt: skip


def main() -> None:
    what, *numbers = sys.argv[1:]
    with acting_as(SETUP):
        if what == "fill":
            fill(int(numbers[0]), int(numbers[1]))
            print("{}")
            return
        User.objects.count()  # the connection stands
        reverse("communications:notice-settings")  # a worker has loaded its addresses long ago
        if what == "memory":
            with watched() as noted:
                count = swept()
            print(json.dumps({"count": count, "peak": max(noted)}))
            return
        with counted() as spent:
            count = MEASURED[what]()
        print(json.dumps({"count": count, **spent}))


if __name__ == "__main__":
    main()

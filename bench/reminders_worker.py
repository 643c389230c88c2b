"""One measurement of reminders in a process of its own: `python -m bench.reminders_worker WHAT`; prints JSON.

The floors write and read the same rows in the same batches by plain bulk statements of the ORM and decide nothing: no
policy, no place, no holiday, no person's wishes, no stage that was told before.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_portal.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from cmo_portal.accounts.actions import create_company, create_person  # noqa: E402
from cmo_portal.accounts.models import User  # noqa: E402
from cmo_portal.records.actors import SETUP, SWEEP  # noqa: E402
from cmo_portal.records.context import acting_as  # noqa: E402
from cmo_portal.records.deadlines import NEVER, DueItem, ReminderEntry  # noqa: E402
from cmo_portal.records.rebuilding import drift  # noqa: E402
from cmo_portal.records.trail import write, write_many  # noqa: E402
from communications.notices.delivery import deliver_to  # noqa: E402
from communications.notices.models import Notice  # noqa: E402
from communications.notices.sweep import sweep, sweep_all  # noqa: E402
from vendors.registry.models import Certificate, Site, Vendor  # noqa: E402

TODAY = timezone.now().date()
NOON = datetime.combine(TODAY + timedelta(days=1), clock_time(12), tzinfo=UTC)  # each of the due ones owes a reminder
DUE, LATER = TODAY + timedelta(days=31), TODAY + timedelta(days=300)
SITES, PEOPLE, BATCH = 100, 20, 1000


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
    copy(Certificate, first.pk, due + more, sites[0].pk, {"number": "'B' || n", "reference": "n::text"}, due)
    with connection.cursor() as cursor:
        cursor.execute(f"analyze {Certificate._meta.db_table}; analyze {DueItem._meta.db_table}")


def copy(model: Any, pk: int, count: int, site: int, other: dict[str, str], due: int) -> None:
    """Rows like the first one, as many statements as tables; their due items as the write door makes them."""
    ends = f"case when n <= {due} then date '{DUE}' else date '{LATER}' end"
    look = f"case when n <= {due} then now() else timestamptz '{LATER}' end"
    plant = f"{site} + n % {SITES}"
    item = DueItem.objects.get(record_number=model.objects.get(pk=pk).number)
    like(model, pk, count, other | {"expires_date": ends, "site_id": plant})
    its_vendor = f"(select vendor_id from {Site._meta.db_table} where id = {plant})"
    ref = f"(select number from {Vendor._meta.db_table} where id = {its_vendor})"
    changed = {
        "number": "'I' || n",
        "record_number": "'B' || n",
        "title": "'GMP certificate ' || n || ' of Plant expires'",
        "due_date": ends,
        "next_remind_at": look,
        "vendor_ref": ref,
    }
    like(DueItem, item.pk, count, changed)


def like(model: Any, pk: int, count: int, changed: dict[str, str]) -> None:
    names = [f'"{f.column}"' for f in model._meta.concrete_fields if not f.primary_key]
    values = [changed.get(name.strip('"'), f"given.{name}") for name in names]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"insert into {table} ({', '.join(names)}) select {', '.join(values)}"
            f" from {table} given, generate_series(1, {count}) n where given.id = {pk}"
        )


# --- what is measured ------------------------------------------------------------------------------------
def swept() -> int:
    return sweep_all(NOON, BATCH).claimed


def orm_floor() -> int:
    """A batch: lock, `bulk_create` of the ledger's rows and of two notices each, one update."""
    person, done = User.objects.get(email="p0@measured.example"), 0
    while True:
        with transaction.atomic():
            rows = DueItem.objects.filter(is_open=True, next_remind_at__lte=NOON).order_by("next_remind_at", "id")
            items = list(rows.select_for_update(skip_locked=True, no_key=True)[:BATCH])
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
    """One statement for all of them, the least that the same rows cost."""
    person = User.objects.get(email="p0@measured.example")
    same = 'kind, record_number, due_key, "offset"'
    due = f"due as (select *, to_char(due_date, 'YYYY-MM-DD') due_key, '30d' \"offset\", timestamptz '{NOON}' noon"
    due += f" from records_dueitem where is_open and next_remind_at <= '{NOON}' for update skip locked)"
    walls = "wall_owner, wall_partner, wall_shared"
    claimed = f"claimed as (insert into records_reminderentry ({same}, claimed_at, {walls})"
    claimed += f" select {same}, noon, {walls} from due on conflict do nothing)"
    told = f"told as (insert into communications_notice ({same}, record_type, title, due_date, is_urgent, wall_owner,"
    told += " wall_shared, created_at, wait_until, channel, number, again, recipient_id, level, state)"
    told += f" select {same}, record_type, title, due_date, is_urgent, wall_owner, wall_shared, noon, noon, channel,"
    told += f" channel || id, 0, {person.pk}, 'holder', 'waiting' from due, (values ('screen'), ('email')) by (channel)"
    told += " on conflict do nothing)"
    later = f"update records_dueitem i set next_remind_at = '{NEVER}' from due where i.id = due.id"
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(f"with {due}, {claimed}, {told} {later}")
        return cursor.rowcount


def idle() -> int:
    """A thousand looks that find nothing, after the due ones were swept."""
    with acting_as(SWEEP):
        for _ in range(1000):
            assert sweep(NOON, BATCH).items == 0
    return 1000


def idle_floor() -> int:
    with connection.cursor() as cursor:
        for _ in range(1000):
            cursor.execute(
                "select id from records_dueitem where is_open and next_remind_at <= %s order by next_remind_at, id"
                " limit 1000 for no key update skip locked",
                [NOON],
            )
            cursor.fetchall()
    return 1000


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
    last, found = 0, 0
    rows = Certificate.objects.select_related("site__vendor").order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:500]):
        last = batch[-1].pk
        found += len(DueItem.objects.filter(record_number__in=[row.number for row in batch]))
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
        start, cpu = time.perf_counter(), time.process_time()
        count = MEASURED[what]()
        spent = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"count": count, "peak": peak, **spent}))


if __name__ == "__main__":
    main()

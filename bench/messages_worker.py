"""One measurement of the message log in a process of its own: `messages_worker fill COUNT`, then `measure`."""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_portal.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench.asking import FLOOR, signed_in  # noqa: E402
from bench.reminders_worker import like  # noqa: E402
from bench.spent import counted  # noqa: E402
from cmo_portal.accounts.actions import create_company, create_person  # noqa: E402
from cmo_portal.accounts.models import User  # noqa: E402
from cmo_portal.records.actors import SETUP  # noqa: E402
from cmo_portal.records.context import acting_as  # noqa: E402
from cmo_portal.records.trail import write  # noqa: E402
from communications.messages import actions, fulltext, story  # noqa: E402
from communications.messages.models import Message, Reading, Thread  # noqa: E402
from vendors.registry.models import Vendor  # noqa: E402

SHARE = 20  # every so many messages stand in one large thread
TALK = 100  # the others in threads of about so many
HITS = {"common": ("temperature", 10), "mid": ("compressor", 43), "rare": ("quincunx", 5000)}
SOUGHT = {name: word for name, (word, _) in HITS.items()} | {"absent": "zwiebelfisch"}
FILLER = " || ".join(
    f"' w' || ((n * {step}) %% {range_})" for step, range_ in zip(range(3, 43, 2), range(9973, 9993), strict=True)
)
ROUNDS, EACH = 5, 20
PLAIN = (  # the same rows without an index of words
    "create table plain_message as select * from communications_message where id < 0",
    "create unique index plain_number on plain_message (number)",
    "create unique index plain_place on plain_message (thread_id, sequence)",
    "create index plain_owner on plain_message (wall_owner, created_at desc, number)",
    "create index plain_partner on plain_message (wall_partner, created_at desc, number)",
)
START = datetime(2026, 1, 1, tzinfo=UTC)


def fill(count: int) -> None:
    """A sponsor and its CMO with `count` messages: one thread holds a twentieth of them, the others about a hundred."""
    sponsor, partner = (create_company(f"Measured {kind}", kind=kind, by=SETUP) for kind in ("sponsor", "partner"))
    for n, (company, role) in enumerate(((sponsor, "cmo_manager"), (partner, "partner_quality"))):
        person = {"email": f"p{n}@measured.example", "name": f"Person {n}", "password": "Racing-portal-2026"}
        create_person(company, roles=[role], by=SETUP, **person)
    vendor = Vendor(sponsor=sponsor, company=partner, name="CMO")
    write(vendor, by=SETUP, action="cmo.add")
    first = person_of("p0")
    threads = max(count // TALK, 2)
    with acting_as(first):
        thread = actions.start_with(by=first, subject="Large", body="The first words.", vendor=vendor)
    said = Message.objects.get(thread=thread)
    like(Thread, thread.pk, threads, {"number": ("'T' || n",), "subject": ("'Matter ' || n",)})
    large = f"n %% {SHARE} = 0"
    body = " || ".join(f"case when n %% {step} = 0 then ' {word}' else '' end" for word, step in HITS.values())
    like(Message, said.pk, count, {
        "number": ("'M' || n",), "body": (f"'Said' || {body} || {FILLER}",), "created_at": (moment(),),
        "thread_id": (f"case when {large} then {thread.pk} else {thread.pk} + 1 + n %% {threads} end",),
        "sequence": (f"case when {large} then 1 + n / {SHARE} else 1 + n / {threads} end",),
    })  # fmt: skip
    with connection.cursor() as cursor:
        of = "from communications_message said where said.thread_id = communications_thread.id"
        cursor.execute(
            f"update communications_thread set message_count = (select coalesce(max(sequence), 0) {of}), "
            f"last_at = (select coalesce(max(created_at), last_at) {of})"
        )
        if connection.vendor == "sqlite":
            for statement in PLAIN:
                cursor.execute(statement)
        cursor.execute("analyze")


def moment() -> str:
    if connection.vendor == "postgresql":
        return f"timestamptz '{START:%Y-%m-%d}' + n * interval '1 second'"
    return f"datetime('{START:%Y-%m-%d}', '+' || n || ' seconds')"


def person_of(name: str) -> User:
    with acting_as(SETUP):
        found: User = User.objects.select_related("membership__company").get(email=f"{name}@measured.example")
    return found


# --- what is measured --------------------------------------------------------------------------------------
class Asked:
    """The questions of one reader, the sponsor's manager, each as the product asks it and as plain SQL would."""

    def __init__(self) -> None:
        self.person = person_of("p0")
        self.thread: Any = Thread.objects.select_related("vendor__sponsor").get(subject="Large")
        self.said = Message.objects.filter(thread=self.thread).order_by("sequence")[0]
        self.client = signed_in(self.person)
        self.polls = [self.stamped(thread) for thread in Thread.objects.order_by("-last_at")[:EACH]]

    def stamped(self, thread: Thread) -> tuple[str, str]:
        address = f"{reverse('communications:thread-since', args=[thread.number])}?about="
        return address, self.client.get(address)["ETag"]

    def newest(self) -> None:
        rows: Any = Message.objects.visible_to(self.person).filter(thread=self.thread)
        assert len(rows.order_by("-sequence")[:50]) == 50

    def newest_floor(self) -> None:
        columns = ", ".join(field.column for field in Message._meta.concrete_fields)
        sql = f"select {columns} from communications_message where thread_id = %s order by sequence desc limit 50"
        assert len(asked(sql, [self.thread.pk])) == 50

    def page(self) -> None:
        window = story.Window.of(self.thread, "")
        assert len(story.entries(self.thread, window, self.person, 0)) == 50

    def post(self) -> None:
        actions.post(self.thread, by=self.person, body="One message more about the compressor and its temperature.")

    def unread(self) -> None:
        Thread.objects.open_to(self.person).lately(self.person).unread_by(self.person)[:100].count()

    def search(self, name: str) -> None:
        rows = Message.objects.open_to(self.person)
        page = fulltext.found(rows, SOUGHT[name], self.person)
        assert name != "absent" or not page.rows

    def reading(self, name: str) -> None:
        """The search without an index: the newest first, every row read until a page is full."""
        rows: Any = Message.objects.visible_to(self.person).filter(body__icontains=SOUGHT[name])
        list(rows.order_by("-created_at", "number")[:25])

    def poll(self) -> None:
        for address, etag in self.polls:
            assert self.client.get(address, headers={"if-none-match": etag}).status_code == 304


def asked(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def inserts(table: str) -> None:
    """Rows of the large thread copied a few at a time, as many transactions as messages."""
    names = ", ".join(f.column for f in Message._meta.concrete_fields if not f.primary_key)
    taken = names.replace("number", "number || '-' || %s").replace("sequence", "sequence + 10000000", 1)
    for n in range(EACH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"insert into {table} ({names}) select {taken} from communications_message"
                " where thread_id = (select id from communications_thread where subject = 'Large') and sequence = %s",
                [f"{table[0]}{n}", 2 + n],
            )


def bare(client: Any) -> None:
    with override_settings(**FLOOR):
        for _ in range(EACH):
            assert client.get("/").status_code == 200


def least(act: Callable[[], Any], times: int = EACH) -> float:
    """Median milliseconds of processor of one act, over rounds of `times`; the first one is not counted."""
    act()
    spent = []
    for _ in range(ROUNDS):
        with counted() as found:
            for _ in range(times):
                act()
        spent.append(found["cpu"] * 1000 / times)
    return statistics.median(spent)


def measure() -> dict[str, float]:
    with acting_as(SETUP):
        Reading.objects.count()
        asked_by = Asked()
    found: dict[str, float] = {}
    with acting_as(asked_by.person):
        for name in ("newest", "newest_floor", "page", "unread"):
            found[name] = least(getattr(asked_by, name))
        for name in SOUGHT:
            found[name] = least(lambda name=name: asked_by.search(name))
            found[f"reading {name}"] = least(lambda name=name: asked_by.reading(name), 1)
    found["poll"] = least(asked_by.poll, 1) / len(asked_by.polls)
    found["floor"] = least(lambda: bare(asked_by.client), 1) / EACH
    with acting_as(asked_by.person):
        found["post"] = least(asked_by.post)
    with acting_as(SETUP):
        for name, table in (("insert", "communications_message"), ("insert_floor", "plain_message")):
            with counted() as spent:
                inserts(table)
            found[name] = spent["cpu"] * 1000 / EACH
    return found


def main() -> None:
    if sys.argv[1] == "fill":
        with acting_as(SETUP):
            fill(int(sys.argv[2]))
        print("{}")
        return
    print(json.dumps(measure()))


if __name__ == "__main__":
    main()

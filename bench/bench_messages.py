"""The message log at 10,000 and at 1,000,000 messages, each beside the floor of the same run, and 500 open pages.

What is compared is processor time of the process and of its PostgreSQL backend together. BENCH_MESSAGES sets the large
size and BENCH_FEW the small one; a search is compared with one that reads every row where there are many of them.
"""

from __future__ import annotations

import os
from typing import Any

from bench.installations import engines, installation
from bench.run import Record, record

WORKER = "bench.messages_worker"
MANY = int(os.environ.get("BENCH_MESSAGES", "1000000"))
FEW = int(os.environ.get("BENCH_FEW", "10000"))
PAGES, EVERY = 500, 5.0  # open pages, and the seconds after which each asks again
WORDS = ("common", "mid", "rare", "absent")
PLAIN = (  # the floor of an append: the same table, whose words are not indexed
    "create table plain_message (like communications_message including defaults including identity including indexes)",
    "grant select, insert on plain_message to public",
)
FLAT, INDEX, UNREAD, SEARCH, POLL, SHARE = 1.3, 2.5, 4.0, 0.05, 2.5, 1.0
READ = {"sqlite": 12.0, "postgresql": 2.0}  # an embedded statement costs a fifth of a server's, an object the same
COMPARED = 500_000  # from so many messages on, reading every row is worth beating twentyfold


def run() -> list[Record]:
    return [found for engine in engines() for found in on(engine)]


def on(engine: str) -> list[Record]:
    with installation(engine) as place:
        sizes = []
        for count in (FEW, MANY):
            place.renew()
            place.told(WORKER, "fill", str(count))
            if engine == "postgresql":
                place.as_owner(*PLAIN, database=place.name)
            place.vacuum()
            sizes.append(place.told(WORKER, "measure"))
    return rows_of(engine, *sizes)


def rows_of(engine: str, few: dict[str, Any], many: dict[str, Any]) -> list[Record]:
    at = f"{MANY:,} messages, {engine}"
    rows = [
        record(f"newest 50 of a thread, {at}, beside SQL", many["newest"], "ms CPU",
               many["newest_floor"], READ[engine]),
        record(f"append with the index of words, {at}, beside without", many["insert"], "ms CPU",
               many["insert_floor"], INDEX),
        record(f"unread count, {at}, beside a bare page", many["unread"], "ms CPU", many["floor"], UNREAD),
    ]  # fmt: skip
    slowest = max(many[f"reading {word}"] for word in WORDS)
    for word in WORDS if MANY >= COMPARED else ():
        title = f"search, {word} word, {at}, beside the worst that reads every row"
        rows.append(record(title, many[word], "ms CPU", slowest, SEARCH))
    for name in ("newest", "page", "post", "unread", *WORDS):
        title = f"{name}, {MANY:,} beside {FEW:,}, {engine}"
        rows.append(record(title, many[name], "ms CPU", few[name], FLAT))
    share = many["poll"] * PAGES / EVERY / 1000
    rows.append(record(f"a poll that finds nothing, {at}, beside a bare page", many["poll"], "ms CPU",
                       many["floor"], POLL))  # fmt: skip
    rows.append(record(f"{PAGES} open pages that ask every {EVERY:.0f} s, {engine}", share, "processors", 1.0, SHARE))
    return rows

"""An import of inspections beside its floor: the same csv parsed and the same columns put in by plain `bulk_create`.

The floor checks nothing, trails nothing and can be neither continued nor repeated. Both run in processes of their own
on a fresh database, one after the other and again, so that a busy machine slows both. Processor time counts, of
the process and of its PostgreSQL backend together. BENCH_ROWS sets the large size, BENCH_ROUNDS how often the small
one is taken.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.installations import Installation, engines, installation
from bench.run import Record, record

ROWS = int(os.environ.get("BENCH_ROWS", "340000"))  # about as many as FDA's whole list has
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
AS_OF = date(2026, 5, 4)
TIMES, AGAIN, MEMORY = 3.0, 3.0, 1.1


def run() -> list[Record]:
    return [found for engine in engines() for found in on(engine)]


def on(engine: str) -> list[Record]:
    small = ROWS // 10
    with installation(engine) as place:
        files = {rows: generated(place.folder / f"{rows}.csv", rows) for rows in (small, ROWS)}
        pairs = [sides(place, files[small], "floor", "import", "again") for _ in range(ROUNDS)]
        large = sides(place, files[ROWS], "floor", "import")
    tenth = {side: min(both[side]["cpu"] for both in pairs) for side in ("floor", "import")}
    again, reading = (min(both["again"][side] for both in pairs) for side in ("again", "reading"))
    whole = large["floor"]["cpu"]
    peak = max(both["import"]["peak"] for both in pairs)
    return [
        record(f"import of {small:,} inspections, {engine}", tenth["import"], "s CPU", tenth["floor"], TIMES),
        record(f"import of {ROWS:,} inspections, {engine}", large["import"]["cpu"], "s CPU", whole, TIMES),
        record(f"the same {small:,} again, to reading them, {engine}", again, "s CPU", reading, AGAIN),
        record(f"peak memory at {ROWS:,} to {small:,} rows, {engine}", large["import"]["peak"], "MB", peak, MEMORY),
    ]


def sides(place: Installation, file: Path, *names: str) -> dict[str, Any]:
    return {side: place.measure("bench.bench_import", side, str(file)) for side in names}


def generated(path: Path, rows: int) -> Path:
    """A file of `rows` made-up inspections in FDA's layout, the same every time."""
    from vendors.regulatory.files import INSPECTIONS

    classes = ("No Action Indicated (NAI)", "Voluntary Action Indicated (VAI)", "Official Action Indicated (OAI)")
    countries = ("United States", "India", "Germany", "Italy", "China", "Ireland", "Japan")
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.DictWriter(target, [column.heading for column in INSPECTIONS.columns], restval="-")
        writer.writeheader()
        for number in range(rows):
            ended = AS_OF - timedelta(days=number % 6000)
            writer.writerow(
                {
                    "Inspection ID": 1_000_000 + number,
                    "Project Area": "Drug Quality Assurance",
                    "FEI Number": 3_100_000_000 + number // 6,
                    "Legal Name": f"Made-up Works {number // 6}",
                    "Inspection End Date": f"{ended:%m/%d/%Y}",
                    "Classification": classes[number % 3],
                    "Country/Area": countries[number % 7],
                    "City": f"Town {number % 4000}",
                    "Address Line 1": f"{number % 900} Mill Road",
                    "Fiscal Year": ended.year + (ended.month >= 10),
                    "Posted Citations": "Yes" if number % 3 else "No",
                    "Product Type": "Drugs",
                }
            )
    return path


def measured(side: str, path: Path) -> dict[str, float]:
    """One side in this process: processor seconds, and the peak of the memory of its own in MB."""
    import django

    django.setup()
    from cmo_portal.records.actors import IMPORT
    from cmo_portal.records.context import acting_as

    with acting_as(IMPORT):
        return {"floor": floor, "import": first, "again": again}[side](path)


def first(path: Path) -> dict[str, float]:
    found = imported(path)
    assert found["written"], "the first import was to add rows"
    return found


def again(path: Path) -> dict[str, float]:
    from vendors.regulatory import files
    from vendors.regulatory.importing import LIMITS

    first(path)
    found = imported(path)
    assert not found["written"], "the second import was to change nothing"
    start = time.process_time()
    for _ in files.read(path, as_of=AS_OF, limits=LIMITS):
        pass
    return {"again": found["cpu"], "reading": time.process_time() - start}


def imported(path: Path) -> dict[str, float]:
    """Processor seconds, rows written and peak memory of one import through the product, looked at after each batch."""
    from bench.spent import counted, own_memory
    from cmo_portal.records.actors import IMPORT
    from vendors.regulatory.importing import receive, work

    peaks: list[float] = []
    with counted() as spent:
        with path.open("rb") as source:
            number = receive(source, by=IMPORT, name=path.name, as_of=AS_OF).number
        done = work(number, lambda run: peaks.append(own_memory()))
    assert done is not None
    assert done.status == "done", done.failure
    return {"cpu": spent["cpu"], "written": done.added + done.changed, "peak": max(peaks)}


def floor(path: Path) -> dict[str, float]:
    from django.db import transaction

    from bench.spent import counted
    from cmo_portal.records.record import opened_door
    from vendors.regulatory.importing import BATCH
    from vendors.regulatory.models import RegulatoryEvent

    run = plain_run()
    with counted() as spent, path.open(newline="", encoding="utf-8") as source:
        rows = csv.DictReader(source)
        while batch := [plain_event(run, number, row) for number, row in enumerate(islice(rows, BATCH))]:
            with transaction.atomic(), opened_door():
                RegulatoryEvent.objects.bulk_create(batch, batch_size=500)
    return {"cpu": spent["cpu"]}


def plain_run() -> Any:
    from django.utils import timezone

    from cmo_portal.records.record import opened_door
    from vendors.registry.runs import ImportRun

    run = ImportRun(number="IMP-FLOOR", size=0, as_of=AS_OF, created_at=timezone.now())
    with opened_door():
        run.save(force_insert=True)
    return run


def plain_event(run: Any, place: int, row: dict[str, str]) -> Any:
    from cmo_portal.records.numbers import random_text
    from vendors.regulatory.models import RegulatoryEvent

    month, day, year = row["Inspection End Date"].split("/")
    return RegulatoryEvent(
        number=random_text(16),
        version=1,
        trail_length=1,
        trail_head="0" * 64,
        created_at=run.created_at,
        run=run,
        source_file=run.number,
        source_sha256="0" * 64,
        source_row=place,
        snapshot_date=AS_OF,
        authority="FDA",
        type="inspection",
        external_id=row["Inspection ID"],
        area=row["Project Area"],
        fei=row["FEI Number"],
        legal_name=row["Legal Name"],
        city=row["City"],
        state=row["State"],
        country=row["Country/Area"],
        event_date=date(int(year), int(month), int(day)),
        outcome=row["Classification"][-4:-1],
        has_citations=row["Posted Citations"] == "Yes",
        details={"address": row["Address Line 1"], "fiscal_year": row["Fiscal Year"], "product_type": "Drugs"},
        search_name=row["Legal Name"].lower(),
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_portal.settings")
    print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]))))

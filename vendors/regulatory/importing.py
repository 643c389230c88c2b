"""Takes a regulatory file in and turns its rows into facts, in whole batches that stand or fall together.

A run may be stopped anywhere and started again: it goes on behind the last batch that stands and comes to the same
end. A file read twice changes nothing. Rows that cannot be taken are handed back in the file's own columns.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import date
from itertools import islice
from typing import Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from cmo_portal.lib.spreadsheets import MEGABYTE, Limits, UnreadableFile, write_csv
from cmo_portal.lib.tables import LeftOut, Refused, Repeated
from cmo_portal.lib.uploads import clean_name
from cmo_portal.records.actors import Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import opened_door
from cmo_portal.records.trail import StaleRecord, write, write_many
from vendors.registry.runs import COUNTS, ImportRun, LostRun
from vendors.regulatory import files
from vendors.regulatory.facts import FACTS, Facts
from vendors.regulatory.models import Sourced

log = logging.getLogger(__name__)

LIMITS = Limits(size=250 * MEGABYTE, unpacked=1_000 * MEGABYTE)  # FDA's whole list of inspections has some 70 MB
BATCH = 1000  # rows of the file in one transaction
TRIES = 3  # starts without a single batch going in, after which a run is given up
Tell = Callable[[ImportRun], None]


def receive(
    source: BinaryIO,
    *,
    by: Actor,
    name: str,
    owner: int | None = None,
    kind: str | None = None,
    as_of: date | None = None,
    sender: Any = None,
) -> ImportRun:
    """Keeps a file of a recognised kind as a run that waits to be read; `source` is a seekable binary stream.

    owner: the sponsor company whose facts they become, None for the installation. as_of: the day the file was taken
    from its source, today where nobody says. Raises ValidationError for the fields `file` and `as_of`.
    """
    as_of = as_of or timezone.localdate()
    if as_of > timezone.localdate():
        raise ValidationError({"as_of": f"{as_of} has not come yet: enter the day the file was downloaded."})
    name = clean_name(name)
    try:
        reading = files.read(source, kind, as_of=as_of, name=name, limits=LIMITS)
    except UnreadableFile as refusal:
        raise ValidationError({"file": str(refusal)}) from None
    run = ImportRun(
        kind=reading.facts.kind,
        kind_title=reading.header.kind.label,
        file_name=name,
        sha256=reading.facts.sha256,
        size=reading.facts.size,
        as_of=as_of,
        notes=" ".join(filter(None, reading.facts.preamble))[:500],
        sent_by=sender,
        wall_owner=owner,
    )
    source.seek(0)
    run.file.save(name, File(source), save=False)
    try:
        write(run, by=by, action="import.send")
    except BaseException:
        run.file.delete(save=False)
        raise
    return run


def work(number: str, tell: Tell | None = None) -> ImportRun | None:
    """Reads a waiting run to its end; None where it is finished, or another worker has it.

    tell: called with the run after each batch. Whatever stops it lets the run go, to be taken up behind the last batch
    that stands; a run that gets nowhere three times is given up with a sentence.
    """
    run = ImportRun.take(number, timezone.now())
    if run is None:
        return None
    try:
        with acting_as(run.sender):  # the walls of the database then stand around the sender's company
            if run.tries > TRIES:
                give_up(run, f"Reading stopped {TRIES} times at the same place: ask whoever runs the portal to look.")
                return run
            begin(run)
            load(run, tell)
    except UnreadableFile as refusal:
        give_up(run, str(refusal))
    except LostRun:
        log.info("import %s was taken over by another worker", number)
        return None
    except BaseException:
        with suppress(Exception):  # the first error says more than a second one
            run.let_go()
        raise
    return run


def begin(run: ImportRun) -> None:
    if run.status == ImportRun.Status.WAITING:
        run.status, run.started_at = ImportRun.Status.RUNNING, timezone.now()
        write(run, by=run.sender, action="import.begin")


def load(run: ImportRun, tell: Tell | None) -> None:
    """Batch by batch; the rows of batches that stand already are read again for the repeats, and not counted twice."""
    facts = FACTS[run.kind]
    with run.file.open("rb") as kept:
        stream = cast(BinaryIO, kept)
        reading = files.read(stream, run.kind, as_of=run.as_of, name=run.file_name, limits=LIMITS)
        if reading.facts.sha256 != run.sha256:
            raise UnreadableFile("The kept file is no longer the one that was sent: send it again.")
        with closing(iter(reading)) as outcomes:
            while batch := list(islice(outcomes, BATCH)):
                fresh = [outcome for outcome in batch if outcome.number > run.done_row]
                progress = min(99, stream.tell() * 100 // max(run.size, 1))
                if fresh:
                    take_batch(run, facts, fresh, progress)
                    if tell is not None:
                        tell(run)
                else:
                    run.hold()
        refused = refused_file(run, reading) if run.refused else None
    finish(run, refused, names_people=bool(run.left_out) or reading.has_unread_columns)


def take_batch(run: ImportRun, facts: Facts, batch: list[files.Outcome], progress: int) -> None:
    """One transaction; tried again where another import wrote the same facts at the same time."""
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                store(run, facts, batch, progress)
            return
        except (IntegrityError, StaleRecord, OperationalError):
            if attempt == TRIES - 1:
                raise
            run.refresh_from_db(fields=(*COUNTS, "first_year", "last_year", "done_row", "progress"))


def store(run: ImportRun, facts: Facts, batch: list[files.Outcome], progress: int) -> None:
    """Counts and facts in one: the run is held first, so that a worker given up for dead cannot write any more."""
    rows: list[Any] = [one for one in batch if not isinstance(one, (Refused, LeftOut, Repeated))]
    run.hold()
    records, unchanged, seen = settle(run, facts, rows)
    added = sum(record._state.adding for record in records)
    tally = Counter(
        read=len(batch),
        added=added,
        changed=len(records) - added,
        unchanged=unchanged,
        refused=sum(isinstance(one, Refused) for one in batch),
        left_out=sum(isinstance(one, LeftOut) for one in batch),
        repeated=sum(isinstance(one, Repeated) for one in batch),
    )
    write_many(records, by=run.sender, action=facts.action)
    if seen:
        with opened_door():  # a date that is no content: tens of thousands of facts of a new file say nothing new
            facts.model.objects.filter(pk__in=seen).update(seen_date=run.as_of)
    counts = {name: getattr(run, name) + tally[name] for name in COUNTS}
    years = [year for year in map(facts.year, rows) if year]
    first, last = min([run.first_year or 9999, *years]), max([run.last_year or 0, *years])
    if years:
        counts |= {"first_year": first, "last_year": last}
    run.hold(**counts, done_row=batch[-1].number, progress=progress, tries=0)


def settle(run: ImportRun, facts: Facts, rows: list[Any]) -> tuple[list[Sourced], int, list[int]]:
    """(records to write, how many rows say nothing new, keys of those that a newer file than before says again).

    One query finds what is stored of the batch's keys. A fact that a newer file than this one says is left as it is: an
    old file does not turn the clock back.
    """
    known = {facts.key_of(record): record for record in facts.stored(rows, run.wall_owner)}
    records, unchanged, seen = [], 0, []
    for row in rows:
        values = facts.values(row)
        record = known.get(facts.key_of_row(row))
        if record is None:
            record = facts.model(wall_owner=run.wall_owner, **values)
        elif record.known_until > run.as_of or all(getattr(record, name) == value for name, value in values.items()):
            unchanged += 1
            if record.known_until < run.as_of:
                seen.append(record.pk)
            continue
        for name, value in values.items():
            setattr(record, name, value)
        record.run, record.source_file, record.source_sha256 = run, run.file_name, run.sha256
        record.source_row, record.snapshot_date = row.number, run.as_of
        record.seen_date = run.as_of
        records.append(record)
    return records, unchanged, seen


def refused_file(run: ImportRun, reading: files.Reading) -> File[bytes]:
    """The refused rows as csv under the file's own headings, read a second time so that none waits in memory."""

    def refused() -> Iterator[Refused]:
        for place, outcome in enumerate(reading):
            if place % BATCH == 0:
                run.hold()
            if isinstance(outcome, Refused):
                yield outcome

    target = tempfile.TemporaryFile()  # noqa: SIM115 - storage reads it, then it closes
    target.writelines(write_csv(reading.refused_file(refused())))
    target.seek(0)
    return File(target)


def finish(run: ImportRun, refused: File[bytes] | None, *, names_people: bool) -> None:
    """A file that names people is not kept once it is read; its digest stays and tells whether another is the same."""
    original = str(run.file.name)
    if refused is not None:
        with refused:
            run.refused_file.save("refused.csv", refused, save=False)
    if names_people:
        run.file = ""
    run.status, run.finished_at, run.progress = ImportRun.Status.DONE, timezone.now(), 100
    close(run, "import.finish")
    if names_people:
        run.file.storage.delete(original)


def give_up(run: ImportRun, sentence: str) -> None:
    """Batches that went in stay; the rest of the file was not read."""
    run.status, run.finished_at, run.failure = ImportRun.Status.FAILED, timezone.now(), sentence[:500]
    close(run, "import.fail")


def close(run: ImportRun, action: str) -> None:
    """The end of a run, with its counts, which stand in the trail from now on."""
    with transaction.atomic():
        run.hold()
        run.claim = ""
        write(run, by=run.sender, action=action, details={name: getattr(run, name) for name in COUNTS})

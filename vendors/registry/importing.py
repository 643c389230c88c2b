"""Brings a file of CMOs or sites in: kept as it came, checked into a preview, then applied or discarded by a person.

Both steps work through batches, take up where a dead worker stopped, and are the same code for a small file within
the request and a large one in the background. The status of the run says which step is due: CHECKING or APPLYING.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.spreadsheets import UnreadableFile, read_rows
from cmo_portal.lib.tables import REFUSAL_HEADINGS, Header, LeftOut, Refused, Repeated, header_of, read_table
from cmo_portal.lib.uploads import RefusedUpload, check_upload
from cmo_portal.records.actors import IMPORT
from cmo_portal.records.context import acting_as
from cmo_portal.records.numbers import random_text
from cmo_portal.records.record import opened_door
from cmo_portal.records.trail import StaleRecord, write
from cmo_portal.records.workflow import WrongState
from vendors.registry.import_files import KINDS, ImportRow
from vendors.registry.import_plan import PLANS, Plan, Planned, Refusal
from vendors.registry.import_writing import apply_batch
from vendors.registry.runs import LOST, ImportRun, LostRun
from vendors.registry.supply import ImportLine

log = logging.getLogger(__name__)

SIZE_LIMIT = 50 * 1024 * 1024
INLINE_BYTES = 60_000  # checked within the request; some 500 rows
INLINE_LINES = 300  # applied within the request
BATCH = 200
TABLES = (".csv", ".txt", ".xlsx")
MOST_TRIES = 3
STEPS = (ImportRun.Status.CHECKING, ImportRun.Status.APPLYING)
Outcome = ImportLine.Outcome


def send_file(company: Company, upload: File[Any], *, by: User) -> ImportRun:
    """Keeps the file as a run in the status CHECKING. Raises ValidationError at `file` with the sentence for it."""
    if not by.may(P.CMO_IMPORT):
        raise PermissionDenied
    name = upload.name or ""
    if not name.lower().endswith(TABLES):
        raise ValidationError({"file": f"“{name}” is not a table: send a .csv, .txt or .xlsx file."})
    try:
        facts = check_upload(upload, name, size_limit=SIZE_LIMIT)  # type: ignore[arg-type]
        header = header_of(upload, tuple(KINDS.values()))  # type: ignore[arg-type]
    except (RefusedUpload, UnreadableFile) as refusal:
        raise ValidationError({"file": str(refusal)}) from None
    run = ImportRun(
        kind=header.kind.code,
        kind_title=header.kind.label,
        headings=list(header.headings),
        file_name=facts.name,
        sha256=facts.sha256,
        size=facts.size,
        as_of=timezone.localdate(),
        status=ImportRun.Status.CHECKING,
        sent_by=by,
        wall_owner=company.pk,
    )
    upload.seek(0)
    run.file.save(facts.name, upload, save=False)
    try:
        write(run, by=by, action="import.send")
    except Exception:
        run.file.delete(save=False)
        raise
    return run


def confirm(run: ImportRun, *, by: User, version: int | None = None) -> None:
    """What the preview showed is to be written, as `by`. Raises WrongState."""
    require_preview(run, by)
    if not run.lines.filter(outcome__in=(Outcome.NEW, Outcome.CHANGED)).exists():
        raise WrongState("The file would change nothing: discard it, or mend the refused rows and send it again.")
    run.status, run.confirmed_by = ImportRun.Status.APPLYING, by
    decide(run, "import.confirm", by=by, version=version)


def discard(run: ImportRun, *, by: User, version: int | None = None) -> None:
    """Nothing of the file is written; the run stays with what it would have done."""
    require_preview(run, by)
    run.status, run.finished_at = ImportRun.Status.DISCARDED, timezone.now()
    decide(run, "import.discard", by=by, version=version)


def decide(run: ImportRun, action: str, *, by: User, version: int | None) -> None:
    """Writes the person's word; of two at once the second reads that the first was faster, with nothing to compare."""
    try:
        write(run, by=by, action=action, version=version)
    except StaleRecord as error:
        raise WrongState("Somebody was faster: this import was confirmed or discarded a moment ago.") from error


def require_preview(run: ImportRun, by: User) -> None:
    if not by.may(P.CMO_IMPORT):
        raise PermissionDenied
    if run.status != ImportRun.Status.PREVIEW:
        raise WrongState(f"This import stands at “{run.get_status_display()}”: there is nothing to confirm or discard.")


def due_runs(now: datetime) -> models.QuerySet[ImportRun]:
    """Runs with a step to do that no living worker holds."""
    free = Q(beat_at__isnull=True) | Q(beat_at__lt=now - LOST)
    return ImportRun.objects.filter(free, status__in=STEPS, kind__in=list(KINDS))


def take(number: str) -> ImportRun | None:
    """The run for the caller alone; one conditional update decides which of two workers gets it."""
    now, token = timezone.now(), random_text(26)
    with opened_door():
        taken = due_runs(now).filter(number=number).update(claim=token, beat_at=now, tries=F("tries") + 1)
    rows = ImportRun.objects.select_related("sent_by", "confirmed_by")
    return rows.get(number=number, claim=token) if taken else None


def work(number: str) -> None:
    """Does the step that is due, as the person who asked for it. Safe to call at any time and more than once."""
    with acting_as(IMPORT):
        run = take(number)
    if run is None:
        return
    person = run.confirmed_by if run.status == ImportRun.Status.APPLYING else run.sent_by
    with acting_as(person or IMPORT):
        try:
            if run.tries > MOST_TRIES:
                fail(run, "The import stopped several times. Send the file again, or ask your administrator.")
            elif run.status == ImportRun.Status.CHECKING:
                check(run)
            else:
                apply(run)
        except LostRun:
            log.warning("import %s was taken over by another worker", number)
        except UnreadableFile as refusal:
            fail(run, str(refusal))
        finally:
            run.let_go()


def fail(run: ImportRun, sentence: str) -> None:
    run.status, run.failure, run.finished_at = ImportRun.Status.FAILED, sentence[:500], timezone.now()
    write(run, by=run.sent_by or IMPORT, action="import.fail")


def owner_of(run: ImportRun) -> Company:
    """The sponsor into whose register the file goes."""
    found: Company = Company.objects.get(pk=run.wall_owner or 0)
    return found


def check(run: ImportRun) -> None:
    """Reads the whole file into lines of the preview; a second try begins anew."""
    run.lines.all().delete()
    counts = dict.fromkeys(("read", "added", "changed", "unchanged", "refused", "repeated", "left_out"), 0)
    plan = PLANS[run.kind](owner_of(run))
    name = run.file.name or ""
    with run.file.storage.open(name) as opened, run.file.storage.open(name) as again:
        source: Any = opened
        header = header_of(source, (KINDS[run.kind],))
        rows = with_cells(source, again, header, run)
        while batch := list(islice(rows, BATCH)):
            with transaction.atomic():
                lines = lines_of(run, plan, batch, counts)
                ImportLine.objects.bulk_create(lines, batch_size=BATCH)
                run.hold(**counts)
    run.status = ImportRun.Status.PREVIEW
    write(run, by=run.sent_by or IMPORT, action="import.check", details=counts)
    run.count(tries=0)


Read = tuple[ImportRow | Refused | LeftOut | Repeated, list[str]]


def with_cells(source: Any, again: Any, header: Header[ImportRow], run: ImportRun) -> Iterator[Read]:
    """Each answer of the table with the cells of its row as they stood, which a refused row hands back."""
    with closing(read_rows(again)) as raw:
        for answer in read_table(source, header, run.as_of):
            row = next(raw)
            while row.number < answer.number:
                row = next(raw)
            width = len(header.headings)
            yield answer, [*row.values[:width], *[""] * (width - len(row.values))]


def lines_of(run: ImportRun, plan: Plan, batch: list[Read], counts: dict[str, int]) -> list[ImportLine]:
    """The lines of a batch, and the running counts moved on."""
    rows = [answer for answer, _ in batch if isinstance(answer, ImportRow)]
    planned = dict(zip((row.number for row in rows), plan.plan(rows), strict=True))
    lines = []
    for answer, cells in batch:
        counts["read"] += 1
        if isinstance(answer, Refused):
            line = refused_line(run, answer.number, answer.column, answer.reason, cells)
        elif isinstance(answer, ImportRow):
            line = line_of(run, answer, planned[answer.number], cells)
        else:
            counts["repeated" if isinstance(answer, Repeated) else "left_out"] += 1
            continue
        counts["added" if line.outcome == Outcome.NEW else line.outcome] += 1
        lines.append(line)
    return lines


def line_of(run: ImportRun, row: ImportRow, answer: Planned | Refusal, cells: list[str]) -> ImportLine:
    if isinstance(answer, Refusal):
        return refused_line(run, row.number, heading_of(run, answer.column), answer.reason, cells)
    if answer.target is None:
        outcome = Outcome.NEW
    else:
        outcome = Outcome.CHANGED if answer.changes else Outcome.UNCHANGED
    return ImportLine(
        run=run,
        row=row.number,
        outcome=outcome,
        title=str(getattr(answer.record, "name", ""))[:200],
        target_number=answer.target.number if answer.target else "",
        target_version=answer.target.version if answer.target else 0,
        parent_number=answer.parent.number if answer.parent else "",
        values=answer.values if outcome != Outcome.UNCHANGED else {},
        changes=[list(change) for change in answer.changes],
        cells=cells if outcome != Outcome.UNCHANGED else [],
        wall_owner=run.wall_owner,
    )


def refused_line(run: ImportRun, number: int, column: str, reason: str, cells: list[str]) -> ImportLine:
    return ImportLine(
        run=run,
        row=number,
        outcome=Outcome.REFUSED,
        title=next((cell for cell in cells if cell), "")[:200],
        column=column[:120],
        reason=reason[:600],
        cells=cells,
        wall_owner=run.wall_owner,
    )


def heading_of(run: ImportRun, name: str) -> str:
    return next((column.heading for column in KINDS[run.kind].columns if column.name == name), "")


def apply(run: ImportRun) -> None:
    """Writes what the preview showed, a batch in a transaction; rows that cannot be written any more are listed."""
    by = run.confirmed_by
    if by is None:
        raise ValueError("An import is applied for the person who confirmed it.")
    company = owner_of(run)
    open_lines = run.lines.filter(outcome__in=(Outcome.NEW, Outcome.CHANGED))
    total = open_lines.count()
    while batch := list(open_lines.filter(is_done=False).order_by("row")[:BATCH]):
        with transaction.atomic():
            apply_batch(run, company, batch, by=by)
            run.hold(progress=100 * open_lines.filter(is_done=True).count() // max(total, 1))
    counts = {name: run.lines.filter(outcome=outcome).count() for name, outcome in COUNTED.items()}
    run.count(progress=100, **counts)
    run.status, run.finished_at = ImportRun.Status.DONE, timezone.now()
    write(run, by=by, action="import.apply", details=counts)


COUNTED = {
    "added": Outcome.NEW,
    "changed": Outcome.CHANGED,
    "unchanged": Outcome.UNCHANGED,
    "refused": Outcome.REFUSED,
}


def is_small(run: ImportRun) -> bool:
    """Whether the step that is due is done within the request."""
    if run.status == ImportRun.Status.APPLYING:
        return run.added + run.changed <= INLINE_LINES
    return run.size <= INLINE_BYTES


def start(run: ImportRun) -> None:
    """Does the due step within the request where the file is small, else leaves it to the worker.

    A dead broker loses nothing: the regular task finds the run by its status.
    """
    if is_small(run):
        work(run.number)
        return
    from vendors.registry.tasks import work_import

    def ring() -> None:
        with suppress(Exception):  # the broker may fail in any way of its own
            work_import.delay(run.number)

    transaction.on_commit(ring)


def refused_rows(run: ImportRun) -> Iterator[list[object]]:
    """Heading and refused rows as `write_csv` takes them: the file's own columns, then row, column and reason.

    Mended and sent again, the added columns are unknown and passed over.
    """
    own = [heading for heading in run.headings if heading not in REFUSAL_HEADINGS]
    kept = [place for place, heading in enumerate(run.headings) if heading not in REFUSAL_HEADINGS]
    yield [*own, *REFUSAL_HEADINGS]
    for line in run.lines.filter(outcome=Outcome.REFUSED).order_by("row").iterator(chunk_size=500):
        yield [*[line.cells[place] for place in kept], line.row, line.column, line.reason]

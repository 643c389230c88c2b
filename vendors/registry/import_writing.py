"""Writes the lines of a confirmed import: a batch at once, and line by line where one of them is in the way."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from cmo_portal.accounts.models import Company, User
from cmo_portal.lib.texts import folded
from cmo_portal.records.record import Record
from cmo_portal.records.trail import StaleRecord, write, write_many
from vendors.registry.models import Site, Vendor
from vendors.registry.runs import ImportRun
from vendors.registry.supply import ImportLine

ACTIONS = {"cmos": "cmo.import", "sites": "site.import"}
MEANWHILE = "This changed after the preview: send the row again."
Outcome = ImportLine.Outcome


def apply_batch(run: ImportRun, company: Company, lines: list[ImportLine], *, by: User) -> None:
    """Writes the lines and marks them done. A line whose record changed since the preview is refused, not forced."""
    pairs = records_of(run, company, lines)
    try:
        with transaction.atomic():
            write_many([record for _, record in pairs], by=by, action=ACTIONS[run.kind], details={"run": run.number})
    except (ValidationError, IntegrityError, StaleRecord):
        open_lines = [line for line in lines if line.outcome != Outcome.REFUSED]
        for line, record in records_of(run, company, open_lines):  # read again: the failed try left its marks
            write_alone(run, line, record, by=by)
    for line in lines:
        line.is_done = True
    ImportLine.objects.bulk_update(lines, ["is_done", "outcome", "column", "reason"])


def write_alone(run: ImportRun, line: ImportLine, record: Record, *, by: User) -> None:
    try:
        with transaction.atomic():
            write(record, by=by, action=ACTIONS[run.kind], details={"run": run.number})
    except ValidationError as error:
        refuse(line, error.messages[0])
    except (IntegrityError, StaleRecord):
        refuse(line, MEANWHILE)


def refuse(line: ImportLine, reason: str) -> None:
    line.outcome, line.column, line.reason = Outcome.REFUSED, "", reason[:600]


def records_of(run: ImportRun, company: Company, lines: list[ImportLine]) -> list[tuple[ImportLine, Record]]:
    return cmos(company, lines) if run.kind == "cmos" else sites(company, lines)


def cmos(company: Company, lines: list[ImportLine]) -> list[tuple[ImportLine, Record]]:
    known = stored(Vendor, company, lines)
    names = {folded(line.values["name"]) for line in lines if line.outcome == Outcome.NEW}
    mine = Vendor.objects.filter(wall_owner=company.pk, is_retired=False)
    taken = set(mine.filter(sort_name__in=names).values_list("sort_name", flat=True))
    pairs: list[tuple[ImportLine, Record]] = []
    for line in lines:
        if line.outcome == Outcome.NEW and folded(line.values["name"]) in taken:
            refuse(line, "A CMO of this name was added after the preview: send the row again.")
        elif line.outcome == Outcome.NEW:
            pairs.append((line, Vendor(sponsor=company, **line.values)))
        else:
            add_changed(pairs, line, known)
    return pairs


def sites(company: Company, lines: list[ImportLine]) -> list[tuple[ImportLine, Record]]:
    known = stored(Site, company, lines)
    numbers = {line.parent_number for line in lines}
    vendors = {v.number: v for v in Vendor.objects.filter(wall_owner=company.pk, number__in=numbers)}
    at_them = Site.objects.filter(vendor__in=vendors.values(), is_retired=False)
    taken: dict[tuple[int, str], set[str]] = {}
    for site in at_them:
        taken.setdefault((site.vendor_id, folded(site.name)), set()).add(site.fei)
    feis = {(site.vendor_id, site.fei) for site in at_them if site.fei}
    pairs: list[tuple[ImportLine, Record]] = []
    for line in lines:
        if line.outcome != Outcome.NEW:
            add_changed(pairs, line, known)
            continue
        vendor = vendors[line.parent_number]
        fei = line.values.get("fei", "")
        named = taken.get((vendor.pk, folded(line.values["name"])), set())
        if vendor.is_retired:
            refuse(line, f"{vendor.name} was retired after the preview.")
        elif (named and not fei) or "" in named or (fei and (vendor.pk, fei) in feis):
            refuse(line, "This site was added after the preview: send the row again.")
        else:
            pairs.append((line, Site(vendor=vendor, **line.values)))
    return pairs


def stored(model: type[Any], company: Company, lines: list[ImportLine]) -> dict[str, Any]:
    numbers = [line.target_number for line in lines if line.target_number]
    related = "sponsor" if model is Vendor else "vendor__sponsor"
    rows = model.objects.filter(wall_owner=company.pk, number__in=numbers).select_related(related)
    return {row.number: row for row in rows}


def add_changed(pairs: list[tuple[ImportLine, Record]], line: ImportLine, known: dict[str, Any]) -> None:
    """The stored record with the line's values, unless somebody changed or retired it since the preview."""
    record = known.get(line.target_number)
    if record is None or record.version != line.target_version or record.is_retired:
        refuse(line, MEANWHILE)
        return
    for name, value in line.values.items():
        setattr(record, name, value)
    pairs.append((line, record))

"""What each row of a file would do, worked out before anything is written: new, changed, unchanged, or refused and why.

A row means a record by its number, else by its FEI among the sponsor's own, else by its exact name without case and
accents. Records of another sponsor are never looked at. A batch of rows costs the same few queries.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from cmo_portal.accounts.models import Company
from cmo_portal.lib.cells import shown
from cmo_portal.lib.texts import folded
from cmo_portal.records.record import Record
from vendors.registry.import_files import ImportRow
from vendors.registry.models import Site, Vendor


class Refusal(Exception):
    """The row is not taken: the name of the column at fault (empty for the whole row) and the sentence."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


@dataclass
class Planned:
    """One row's plan. `changes`: (label, old, new); `target` is None for a new record, `parent` the CMO of a site."""

    row: ImportRow
    record: Record
    target: Record | None
    parent: Vendor | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def values(self) -> dict[str, str]:
        """The fields as they will stand; of a known record only those that change."""
        return {
            name: getattr(self.record, name) for name in self.row.values if self.target is None or self.differs(name)
        }

    def differs(self, name: str) -> bool:
        return bool(getattr(self.record, name) != getattr(self.target, name))


class Plan(ABC):
    """Plans the rows of one file for one sponsor; it remembers which row meant which record."""

    model: type[Record]

    def __init__(self, sponsor: Company) -> None:
        self.sponsor = sponsor
        self.meant: dict[str, int] = {}

    def plan(self, rows: Sequence[ImportRow]) -> list[Planned | Refusal]:
        """One answer a row, in their order."""
        self.look_up(rows)
        answers: list[Planned | Refusal] = []
        for row in rows:
            try:
                answers.append(self.planned(row))
            except Refusal as refusal:
                answers.append(refusal)
        return answers

    @abstractmethod
    def look_up(self, rows: Sequence[ImportRow]) -> None:
        """Fetches what the batch may mean."""

    @abstractmethod
    def planned(self, row: ImportRow) -> Planned:
        """What becomes of one row. Raises Refusal where it cannot be imported."""

    def once(self, key: str, row: ImportRow, column: str, words: str) -> None:
        """Refuses a second row about the same record."""
        first = self.meant.setdefault(key, row.number)
        if first != row.number:
            raise Refusal(column, f"Row {first} is about {words} already: keep one of the two rows.")

    def checked(self, row: ImportRow, record: Any, target: Record | None) -> list[tuple[str, str, str]]:
        """Puts the row's values on the record and lets the record check them; the changes in words."""
        for name, value in row.values.items():
            setattr(record, name, value)
        try:
            record.full_clean(
                exclude={"number", "sponsor", "vendor"}, validate_unique=False, validate_constraints=False
            )
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise Refusal(name if name in row.values else "", messages[0]) from None
        changes = []
        for name in row.values:
            old, new = (getattr(target, name) if target else ""), getattr(record, name)
            if old != new:
                label = str(record._meta.get_field(name).verbose_name)
                changes.append((label[:1].upper() + label[1:], str(old), str(new)))
        return changes


def copy_of(record: Any) -> Any:
    """A second object of the same row, so that the first keeps what is stored."""
    twin = type(record)(**{f.attname: getattr(record, f.attname) for f in type(record)._meta.concrete_fields})
    twin._state.adding, twin._state.db = False, record._state.db
    return twin


def spelt_as_stored(row: ImportRow, target: Any, number: str) -> ImportRow:
    """A name that only found the record does not change its spelling; a row that gives the number may."""
    if target is None or row.keys[number] or folded(row.values["name"]) != folded(target.name):
        return row
    return replace(row, values=row.values | {"name": target.name})


def refuse_retired(vendor: Vendor, column: str) -> None:
    if vendor.merged_into is not None:
        survivor = vendor.merged_into
        raise Refusal(column, f"{vendor.name} was merged into {survivor.name}: write {survivor.number}.")
    if vendor.is_retired:
        raise Refusal(column, f"{vendor.name} is retired: bring it back first, or leave the row out.")


class CmoPlan(Plan):
    """Rows of the file "CMOs"."""

    model = Vendor

    def look_up(self, rows: Sequence[ImportRow]) -> None:
        mine: QuerySet[Vendor] = Vendor.objects.filter(wall_owner=self.sponsor.pk).select_related("merged_into")
        self.by_number = {v.number: v for v in mine.filter(number__in=given(rows, "cmo_number"))}
        names = {folded(row.values["name"]) for row in rows}
        self.by_name = {v.sort_name: v for v in mine.filter(sort_name__in=names, is_retired=False)}
        sites = Site.objects.filter(wall_owner=self.sponsor.pk, is_retired=False, vendor__is_retired=False)
        self.by_fei: dict[str, dict[int, Vendor]] = {}
        for site in sites.filter(fei__in=given(rows, "fei")).select_related("vendor"):
            self.by_fei.setdefault(site.fei, {})[site.vendor_id] = site.vendor

    def planned(self, row: ImportRow) -> Planned:
        target = self.target(row)
        name = folded(row.values["name"])
        other = self.by_name.get(name)
        if other is not None and target is not None and other.pk != target.pk:
            raise Refusal("name", f"You already have a CMO of this name ({other.number}): give this one another name.")
        if target is not None:
            self.once(target.number, row, "name", target.name)
        self.once(f"name {name}", row, "name", shown(row.values["name"]))
        record = copy_of(target) if target else Vendor(sponsor=self.sponsor)
        row = spelt_as_stored(row, target, "cmo_number")
        return Planned(row, record, target, changes=self.checked(row, record, target))

    def target(self, row: ImportRow) -> Vendor | None:
        number, fei = row.keys["cmo_number"], row.keys["fei"]
        if number:
            found = self.by_number.get(number)
            if found is None:
                raise Refusal("cmo_number", f"You have no CMO {shown(number)}: empty the cell to add a new one.")
            refuse_retired(found, "cmo_number")
            return found
        candidates = list(self.by_fei.get(fei, {}).values()) if fei else []
        if len(candidates) > 1:
            names = " and ".join(f"{vendor.name} ({vendor.number})" for vendor in candidates)
            raise Refusal("fei", f"FEI {fei} stands at sites of {names}: write the CMO number.")
        return candidates[0] if candidates else self.by_name.get(folded(row.values["name"]))


class SitePlan(Plan):
    """Rows of the file "Sites"."""

    model = Site

    def __init__(self, sponsor: Company) -> None:
        super().__init__(sponsor)
        self.new: dict[tuple[int, str], dict[str, int]] = {}  # the file's new sites by CMO and name: FEI -> row

    def look_up(self, rows: Sequence[ImportRow]) -> None:
        mine: QuerySet[Vendor] = Vendor.objects.filter(wall_owner=self.sponsor.pk).select_related("merged_into")
        self.cmo_by_number = {v.number: v for v in mine.filter(number__in=given(rows, "cmo_number"))}
        names = {folded(name) for name in given(rows, "cmo_name")}
        self.cmo_by_name = {v.sort_name: v for v in mine.filter(sort_name__in=names, is_retired=False)}
        sites: QuerySet[Site] = Site.objects.filter(wall_owner=self.sponsor.pk).select_related("vendor__merged_into")
        self.by_number = {s.number: s for s in sites.filter(number__in=given(rows, "site_number"))}
        live = sites.filter(is_retired=False, vendor__is_retired=False)
        self.by_fei: dict[str, list[Site]] = {}
        for site in live.filter(fei__in={row.values["fei"] for row in rows if row.values.get("fei")}):
            self.by_fei.setdefault(site.fei, []).append(site)
        cmos = {v.pk for v in (*self.cmo_by_number.values(), *self.cmo_by_name.values())}
        # A CMO has a handful of sites; their names are compared here, where case and accents do not count.
        self.by_name: dict[tuple[int, str], list[Site]] = {}
        for site in live.filter(vendor__in=cmos).order_by("pk"):
            self.by_name.setdefault((site.vendor_id, folded(site.name)), []).append(site)

    def planned(self, row: ImportRow) -> Planned:
        vendor = self.vendor(row)
        target = self.target(row, vendor)
        if vendor is None and target is not None:
            vendor = target.vendor
        if vendor is None:
            raise Refusal("fei", "No site of yours has this FEI: name the CMO to add the site to.")
        refuse_retired(vendor, "cmo_number" if row.keys["cmo_number"] else "cmo_name")
        self.refuse_taken_fei(row, vendor, target)
        if target is not None:
            self.once(target.number, row, "name", target.name)
        else:
            self.once_new(row, vendor)
        record = copy_of(target) if target else Site(vendor=vendor)
        row = spelt_as_stored(row, target, "site_number")
        return Planned(row, record, target, vendor, self.checked(row, record, target))

    def vendor(self, row: ImportRow) -> Vendor | None:
        number, name = row.keys["cmo_number"], row.keys["cmo_name"]
        if number:
            if number not in self.cmo_by_number:
                raise Refusal("cmo_number", f"You have no CMO {shown(number)}: write the number on the CMO's page.")
            return self.cmo_by_number[number]
        if name:
            found = self.cmo_by_name.get(folded(name))
            if found is None:
                raise Refusal("cmo_name", f"You have no CMO named {shown(name)}: add it first, or write its number.")
            return found
        return None

    def target(self, row: ImportRow, vendor: Vendor | None) -> Site | None:
        number, fei = row.keys["site_number"], row.values.get("fei", "")
        if number:
            site = self.by_number.get(number)
            if site is None:
                raise Refusal("site_number", f"You have no site {shown(number)}: empty the cell to add a new one.")
            if site.is_retired:
                raise Refusal("site_number", f"{site.name} is retired: bring it back first, or leave the row out.")
            if vendor is not None and site.vendor_id != vendor.pk:
                raise Refusal("site_number", f"This site belongs to {site.vendor.name}, not to {vendor.name}.")
            return site
        known = [site for site in self.by_fei.get(fei, []) if vendor is None or site.vendor_id == vendor.pk]
        if len(known) > 1:
            names = " and ".join(f"{site.vendor.name} ({site.vendor.number})" for site in known)
            raise Refusal("fei", f"FEI {fei} stands at sites of {names}: write the CMO number.")
        if known:
            return known[0]
        return self.target_by_name(row, vendor) if vendor is not None else None

    def target_by_name(self, row: ImportRow, vendor: Vendor) -> Site | None:
        """The CMO's one site of the row's name. Two FEIs are two establishments, whatever they are called: a site that
        has another FEI than the row's is not meant."""
        fei = row.values.get("fei", "")
        named = self.by_name.get((vendor.pk, folded(row.values["name"])), [])
        meant = [site for site in named if not fei or site.fei in {"", fei}]
        if len(meant) > 1:
            numbers = " and ".join(site.number for site in meant)
            raise Refusal("name", f"{vendor.name} has several sites of this name ({numbers}): write the site number.")
        return meant[0] if meant else None

    def once_new(self, row: ImportRow, vendor: Vendor) -> None:
        """Refuses a second new site of one name at a CMO, unless the FEIs of both rows tell them apart."""
        name, fei = folded(row.values["name"]), row.values.get("fei", "")
        known = self.new.setdefault((vendor.pk, name), {})
        first = known.get("") if fei else next(iter(known.values()), None)
        if first is not None:
            words = shown(row.values["name"])
            raise Refusal("name", f"Row {first} is about {words} already: keep one of the two, or give both their FEI.")
        known[fei] = row.number

    def refuse_taken_fei(self, row: ImportRow, vendor: Vendor, target: Site | None) -> None:
        """The same FEI twice at one CMO, stored or in this file; at two CMOs it is a duplicate to look at, no error."""
        fei = row.values.get("fei", "")
        if not fei:
            return
        for site in self.by_fei.get(fei, []):
            if site.vendor_id == vendor.pk and (target is None or site.pk != target.pk):
                raise Refusal("fei", f"{site.name} of this CMO has this FEI already.")
        self.once(f"fei {vendor.pk} {fei}", row, "fei", f"FEI {fei}")


def given(rows: Sequence[ImportRow], key: str) -> set[str]:
    """The distinct values of a key in the batch, empty ones left out."""
    return {row.keys[key] for row in rows if row.keys.get(key)}


PLANS: dict[str, type[Plan]] = {"cmos": CmoPlan, "sites": SitePlan}

"""Reads the public regulatory files that FDA offers for download into typed rows; what is refused says why.

Two kinds so far: the Data Dashboard's inspections and the drug establishment registrations (DECRS). Layouts:
FDA Data Dashboard, "Inspections Details" export; FDA, "Drug Establishments Current Registration Site", drls_reg.txt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from cmo_portal.lib import cells, tables
from cmo_portal.lib.contents import fingerprint
from cmo_portal.lib.spreadsheets import DEFAULT_LIMITS, Limits, Source, opened
from cmo_portal.lib.tables import Column, FieldRefused, FileKind, Header, LeftOut, Refused, Repeated, UnknownFile
from vendors.registry.identifiers import clean_duns, clean_fei


class Classification(StrEnum):
    """FDA's conclusion from an inspection, from best to worst: no, voluntary or official action indicated."""

    NAI = "NAI"
    VAI = "VAI"
    OAI = "OAI"


@dataclass(frozen=True)
class ProjectArea:
    """A programme under which FDA inspects, its code, whether it speaks about GMP, and whether rows are stored."""

    name: str
    code: str
    is_gmp: bool = True
    is_stored: bool = True


# Areas as FDA's export spells them. An area that is not listed is stored and does not count as GMP.
PROJECT_AREAS = (
    ProjectArea("Drug Quality Assurance", "56"),
    ProjectArea("Pre-Approval Evaluation", "46"),
    ProjectArea("New Drug Evaluation", "46"),
    ProjectArea("Generic Drug Evaluation", "52"),
    ProjectArea("Vaccines and Allergenic Products", "45"),
    ProjectArea("Vaccines", "45"),
    ProjectArea("Blood and Blood Products", "42"),
    ProjectArea("Blood", "42"),
    ProjectArea("Human Cellular, Tissues & Gene Therapies", "41"),
    ProjectArea("Human Cellular, Tissue, and Gene Therapies", "41"),
    ProjectArea("Postmarketing Surveillance and Epidemiology: Human Drugs", "53", is_gmp=False),
    ProjectArea("Unapproved and Misbranded Drugs", "63", is_gmp=False),
    ProjectArea("Over-the-Counter Drug Evaluation", "61", is_gmp=False),
    ProjectArea("Bioresearch Monitoring", "48", is_gmp=False, is_stored=False),  # its rows name physicians
)


def project_area(name: str) -> ProjectArea:
    """The listed area of that name whatever its case, blanks and `&`; else a new one that is stored and not GMP."""
    return _AREAS.get(_area_key(name)) or ProjectArea(cells.text(name), "", is_gmp=False)


def _area_key(name: str) -> str:
    return " ".join(re.findall(r"\w+", name.replace("&", " and ").casefold()))


_AREAS = {_area_key(area.name): area for area in PROJECT_AREAS}
_NOT_STORED = frozenset(area.name.casefold() for area in PROJECT_AREAS if not area.is_stored)


@dataclass(frozen=True)
class InspectionRow:
    """One project area of one inspection: a row of "Inspections Details". Key: inspection_id and project_area."""

    number: int
    inspection_id: str
    project_area: str
    fei: str
    legal_name: str
    end_date: date
    classification: Classification
    country: str
    city: str = ""
    state: str = ""
    address: str = ""
    postcode: str = ""
    fiscal_year: int | None = None
    has_posted_citations: bool | None = None
    product_type: str = ""
    additional_details: str = ""
    fmd_145_date: date | None = None

    @property
    def is_gmp(self) -> bool:
        return project_area(self.project_area).is_gmp


@dataclass(frozen=True)
class RegistrationRow:
    """One drug establishment registration, without its contacts. Key: fei and duns. Country: ISO 3166-1 alpha-3."""

    number: int
    fei: str
    duns: str
    firm_name: str
    address: str
    country: str
    expiration_date: date
    operations: tuple[str, ...]
    registrant_name: str = ""
    registrant_duns: str = ""
    is_excluded: bool | None = None


RegulatoryRow = InspectionRow | RegistrationRow
Outcome = RegulatoryRow | Refused | LeftOut | Repeated


def worst_class(classes: Iterable[Classification]) -> Classification | None:
    """OAI before VAI before NAI; None where there is no class."""
    return max(classes, key=list(Classification).index, default=None)


def worst_by_inspection(rows: Iterable[InspectionRow]) -> dict[str, Classification]:
    """The worst class of each inspection over its GMP project areas, by inspection id; other areas do not count."""
    worst: dict[str, Classification] = {}
    for row in rows:
        if row.is_gmp:
            known = worst.get(row.inspection_id, row.classification)
            worst[row.inspection_id] = worst_class([known, row.classification]) or row.classification
    return worst


def within(limit: int) -> Callable[[str], str]:
    """A parser of text of at most `limit` characters, as many as are kept; what cannot be stored is refused."""

    def parse(text: str) -> str:
        kept = cells.text(text)
        if len(kept) > limit:
            raise ValueError(f"{cells.shown(kept)} has {len(kept)} characters; at most {limit} are kept: shorten it.")
        if not kept.isprintable():
            raise ValueError(f"{cells.shown(kept)} holds a control character: type the text again.")
        return kept

    return parse


def area(text: str) -> str:
    """A project area in its listed spelling, so that one area does not become two."""
    return within(120)(project_area(text).name)


def classification(text: str) -> Classification:
    """`Voluntary Action Indicated (VAI)`, its long form alone, or `VAI`."""
    short = re.sub(r"^.*\((\w{3})\)$", r"\1", cells.text(text)).upper()
    long = {"NO ACTION INDICATED": "NAI", "VOLUNTARY ACTION INDICATED": "VAI", "OFFICIAL ACTION INDICATED": "OAI"}
    try:
        return Classification(long.get(short, short))
    except ValueError:
        raise ValueError(f"{cells.shown(text)} is not a classification: write NAI, VAI or OAI.") from None


def inspection_id(text: str) -> str:
    """FDA's number of the inspection as digits without padding."""
    number = cells.whole_number(text)
    if number == 0:
        raise ValueError(f"{cells.shown(text)} is not an inspection: write FDA's Inspection ID, such as 1264264.")
    return str(number)


def country_of(address: str) -> str:
    """The three letters in brackets at the end of an address of the registrations: `..., Ireland (IRL)` -> `IRL`."""
    found = re.search(r"\(([A-Z]{3})\)\s*$", address)
    if not found:
        raise ValueError(f"{cells.shown(address[-40:])} does not end with the country's three letters, such as (USA).")
    return found[1]


def _build_inspection(number: int, values: tables.Values, as_of: date) -> InspectionRow:
    if values["end_date"] > as_of:
        reason = (
            f"The inspection ends on {values['end_date']}, after the date of the file, {as_of}: correct one of them."
        )
        raise FieldRefused("end_date", reason)
    if values["end_date"].year < 1970:
        raise FieldRefused("end_date", f"An inspection that ended on {values['end_date']} cannot be in this file.")
    fields = _filled(values)
    parts = [fields.pop(line) for line in ("address_1", "address_2") if line in fields]
    return InspectionRow(number=number, address=", ".join(parts), **fields)


def _build_registration(number: int, values: tables.Values, as_of: date) -> RegistrationRow:
    try:
        country = country_of(values["address"])
    except ValueError as refusal:
        raise FieldRefused("address", str(refusal)) from None
    return RegistrationRow(number=number, country=country, **_filled(values))


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values there are; an empty one takes the default of its field."""
    return {name: value for name, value in values.items() if value is not None}


def _leave_out(texts: Mapping[str, str]) -> str | None:
    """Any cell may tell, so that a row whose cells have moved is not kept by mistake."""
    together = cells.text(" ".join(texts.values())).casefold()  # one look for the many rows that have nothing of it
    if not any(name in together for name in _NOT_STORED):
        return None
    if not any(cells.text(text).casefold() in _NOT_STORED for text in texts.values()):
        return None
    return "Bioresearch Monitoring rows name people and are not stored."


INSPECTIONS = FileKind(
    code="fda_inspections",
    label="FDA inspections details",
    columns=(
        Column("inspection_id", "Inspection ID", inspection_id, filled=True, wants="write FDA's number of it"),
        Column(
            "project_area", "Project Area", area, filled=True, wants="write the area, such as Drug Quality Assurance"
        ),
        Column("fei", "FEI Number", clean_fei, ("FEI",), filled=True, wants="write its 7 or 10 digits"),
        Column("legal_name", "Legal Name", within(200), ("Firm Name",), filled=True, wants="write the firm's name"),
        Column("end_date", "Inspection End Date", cells.us_date, filled=True, wants="write MM/DD/YYYY"),
        Column("classification", "Classification", classification, filled=True, wants="write NAI, VAI or OAI"),
        Column("country", "Country/Area", within(100), ("Country",), filled=True, wants="write the country"),
        Column("city", "City", within(100)),
        Column("state", "State", within(100), required=False),
        Column("address_1", "Address Line 1", within(400), ("Address",), required=False),
        Column("address_2", "Address Line 2", within(400), required=False),
        Column("postcode", "Zip", within(40), ("Zip Code",), required=False),
        Column("fiscal_year", "Fiscal Year", cells.year, required=False),
        Column("has_posted_citations", "Posted Citations", cells.yes_no, required=False),
        Column("product_type", "Product Type", within(200), required=False),
        Column("additional_details", "Additional Details", within(2000), required=False),
        Column("fmd_145_date", "FMD-145 Date", cells.us_date, required=False),
    ),
    key=("inspection_id", "project_area"),
    build=_build_inspection,
    leave_out=_leave_out,
)

REGISTRATIONS = FileKind(
    code="fda_registrations",
    label="FDA drug establishment registrations",
    columns=(
        Column("fei", "FEI_NUMBER", clean_fei, filled=True, wants="write its 7 or 10 digits"),
        Column("duns", "DUNS_NUMBER", clean_duns, filled=True, wants="write its 9 digits"),
        Column("firm_name", "FIRM_NAME", within(200), filled=True, wants="write the firm's name"),
        Column("address", "ADDRESS", within(400), filled=True, wants="write it with the country's letters at the end"),
        Column("expiration_date", "EXPIRATION_DATE", cells.us_date, filled=True, wants="write MM/DD/YYYY"),
        Column("operations", "OPERATIONS", cells.listing, filled=True, wants="write a list such as MANUFACTURE; PACK"),
        Column("registrant_name", "REGISTRANT_NAME", within(200), required=False),
        Column("registrant_duns", "REGISTRANT_DUNS", clean_duns, required=False),
        Column("is_excluded", "EXCLUSION_FLAG", cells.yes_no, required=False),
    ),
    key=("fei", "duns"),
    build=_build_registration,
    # Personal data that nobody needs in order to know a site.
    never_read=frozenset(
        {
            "ESTABLISHMENT_CONTACT_NAME",
            "ESTABLISHMENT_CONTACT_EMAIL",
            "AGENT_DETAILS",
            "REGISTRANT_CONTACT_NAME",
            "REGISTRANT_CONTACT_EMAIL",
        }
    ),
)

KINDS: tuple[FileKind[RegulatoryRow], ...] = (INSPECTIONS, REGISTRATIONS)


@dataclass(frozen=True)
class FileFacts:
    """What an import records about its file. `preamble`: lines above the header, where FDA prints the filters used."""

    name: str
    sha256: str
    size: int
    kind: str
    snapshot_date: date
    header_row: int
    preamble: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """A recognised file. Iterating reads it from the start, row by row, as often as asked."""

    facts: FileFacts
    header: Header[RegulatoryRow]
    source: Source
    limits: Limits

    def __iter__(self) -> Generator[Outcome, None, None]:
        return tables.read_table(self.source, self.header, self.facts.snapshot_date, limits=self.limits)

    @property
    def has_unread_columns(self) -> bool:
        """Whether the file has columns that are never read because they name people."""
        never = {tables.plain(heading) for heading in self.header.kind.never_read}
        return any(tables.plain(heading) in never for heading in self.header.headings)

    def refused_file(self, refused: Iterable[Refused]) -> Iterator[list[object]]:
        """Rows for `write_csv`: the refused rows under the file's own headings with row, column and reason."""
        return tables.refused_rows(self.header, refused)


def read(
    source: Source, kind: str | None = None, *, as_of: date, name: str = "", limits: Limits = DEFAULT_LIMITS
) -> Reading:
    """Opens a regulatory file: a path or a seekable binary stream (then give its `name`). Rows are read on iterating.

    `kind` is a code of KINDS, None to recognise it; `as_of` is the day the file was downloaded, and nothing in it may
    have happened later. Raises UnknownFile or UnreadableFile (both ValueError) with the sentence for the person.
    """
    kinds = [one for one in KINDS if kind in (None, one.code)]
    if not kinds:
        raise UnknownFile(f"There is no kind of file {kind!r}: write one of {', '.join(one.code for one in KINDS)}.")
    header = tables.header_of(source, kinds, limits=limits)
    with opened(source) as stream:
        sha256, size = fingerprint(stream)
    label = name or (Path(source).name if isinstance(source, (str, Path)) else "")
    facts = FileFacts(label, sha256, size, header.kind.code, as_of, header.number, header.preamble)
    return Reading(facts, header, source, limits)

"""The files with which CMOs and sites come in: their columns, what a cell must be, and the empty files to fill in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from cmo_portal.lib import cells
from cmo_portal.lib.tables import Column, FieldRefused, FileKind, Values
from cmo_portal.lib.texts import folded
from vendors.registry import identifiers
from vendors.registry.countries import ASSIGNED, NAMES


@dataclass(frozen=True)
class ImportRow:
    """One row as it was read. `keys` say which record is meant; `values` hold the fields that the row gives."""

    number: int
    keys: dict[str, str]
    values: dict[str, str]


def bounded(most: int) -> Callable[[str], str]:
    """A text of at most `most` characters."""

    def parse(value: str) -> str:
        found = cells.text(value)
        if len(found) > most:
            raise ValueError(f"{cells.shown(found)} is longer than {most} characters: shorten it.")
        return found

    return parse


CODES = {folded(name): code for code, name in NAMES.items()}


def country(value: str) -> str:
    """`CH` from `ch` or `Switzerland`."""
    code = CODES.get(folded(value), cells.text(value).upper())
    if code not in ASSIGNED:
        raise ValueError(f"{cells.shown(value)} is not a country: write two letters, like CH.")
    return code


def website(value: str) -> str:
    address = cells.text(value)
    return address if "://" in address else f"https://{address}"


def upper(value: str) -> str:
    return cells.text(value).upper()


def builder(*keys: str) -> Callable[[int, Values, date], ImportRow]:
    """A row whose columns named `keys` say which record is meant; an empty cell changes nothing."""

    def build(number: int, values: Values, as_of: date) -> ImportRow:
        given = {name: str(value) for name, value in values.items() if value is not None}
        meant = {name: given.get(name, "") for name in keys}
        return ImportRow(number, meant, {name: text for name, text in given.items() if name not in keys})

    return build


CMO_NUMBER = Column("cmo_number", "CMO number", upper, ("Number", "CMO no."), required=False)
CMOS = FileKind(
    code="cmos",
    label="CMOs",
    columns=(
        CMO_NUMBER,
        Column(
            "name",
            "CMO name",
            bounded(200),
            ("Name", "CMO", "Company name", "Company", "Firm name", "Supplier", "Supplier name"),
            filled=True,
            wants="write the name of the CMO",
        ),
        Column("country", "Country", country, ("Country code", "Seat"), required=False),
        Column("website", "Website", website, ("Web site", "URL"), required=False),
        Column(
            "oms_organisation",
            "OMS organisation",
            identifiers.clean_oms_organisation,
            ("OMS organisation ID", "ORG ID"),
            required=False,
        ),
        Column("fei", "FEI of a site", identifiers.clean_fei, ("FEI", "FEI Number"), required=False),
    ),
    key=("cmo_number", "name"),
    build=builder("cmo_number", "fei"),
)


def build_site(number: int, values: Values, as_of: date) -> ImportRow:
    row = builder("cmo_number", "cmo_name", "site_number")(number, values, as_of)
    if not any(row.keys.values()) and "fei" not in row.values:
        raise FieldRefused("cmo_name", "The row names no CMO: write the CMO's name or its number.")
    return row


SITES = FileKind(
    code="sites",
    label="Sites",
    columns=(
        CMO_NUMBER,
        Column("cmo_name", "CMO name", bounded(200), ("CMO", "Company name", "Company", "Supplier"), required=False),
        Column("site_number", "Site number", upper, ("Site no.",), required=False),
        Column(
            "name",
            "Site name",
            bounded(200),
            ("Site", "Establishment", "Plant", "Facility"),
            filled=True,
            wants="write the name of the site",
        ),
        Column("address", "Address", bounded(300), ("Street", "Address Line 1"), required=False),
        Column("postcode", "Postcode", bounded(20), ("Zip", "Zip Code", "Postal code"), required=False),
        Column("city", "City", bounded(100), ("Town",), required=False),
        Column("country", "Country", country, ("Country code",), required=False),
        Column("fei", "FEI", identifiers.clean_fei, ("FEI Number",), required=False),
        Column("duns", "DUNS", identifiers.clean_duns, ("DUNS Number",), required=False),
        Column(
            "oms_location",
            "OMS location",
            identifiers.clean_oms_location,
            ("OMS location ID", "LOC ID"),
            required=False,
        ),
    ),
    key=("cmo_number", "cmo_name", "site_number", "name", "fei"),
    build=build_site,
)

KINDS: dict[str, FileKind[ImportRow]] = {kind.code: kind for kind in (CMOS, SITES)}

MEANINGS: dict[str, str] = {
    "cmo_number": "As on the CMO's page. Empty for a new CMO.",
    "site_number": "As on the site's page. Empty for a new site.",
    "country": "Two letters, like CH.",
    "oms_organisation": "Like ORG-100008368.",
    "oms_location": "Like LOC-100003164.",
    "duns": "Nine digits, with their leading zeros.",
    "website": "With or without https://.",
    "cmo_name": "Which CMO the site belongs to, where its number is not given.",
}


def headings(kind: FileKind[Any]) -> list[str]:
    """The headings of the empty file."""
    return [column.heading for column in kind.columns]


def described(kind: FileKind[Any]) -> list[tuple[str, str, bool]]:
    """(heading, what to write, must be filled) of each column, for the page that explains the file."""
    return [(column.heading, meaning(kind, column), column.filled) for column in kind.columns]


def meaning(kind: FileKind[Any], column: Column) -> str:
    if column.name == "fei":
        of_cmo = "Finds the CMO you have by one of its sites; sites themselves come in the other file."
        return of_cmo if kind is CMOS else "Seven or ten digits; finds the site you have."
    return MEANINGS.get(column.name, "")

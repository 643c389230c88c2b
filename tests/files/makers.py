"""Makes the files that the tests of this folder read: companies are made up, layouts are those of the real files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

from cmo_portal.lib.spreadsheets import write_csv, write_xlsx

INSPECTION_HEADINGS = [
    "FEI Number",
    "Legal Name",
    "City",
    "State",
    "Zip",
    "Country/Area",
    "Fiscal Year",
    "Inspection ID",
    "Posted Citations",
    "Inspection End Date",
    "Classification",
    "Project Area",
    "Product Type",
    "Additional Details",
    "FMD-145 Date",
]
SECOND_SHAPE = [
    "FEI Number",
    "Legal Name",
    "Address Line 1",
    "Address Line 2",
    "City",
    "State",
    "Zip Code",
    "Country/Area",
    "Fiscal Year",
    "Inspection ID",
    "Posted Citations",
    "Inspection End Date",
    "Classification",
    "Project Area",
    "Product Type",
    "Additional Details",
    "FMD-145 Date",
]
REGISTRATION_HEADINGS = [
    "FEI_NUMBER",
    "DUNS_NUMBER",
    "FIRM_NAME",
    "ADDRESS",
    "EXPIRATION_DATE",
    "OPERATIONS",
    "ESTABLISHMENT_CONTACT_NAME",
    "ESTABLISHMENT_CONTACT_EMAIL",
    "AGENT_DETAILS",
    "REGISTRANT_NAME",
    "REGISTRANT_DUNS",
    "REGISTRANT_CONTACT_NAME",
    "REGISTRANT_CONTACT_EMAIL",
    "EXCLUSION_FLAG",
]

INSPECTION = {
    "FEI Number": "3009990001",
    "Legal Name": "Birkenhof Sterile GmbH",
    "Address Line 1": "Hafenweg 3",
    "City": "Lindau",
    "State": "-",
    "Country/Area": "Germany",
    "Fiscal Year": "2025",
    "Inspection ID": "9900001",
    "Posted Citations": "Yes",
    "Inspection End Date": "03/14/2025",
    "Classification": "Voluntary Action Indicated (VAI)",
    "Project Area": "Drug Quality Assurance",
    "Product Type": "Drugs",
    "FMD-145 Date": "-",
}
REGISTRATION = {
    "FEI_NUMBER": "3009990001",
    "DUNS_NUMBER": "001234567",
    "FIRM_NAME": "Birkenhof Sterile GmbH",
    "ADDRESS": "Hafenweg 3, Lindau, Bavaria 88131, Germany (DEU)",
    "EXPIRATION_DATE": "12/31/2025",
    "OPERATIONS": "ANALYSIS; MANUFACTURE; PACK",
    "ESTABLISHMENT_CONTACT_NAME": "Erika Beispiel",
    "ESTABLISHMENT_CONTACT_EMAIL": "erika@birkenhof.example",
    "REGISTRANT_NAME": "Birkenhof Holding",
    "REGISTRANT_DUNS": "007654321",
    "EXCLUSION_FLAG": "N",
}


def inspection(headings: Sequence[str] = INSPECTION_HEADINGS, **changes: str) -> list[str]:
    """A row of the inspections file; a change names its heading with underscores, `Inspection_ID="9900002"`."""
    values = INSPECTION | {name.replace("_", " "): value for name, value in changes.items()}
    return [values.get(heading, "") for heading in headings]


def registration(**changes: str) -> list[str]:
    return [(REGISTRATION | changes).get(heading, "") for heading in REGISTRATION_HEADINGS]


def csv_file(*rows: Sequence[object]) -> io.BytesIO:
    return io.BytesIO(b"".join(write_csv(rows)))


def text_file(*rows: Sequence[str], delimiter: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> io.BytesIO:
    """Delimited text without any quoting, as a careless program writes it."""
    return io.BytesIO("".join(delimiter.join(row) + end for row in rows).encode(encoding))


def xlsx_file(header: Sequence[str], *rows: Sequence[object]) -> io.BytesIO:
    return io.BytesIO(write_xlsx("Sheet1", header, rows).read())


def with_parts(workbook: io.BytesIO, parts: Iterable[tuple[str, bytes]]) -> io.BytesIO:
    """A copy of the zip with more parts in it."""
    copy = io.BytesIO(workbook.getvalue())
    with zipfile.ZipFile(copy, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    copy.seek(0)
    return copy


def old_office_file(stream_name: str) -> io.BytesIO:
    """The smallest head of an old Office file whose directory names one stream."""
    head = bytearray(1024)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    head[30:32] = (9).to_bytes(2, "little")  # sectors of 512 bytes; the directory is the first one
    name = stream_name.encode("utf-16-le")
    head[512 : 512 + len(name)] = name
    head[512 + 64 : 512 + 66] = (len(name) + 2).to_bytes(2, "little")
    return io.BytesIO(bytes(head))


def program() -> io.BytesIO:
    """The first bytes of a Windows program, enough to be told from a text that begins with MZ."""
    return io.BytesIO(b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(200))

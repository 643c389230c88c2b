"""The demo's public record: two files of our own making in FDA's layouts, imported like any other file.

Every firm, number and outcome is made up. Corvus has an open OAI after years of VAI; Baltic had one and closed it;
Tsukimi is spotless; Narmada's API site was not inspected for five years; of Fjordlys nothing is recorded at all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import IMPORT
from vendors.registry.countries import country_name
from vendors.registry.demo import CMOS, SITES
from vendors.regulatory.importing import receive, work

TAKEN = 18  # days before the seed on which the files were downloaded
QUALITY, PRE_APPROVAL, UNAPPROVED = (
    "Drug Quality Assurance",
    "Pre-Approval Evaluation",
    "Unapproved and Misbranded Drugs",
)
CLASSES = {
    "NAI": "No Action Indicated (NAI)",
    "VAI": "Voluntary Action Indicated (VAI)",
    "OAI": "Official Action Indicated (OAI)",
}


@dataclass(frozen=True)
class Seen:
    """An inspection of the demo: how many days before the seed it ended, and how."""

    days: int
    outcome: str
    area: str = QUALITY
    former_fei: bool = False  # under the number that was merged into the site's


# By the key of the site in the registry's demo; two rows of equal days are two project areas of one inspection.
HISTORY: dict[str, tuple[Seen, ...]] = {
    "linz": (Seen(2650, "VAI", former_fei=True), Seen(1730, "VAI"), Seen(1020, "NAI", PRE_APPROVAL), Seen(395, "NAI")),
    "graz": (Seen(2210, "NAI"), Seen(1145, "VAI"), Seen(505, "NAI")),
    "salzburg": (Seen(1390, "NAI"), Seen(620, "NAI")),
    "vilnius": (Seen(2480, "VAI"), Seen(1690, "OAI"), Seen(1180, "VAI"), Seen(430, "NAI")),
    "athlone": (Seen(2300, "VAI"), Seen(1610, "VAI"), Seen(890, "VAI"), Seen(212, "OAI")),
    "sligo": (Seen(1605, "NAI"), Seen(700, "VAI")),
    "parma": (Seen(2390, "NAI", former_fei=True), Seen(1260, "VAI"), Seen(610, "VAI")),
    "madison": (Seen(1980, "NAI"), Seen(1310, "VAI"), Seen(640, "NAI", PRE_APPROVAL)),
    "durham": (Seen(1475, "VAI"), Seen(1475, "NAI", UNAPPROVED), Seen(560, "VAI")),
    "toyama": (Seen(2105, "NAI"), Seen(1240, "NAI"), Seen(480, "NAI")),
    "mishima": (Seen(1235, "NAI"), Seen(330, "NAI")),
    "ankleshwar": (Seen(3390, "VAI"), Seen(2760, "NAI"), Seen(2020, "VAI")),
    "vadodara": (Seen(1500, "VAI"), Seen(860, "VAI")),
    "fremont": (Seen(960, "NAI"), Seen(310, "VAI")),
}
# Sites that nobody of the demo works with, so that a list of everything is more than one's own.
OTHERS = (
    ("3009912201", "Birkenhof Sterile GmbH", "Lindau", "Germany", 240, "NAI"),
    ("3009912202", "Quillan Ophthalmics", "Toulouse", "France", 415, "VAI"),
    ("3009912203", "Hallasan Biotech", "Jeju", "South Korea", 150, "NAI"),
    ("3009912204", "Port Meridian Compounders", "Mobile", "United States", 95, "OAI"),
    ("3009912205", "Cerro Azul Farma", "Monterrey", "Mexico", 520, "VAI"),
)
OPERATIONS = {
    "linz": "ANALYSIS; LABEL; MANUFACTURE; PACK",
    "graz": "MANUFACTURE; PACK",
    "vilnius": "LABEL; MANUFACTURE; PACK; STERILIZE",
    "athlone": "ANALYSIS; MANUFACTURE; STERILIZE",
    "parma": "MANUFACTURE; PACK",
    "madison": "ANALYSIS; API MANUFACTURE",
    "durham": "MANUFACTURE",
    "toyama": "ANALYSIS; API MANUFACTURE",
    "ankleshwar": "API MANUFACTURE",
    "fremont": "API MANUFACTURE",
}
LAPSED = {"ankleshwar"}  # registrations that were not renewed
ISO3 = {"AT": "AUT", "LT": "LTU", "IE": "IRL", "IT": "ITA", "US": "USA", "JP": "JPN", "IN": "IND"}

INSPECTION_HEADINGS = (
    *("FEI Number", "Legal Name", "Address Line 1", "Address Line 2", "City", "State", "Zip Code", "Country/Area"),
    *("Fiscal Year", "Inspection ID", "Posted Citations", "Inspection End Date", "Classification", "Project Area"),
    *("Product Type", "Additional Details", "FMD-145 Date"),
)
REGISTRATION_HEADINGS = (
    *("FEI_NUMBER", "DUNS_NUMBER", "FIRM_NAME", "ADDRESS", "EXPIRATION_DATE", "OPERATIONS"),
    *("ESTABLISHMENT_CONTACT_NAME", "ESTABLISHMENT_CONTACT_EMAIL", "AGENT_DETAILS", "REGISTRANT_NAME"),
    *("REGISTRANT_DUNS", "REGISTRANT_CONTACT_NAME", "REGISTRANT_CONTACT_EMAIL", "EXCLUSION_FLAG"),
)


def seed(cast: dict[str, User]) -> None:
    """Imports both files as the installation; `cast` has no part in it."""
    today = timezone.localdate()
    for name, content in (
        ("inspections_details.csv", inspections_file(today)),
        ("drls_reg.txt", registrations_file(today)),
    ):
        source = io.BytesIO(content)
        run = receive(source, by=IMPORT, name=name, as_of=today - timedelta(days=TAKEN))
        work(run.number)


def inspections_file(today: date) -> bytes:
    """As the Data Dashboard exports it: two lines about itself, the headings, a row for each project area."""
    rows = sorted(inspection_rows(today), key=lambda row: row[9], reverse=True)
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(["FDA Data Dashboard - Inspections"])
    writer.writerow(["Filters: Product Type: Drugs, Biologics"])
    writer.writerows([INSPECTION_HEADINGS, *rows])
    return target.getvalue().encode()


def inspection_rows(today: date) -> Iterator[list[str]]:
    number = 9912000
    for key, visits in HISTORY.items():
        site = SITES[key]
        before = 0
        for visit in visits:
            number += visit.days != before
            before = visit.days
            fei = site.former[0] if visit.former_fei else site.fei
            place = (site.address, site.city, country_name(site.country))
            yield inspection_row(today, number, fei, CMOS[site.cmo].name, place, visit)
    for fei, firm, city, country, days, outcome in OTHERS:
        number += 1
        yield inspection_row(today, number, fei, firm, ("", city, country), Seen(days, outcome))


def inspection_row(
    today: date, number: int, fei: str, firm: str, place: tuple[str, str, str], visit: Seen
) -> list[str]:
    ended = today - timedelta(days=visit.days)
    address, city, country = place
    return [
        *(fei, firm, address, "", city, "-", "", country),
        *(str(ended.year + (ended.month >= 10)), str(number), "No" if visit.outcome == "NAI" else "Yes"),
        *(f"{ended:%m/%d/%Y}", CLASSES[visit.outcome], visit.area, "Drugs", "", "-"),
    ]


def registrations_file(today: date) -> bytes:
    """As FDA packs it: tabs, ISO-8859-1, a blank before the first heading and an empty field after each row."""
    lines = ["\t".join([f" {REGISTRATION_HEADINGS[0]}", *REGISTRATION_HEADINGS[1:]])]
    for key, operations in OPERATIONS.items():
        site = SITES[key]
        country = f"{country_name(site.country)} ({ISO3[site.country]})"
        until = date(today.year - (key in LAPSED), 12, 31)
        owner = CMOS[site.cmo].name
        values = [site.fei, site.duns, owner, f"{site.city}, {country}", f"{until:%m/%d/%Y}", operations]
        lines.append("\t".join([*values, "", "", "", owner, site.duns, "", "", "N", ""]))
    return "".join(f"{line}\r\n" for line in lines).encode("iso-8859-1")

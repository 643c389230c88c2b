"""The demo's companies and people: two sponsors, the CMOs that have joined, and the cast that the tests use too."""

from __future__ import annotations

from cmo_portal.accounts.actions import create_company, create_person, link_companies
from cmo_portal.accounts.models import Company, User
from cmo_portal.records.actors import SETUP

PASSWORD = "Demo-portal-2026"  # noqa: S105 - the demo's, printed on its sign-in page

COMPANIES = (
    ("northgate", "Northgate Biopharma", "sponsor", "CH", "BS", "Europe/Zurich"),
    ("otter", "Otter Therapeutics", "sponsor", "US", "MA", "America/New_York"),
    ("alpenglow", "Alpenglow Pharma Services", "partner", "AT", "4", "Europe/Vienna"),
    ("balticfill", "Baltic Fill-Finish", "partner", "LT", "", "Europe/Vilnius"),
)
PARTNERSHIPS = (("northgate", "alpenglow"), ("northgate", "balticfill"), ("otter", "alpenglow"))
PEOPLE = (
    ("sam", "northgate", "northgate.example", "Sam Keller", "CMO manager", "cmo_manager"),
    ("quinn", "northgate", "northgate.example", "Quinn Abara", "Head of quality", "quality_head"),
    ("leo", "northgate", "northgate.example", "Leo Marchetti", "Lead auditor", "auditor"),
    ("eva", "northgate", "northgate.example", "Eva Lindqvist", "CMC development", "evaluator"),
    ("tom", "northgate", "northgate.example", "Tom Okafor", "Supply chain", "evaluator"),
    ("priya", "northgate", "northgate.example", "Priya Raman", "Procurement", "evaluator"),
    ("ines", "northgate", "northgate.example", "Ines Duarte", "Inspector", "inspector"),
    ("ada", "northgate", "northgate.example", "Ada Brunner", "Administrator", "administrator"),
    ("pat", "alpenglow", "alpenglow.example", "Pat Huber", "Site quality head", "partner_quality"),
    ("uwe", "alpenglow", "alpenglow.example", "Uwe Stadler", "Portal administrator", "partner_admin"),
    ("bea", "balticfill", "balticfill.example", "Bea Kazlauskas", "Quality manager", "partner_quality"),
    ("otto", "otter", "ottertx.example", "Otto Feld", "Head of quality", "quality_head"),
)


def seed_cast() -> dict[str, User]:
    """Makes companies, links and people; returns the people by first name in lower case. Runs as SETUP."""
    companies = seed_companies()
    return {
        key: create_person(
            companies[company],
            email=f"{key}@{domain}",
            name=name,
            title=title,
            password=PASSWORD,
            roles=[role],
            by=SETUP,
        )
        for key, company, domain, name, title, role in PEOPLE
    }


def seed_companies() -> dict[str, Company]:
    made = {
        key: create_company(name, kind=kind, country=country, subdivision=region, time_zone=zone, by=SETUP)
        for key, name, kind, country, region, zone in COMPANIES
    }
    for sponsor, partner in PARTNERSHIPS:
        link_companies(made[sponsor], made[partner], by=SETUP)
    return made

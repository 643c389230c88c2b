"""The demo's CMOs: eight of Northgate, two of Otter, with sites, people, capabilities, certificates and offers.

Every name and number is made up; the FEIs have FDA's shape and lie in one range. Dates follow the day of the seed.
`CMOS` and `SITES` are what the demos of other subjects build on: find a row by its FEI, and by its sponsor where two
sponsors know the same site.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cmo_portal.accounts.models import Company, User
from cmo_portal.records.actors import SETUP, Actor
from vendors.registry import actions, site_actions
from vendors.registry.demo_papers import CERTIFICATES, OFFERS
from vendors.registry.joining import join_company
from vendors.registry.models import Site, Vendor


@dataclass(frozen=True)
class Cmo:
    """A CMO of the demo. `joined` is the start of its company's name where it uses the portal."""

    key: str
    name: str
    country: str
    oms: str = ""
    joined: str = ""


@dataclass(frozen=True)
class DemoSite:
    """A site of the demo. `can`: (service, dosage form, modality, scale, band, batch sizes and unit, equipment)."""

    key: str
    cmo: str
    name: str
    city: str
    country: str
    fei: str
    duns: str
    address: str = ""
    can: tuple[tuple[Any, ...], ...] = ()
    former: tuple[str, ...] = ()
    bands: tuple[tuple[str, str, str | None], ...] = field(default=())


CMOS: dict[str, Cmo] = {
    row.key: row
    for row in (
        Cmo("alpenglow", "Alpenglow Pharma Services", "AT", "ORG-100991201", "Alpenglow"),
        Cmo("balticfill", "Baltic Fill-Finish", "LT", "ORG-100991202", "Baltic"),
        Cmo("corvus", "Corvus Sterile", "IE", "ORG-100991203"),
        Cmo("ardesia", "Ardesia Solid Forms", "IT", "ORG-100991204"),
        Cmo("tamarack", "Tamarack Biologics", "US"),
        Cmo("tsukimi", "Tsukimi Peptide Works", "JP"),
        Cmo("narmada", "Narmada Synthesis", "IN"),
        Cmo("fjordlys", "Fjordlys Inhalation", "DK", "ORG-100991208"),
        Cmo("sequoia", "Sequoia Vector Works", "US"),
    )
}
OF_NORTHGATE = ("alpenglow", "balticfill", "corvus", "ardesia", "tamarack", "tsukimi", "narmada", "fjordlys")
OF_OTTER = {"alpenglow": ("linz",), "sequoia": ("fremont", "reno")}

FINE = (("OEB3", "10", "100"), ("OEB4", "1", "10"), ("OEB5", "0", "1"))
COARSE = (("Class B", "10", None), ("Class C", "1", "10"))

SITES: dict[str, DemoSite] = {
    row.key: row
    for row in (
        DemoSite(
            "linz", "alpenglow", "Linz Aseptic", "Linz", "AT", "3009912011", "009912011", "Hafenstraße 212",
            can=(
                ("fill_finish", "vial_liquid", "mab", "commercial", "OEB4", 5000, 120000, "vials", "Line A2, isolator"),
                ("fill_finish", "vial_lyo", "mab", "commercial", "OEB4", 5000, 60000, "vials", "LY-3, 30 m² shelf"),
                ("fill_finish", "pfs", "mab", "clinical", "OEB3", 2000, 40000, "syringes", "Line S1"),
                ("secondary_packaging", "vial_liquid", "", "commercial", "", None, None, "", "Serialised, EU and US"),
            ),
            former=("3009912091",), bands=FINE,
        ),
        DemoSite(
            "graz", "alpenglow", "Graz Solids", "Graz", "AT", "3009912012", "009912012", "Murfelder Gasse 8",
            can=(
                ("dp_mfg", "tablet", "small_molecule", "commercial", "Class B", 50, 800, "kg", "High-shear, roller"),
                ("dp_mfg", "hard_capsule", "small_molecule", "clinical", "Class C", 2, 60, "kg", "Suite 4"),
            ),
            bands=COARSE,
        ),
        DemoSite(
            "salzburg", "alpenglow", "Salzburg QC", "Salzburg", "AT", "3009912013", "009912013",
            can=(
                ("testing", "", "mab", "commercial", "", None, None, "", "Potency, glycans, host-cell protein"),
                ("stability", "", "mab", "commercial", "", None, None, "", "ICH zones II and IVb"),
            ),
        ),
        DemoSite(
            "vilnius", "balticfill", "Vilnius Fill", "Vilnius", "LT", "3009912021", "009912021", "Vilkpėdės g. 40",
            can=(
                ("fill_finish", "vial_liquid", "mab", "commercial", "OEB4", 10000, 240000, "vials", "Lines 1 and 2"),
                ("fill_finish", "pfs", "mab", "commercial", "OEB3", 10000, 300000, "syringes", "Line 3, nested"),
                ("fill_finish", "cartridge", "peptide", "commercial", "OEB3", 10000, 150000, "cartridges", "Line 4"),
            ),
            bands=FINE,
        ),
        DemoSite(
            "kaunas", "balticfill", "Kaunas Packaging", "Kaunas", "LT", "3009912022", "009912022",
            can=(
                ("secondary_packaging", "pfs", "", "commercial", "", None, None, "", "Autoinjector assembly"),
                ("storage", "", "", "commercial", "", None, None, "", "2 to 8 °C, 4,000 pallets"),
            ),
        ),
        DemoSite(
            "athlone", "corvus", "Athlone Sterile", "Athlone", "IE", "3009912031", "009912031", "Monksland Road",
            can=(
                ("fill_finish", "vial_lyo", "adc", "commercial", "OEB5", 1000, 30000, "vials", "Isolator line C"),
                ("fill_finish", "vial_liquid", "mab", "commercial", "OEB4", 4000, 90000, "vials", "Line B"),
            ),
            bands=FINE,
        ),
        DemoSite(
            "sligo", "corvus", "Sligo Laboratories", "Sligo", "IE", "3009912032", "009912032",
            can=(("testing", "", "adc", "commercial", "", None, None, "", "Sterility, endotoxin, potency"),),
        ),
        DemoSite(
            "parma", "ardesia", "Parma Solids", "Parma", "IT", "3009912041", "009912041", "Via Emilio Lepido 88",
            can=(
                ("dp_mfg", "tablet", "small_molecule", "commercial", "Class B", 100, 1200, "kg", "Three lines"),
                ("dp_mfg", "hard_capsule", "small_molecule", "commercial", "Class B", 50, 600, "kg", "Encapsulation 2"),
            ),
            former=("3009912094",), bands=COARSE,
        ),
        DemoSite(
            "latina", "ardesia", "Latina Packaging", "Latina", "IT", "3009912042", "009912042",
            can=(("primary_packaging", "tablet", "small_molecule", "commercial", "", None, None, "", "Blisters"),),
        ),
        DemoSite(
            "madison", "tamarack", "Madison Drug Substance", "Madison", "US", "3009912051", "009912051",
            can=(
                ("api_mfg", "api", "mab", "commercial", "", 2000, 12000, "L", "2 x 12,000 L"),
                ("development", "", "mab", "lab", "", 2, 50, "L", "Cell line and process"),
            ),
        ),
        DemoSite(
            "durham", "tamarack", "Durham Fill", "Durham", "US", "3009912052", "009912052", "Keystone Park 17",
            can=(
                ("fill_finish", "vial_liquid", "mab", "clinical", "OEB3", 500, 25000, "vials", "Line D1"),
                ("fill_finish", "vial_lyo", "mab", "clinical", "OEB3", 500, 15000, "vials", "LY-1, 8 m² shelf"),
            ),
            bands=FINE,
        ),
        DemoSite(
            "toyama", "tsukimi", "Toyama Peptides", "Toyama", "JP", "3009912061", "009912061",
            can=(("api_mfg", "api", "peptide", "commercial", "OEB4", 1, 60, "kg", "Solid phase, 500 L reactors"),),
            bands=FINE,
        ),
        DemoSite(
            "mishima", "tsukimi", "Mishima Oligonucleotides", "Mishima", "JP", "3009912062", "009912062",
            can=(("api_mfg", "api", "oligonucleotide", "clinical", "", 1, 10, "kg", "Synthesiser OP-100"),),
        ),
        DemoSite(
            "ankleshwar", "narmada", "Ankleshwar API", "Ankleshwar", "IN", "3009912071", "009912071", "Plot 1204, GIDC",
            can=(("api_mfg", "api", "small_molecule", "commercial", "Class B", 200, 2500, "kg", "Blocks 3 to 6"),),
            bands=COARSE,
        ),
        DemoSite(
            "vadodara", "narmada", "Vadodara Oral Dose", "Vadodara", "IN", "3009912072", "009912072",
            can=(("dp_mfg", "tablet", "small_molecule", "commercial", "", 200, 2000, "kg", "OSD-2"),),
        ),
        DemoSite(
            "goa", "narmada", "Verna High Potency", "Verna", "IN", "3009912073", "009912073",
            can=(("api_mfg", "api", "hpapi", "clinical", "OEB5", 1, 25, "kg", "Containment suite H"),), bands=FINE,
        ),
        DemoSite(
            "odense", "fjordlys", "Odense Inhalation", "Odense", "DK", "3009912081", "009912081", "Havnegade 61",
            can=(
                ("dp_mfg", "inhalation", "small_molecule", "commercial", "OEB3", 20, 300, "kg", "DPI filling 1 and 2"),
                ("dp_mfg", "nasal", "small_molecule", "clinical", "OEB3", 5, 80, "kg", "Nasal spray line"),
            ),
            bands=FINE,
        ),
        DemoSite(
            "aarhus", "fjordlys", "Aarhus Devices", "Aarhus", "DK", "3009912082", "009912082",
            can=(("secondary_packaging", "inhalation", "", "commercial", "", None, None, "", "Device assembly"),),
        ),
        DemoSite(
            "fremont", "sequoia", "Fremont Vectors", "Fremont", "US", "3009912101", "009912101",
            can=(("api_mfg", "api", "viral_vector", "clinical", "", 50, 500, "L", "Two 500 L suites"),),
        ),
        DemoSite(
            "reno", "sequoia", "Reno Fill", "Reno", "US", "3009912102", "009912102",
            can=(("fill_finish", "vial_liquid", "viral_vector", "clinical", "", 200, 5000, "vials", "Robotic cell"),),
        ),
    )
}  # fmt: skip

# cmo: (name, role, job title, site key or empty, first to call)
CONTACTS: dict[str, tuple[tuple[str, str, str, str, bool], ...]] = {
    "alpenglow": (
        ("Pat Huber", "quality", "Site quality head", "linz", True),
        ("Katrin Ebner", "supply", "Supply planning", "", False),
        ("Jonas Steiner", "technical", "Head of technical operations", "linz", False),
        ("Control room Linz", "emergency", "Answers day and night", "linz", False),
    ),
    "balticfill": (
        ("Bea Kazlauskas", "quality", "Quality manager", "vilnius", True),
        ("Tomas Petraitis", "project", "Project manager", "", False),
    ),
    "corvus": (("Niamh Corrigan", "quality", "Head of quality", "athlone", True),),
    "ardesia": (("Livia Bonfanti", "business", "Business development", "", True),),
    "tamarack": (("Denise Whitlock", "quality", "Vice president quality", "madison", True),),
    "tsukimi": (("Haruto Onishi", "regulatory", "Regulatory affairs", "", True),),
    "narmada": (("Anjali Deshpande", "quality", "Corporate quality head", "", True),),
    "fjordlys": (("Signe Holm", "technical", "Site director", "odense", True),),
    "sequoia": (("Marisol Vega", "quality", "Head of quality", "fremont", True),),
}


def seed(cast: dict[str, User]) -> None:
    """`cast`: the people by first name."""
    today = timezone.localdate()
    sam, quinn = cast["sam"], cast["quinn"]
    for key in OF_NORTHGATE:
        manager = quinn if key in {"tsukimi", "fjordlys"} else sam
        sites = [site.key for site in SITES.values() if site.cmo == key]
        keepers = {"alpenglow": cast["pat"], "balticfill": cast["bea"]}
        seed_cmo(CMOS[key], sam.company, manager, sites, by=sam, keeper=keepers.get(key, sam), today=today)
    for key, chosen in OF_OTTER.items():
        keeper: Actor = cast["pat"] if key == "alpenglow" else SETUP
        seed_cmo(CMOS[key], cast["otto"].company, cast["otto"], list(chosen), by=SETUP, keeper=keeper, today=today)


def seed_cmo(
    cmo: Cmo, sponsor: Company, manager: User, site_keys: list[str], *, by: Actor, keeper: Actor, today: date
) -> None:
    """One relation with everything under it; `keeper` adds certificates and offers."""
    facts = {"country": cmo.country, "oms_organisation": cmo.oms, "website": f"https://{cmo.key}.example/"}
    vendor = actions.add_vendor(sponsor, by=by, name=cmo.name, manager=manager, **facts)
    if cmo.joined:
        join_company(vendor, Company.objects.get(kind="partner", name__startswith=cmo.joined), by=by)
    sites = {key: seed_site(vendor, SITES[key], by=by, keeper=keeper, today=today) for key in site_keys}
    for name, role, title, site_key, first in CONTACTS[cmo.key]:
        reach = {"email": f"{name.lower().replace(' ', '.')}@{cmo.key}.example"}
        if role == "emergency":
            reach = {"phone": "+43 732 555 0142"}
        values = {"role": role, "title": title, "site": sites.get(site_key), "is_primary": first}
        actions.add_contact(vendor, by=by, name=name, **reach, **values)


def seed_site(vendor: Vendor, facts: DemoSite, *, by: Actor, keeper: Actor, today: date) -> Site:
    place = {"city": facts.city, "country": facts.country, "address": facts.address}
    site = site_actions.add_site(vendor, by=by, name=facts.name, fei=facts.fei, duns=facts.duns, **place)
    for fei in facts.former:
        site_actions.add_former_fei(site, by=by, fei=fei, note="Merged by FDA")
    bands = {
        name: site_actions.add_band(site, by=by, name=name, oel_from=low, oel_to=high)
        for name, low, high in facts.bands
    }
    for service, form, modality, scale, band, smallest, largest, unit, equipment in facts.can:
        site_actions.add_capability(
            site,
            by=by,
            service=service,
            dosage_form=form,
            modality=modality,
            scale=scale,
            band=bands.get(band),
            batch_min=smallest,
            batch_max=largest,
            batch_unit=unit,
            equipment=equipment,
            markets=["EU", "US"],
        )
    seed_papers(site, facts.key, keeper=keeper, today=today)
    return site


def seed_papers(site: Site, key: str, *, keeper: Actor, today: date) -> None:
    """Certificates and offers of a site, each date so many days from today."""
    for paper in CERTIFICATES.get(key, ()):
        site_actions.add_certificate(
            site,
            by=keeper,
            kind=paper.kind,
            authority=paper.authority,
            reference=paper.reference,
            covers=paper.covers,
            inspection_end_date=today + timedelta(days=paper.issued - 60) if paper.kind == "gmp" else None,
            issue_date=today + timedelta(days=paper.issued),
            expires_date=today + timedelta(days=paper.ends),
        )
    for offer in OFFERS.get(key, ()):
        site_actions.add_offer(
            site,
            by=keeper,
            line=offer.line,
            service=offer.service,
            dosage_form=offer.dosage_form,
            window_start=today + timedelta(days=offer.start),
            window_end=today + timedelta(days=offer.end),
            quantity=offer.quantity,
            unit=offer.unit,
            confidence=offer.confidence,
            signed_off_by=offer.signed_by,
            signed_off_date=today - timedelta(days=12) if offer.signed_by else None,
            expires_date=today + timedelta(days=offer.ends),
        )

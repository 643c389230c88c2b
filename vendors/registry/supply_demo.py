"""The demo's products, supplies, batches, agreements and qualifications, made through the same actions as by people.

Quinn and Otto sign as they would: with the demo's password. Dates follow the day of the seed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from cmo_portal.accounts.demo import PASSWORD
from cmo_portal.accounts.models import Company, User
from cmo_portal.records.actors import SETUP, SWEEP, Actor
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import write
from vendors.registry.agreement_actions import add_agreement, end_agreement
from vendors.registry.demo import CMOS, SITES
from vendors.registry.models import Site, Vendor
from vendors.registry.product_actions import add_batch, add_product, add_supply, move_batch
from vendors.registry.qualification_actions import move, propose
from vendors.registry.supply import Product, Supply

PROOF = Credentials(PASSWORD)


@dataclass(frozen=True)
class DemoProduct:
    """`supplies`: (site, service, stage, role, days since it began)."""

    code: str
    name: str
    modality: str
    dosage_form: str
    stage: str
    markets: tuple[str, ...]
    volume: int
    unit: str
    necessary: bool = False
    supplies: tuple[tuple[str, str, str, str, int], ...] = ()


PRODUCTS = (
    DemoProduct(
        "NGB-204", "Veltimab", "mab", "vial_lyo", "commercial", ("EU", "US", "JP"), 180_000, "vials", True,
        (
            ("madison", "api_mfg", "commercial", "primary", 1400),
            ("linz", "fill_finish", "commercial", "primary", 1150),
            ("athlone", "fill_finish", "transfer", "alternate", 120),
            ("salzburg", "testing", "commercial", "primary", 1150),
            ("sligo", "testing", "commercial", "alternate", 700),
        ),
    ),
    DemoProduct(
        "NGB-117", "Torasidone", "small_molecule", "tablet", "commercial", ("EU", "US"), 24_000_000, "tablets", False,
        (
            ("ankleshwar", "api_mfg", "commercial", "primary", 2100),
            ("parma", "dp_mfg", "commercial", "primary", 1900),
            ("graz", "dp_mfg", "commercial", "alternate", 900),
            ("vadodara", "dp_mfg", "ended", "alternate", 2000),
            ("latina", "primary_packaging", "commercial", "primary", 1900),
        ),
    ),
    DemoProduct(
        "NGB-330", "Irevotide", "peptide", "cartridge", "clinical", ("EU",), 9_000, "cartridges", False,
        (
            ("toyama", "api_mfg", "clinical", "primary", 420),
            ("vilnius", "fill_finish", "clinical", "primary", 300),
        ),
    ),
    DemoProduct(
        "NGB-412", "Salvenir inhaler", "small_molecule", "inhalation", "development", (), 0, "", False,
        (("odense", "dp_mfg", "development", "primary", 60),),
    ),
)  # fmt: skip
OF_OTTER = (
    DemoProduct(
        "OTX-9", "Otterleukin", "mab", "vial_liquid", "clinical", ("US",), 4_000, "vials", False,
        (("linz", "fill_finish", "clinical", "primary", 200),),
    ),
)  # fmt: skip

# (product, site, service): (batch number, made so many days ago, quantity, unit, how far it came)
BATCHES: dict[tuple[str, str, str], tuple[tuple[str, int, int, str, str], ...]] = {
    ("NGB-204", "linz", "fill_finish"): (
        ("L2604-01", 190, 21_400, "vials", "released"),
        ("L2604-02", 160, 20_950, "vials", "released"),
        ("L2606-01", 110, 21_100, "vials", "rejected"),
        ("L2608-01", 45, 21_300, "vials", "testing"),
        ("L2610-01", 9, 21_000, "vials", "in_process"),
        ("L2612-01", 0, 21_000, "vials", "planned"),
    ),
    ("NGB-204", "athlone", "fill_finish"): (("ENG-A-001", 30, 4_000, "vials", "testing"),),
    ("NGB-117", "parma", "dp_mfg"): (
        ("P-88121", 75, 600, "kg", "released"),
        ("P-88140", 20, 600, "kg", "testing"),
    ),
    ("OTX-9", "linz", "fill_finish"): (("OTX-L-03", 60, 2_100, "vials", "released"),),
}
WAYS = {
    "planned": (),
    "in_process": ("start",),
    "testing": ("start", "test"),
    "released": ("start", "test", "release"),
    "rejected": ("start", "test", "reject"),
}


@dataclass(frozen=True)
class DemoAgreement:
    """Days from the day of the seed; `ends` None for no end. `stopped` is the early end with its reason."""

    cmo: str
    kind: str
    title: str
    reference: str
    begins: int | None
    ends: int | None
    stopped: tuple[int, str] | None = None


AGREEMENTS = (
    DemoAgreement("alpenglow", "cda", "Two-way CDA", "NG-CDA-014", -1600, 560),
    DemoAgreement("alpenglow", "msa", "Master services agreement", "NG-MSA-003", -1500, 60),
    DemoAgreement("alpenglow", "supply", "Commercial supply of NGB-204", "NG-SUP-007", -1150, 900),
    DemoAgreement("balticfill", "cda", "Two-way CDA", "NG-CDA-019", -900, 200),
    DemoAgreement("balticfill", "sow", "Clinical filling of NGB-330", "NG-SOW-031", -310, 420),
    DemoAgreement("corvus", "cda", "Two-way CDA", "NG-CDA-022", -800, None),
    DemoAgreement("corvus", "msa", "Master services agreement, draft", "NG-MSA-009", None, None),
    DemoAgreement("tamarack", "cda", "Two-way CDA", "NG-CDA-008", -2000, -25),
    DemoAgreement("narmada", "cda", "Two-way CDA", "NG-CDA-011", -2200, 300),
    DemoAgreement(
        "narmada", "sow", "Tablets of NGB-117 at Vadodara", "NG-SOW-018", -2000, 200,
        (-210, "Supply moved to Parma after the site was disqualified."),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class DemoScope:
    """One scope on its way: `moves` are (name, fields, reason); `ends` in a field is days from the seed."""

    site: str
    service: str
    dosage_form: str = ""
    product: str = ""
    rationale: str = ""
    moves: tuple[tuple[str, dict[str, Any], str], ...] = field(default=())


AUDITED = "Audited on site; all major findings answered and their actions accepted."
STOP: dict[str, Any] = {
    "rationale": "Data of dissolution tests were deleted; the answer to the audit finding does not hold.",
    "inventory_plan": "Three batches in quarantine at Vadodara; two years of released batches under review.",
    "alternate_plan": "Parma takes the whole volume; Graz stands by.",
}
PAUSE: dict[str, Any] = {
    "rationale": "Isolator leak found at requalification; sterility of two batches is under investigation.",
    "inventory_plan": "Both batches on hold at the site; nothing was shipped since the last good leak test.",
    "alternate_plan": "Vial stock lasts eleven weeks; Linz can take one slot in January.",
}
SCOPES = (
    DemoScope("linz", "fill_finish", "vial_lyo", "NGB-204", AUDITED, (("approve", {"ends": 640}, ""),)),
    DemoScope("linz", "fill_finish", "vial_liquid", "", AUDITED, (("approve", {"ends": 80}, ""),)),
    DemoScope("salzburg", "testing", "", "", AUDITED, (("approve", {}, ""),)),
    DemoScope("graz", "dp_mfg", "tablet", "", "Second source of NGB-117."),
    DemoScope(
        "vilnius", "fill_finish", "cartridge", "NGB-330", AUDITED,
        (
            (
                "approve_conditionally",
                {"conditions": "A person of ours on site at each fill. Visual inspection doubled.", "ends": 120},
                "Two actions on line clearance are still open.",
            ),
        ),
    ),
    DemoScope(
        "athlone", "fill_finish", "vial_lyo", "NGB-204", AUDITED,
        (("approve", {"ends": 500}, ""), ("suspend", PAUSE, "")),
    ),
    DemoScope("sligo", "testing", "", "", AUDITED, (("approve", {"ends": 300}, ""),)),
    DemoScope("parma", "dp_mfg", "tablet", "", AUDITED, (("approve", {"ends": 410}, ""),)),
    DemoScope("madison", "api_mfg", "api", "", AUDITED, (("approve", {"ends": 700}, ""), ("expire", {}, ""))),
    DemoScope("vadodara", "dp_mfg", "tablet", "", AUDITED, (("approve", {}, ""), ("disqualify", STOP, ""))),
    DemoScope("ankleshwar", "api_mfg", "api", "NGB-117", AUDITED, (("approve", {"ends": 200}, ""),)),
    DemoScope(
        "latina", "secondary_packaging", "", "", "Planned for a market that was given up.",
        (("retire", {}, "The market was given up."),),
    ),
    DemoScope("toyama", "api_mfg", "api", "NGB-330", "Only maker of the peptide."),
)  # fmt: skip
SCOPES_OF_OTTER = (
    DemoScope("linz", "fill_finish", "vial_liquid", "OTX-9", AUDITED, (("approve", {"ends": 365}, ""),)),
)


def seed_supply(cast: dict[str, User]) -> None:
    """`cast`: the people by first name. Runs after the registry's own seed."""
    today = timezone.localdate()
    sam, otto = cast["sam"], cast["otto"]
    seed_of(sam.company, PRODUCTS, SCOPES, proposer=sam, approver=cast["quinn"], keeper=sam, today=today)
    for agreement in AGREEMENTS:
        seed_agreement(agreement, sam, today)
    # Otter's one person of the demo is its head of quality, who keeps no products: the setup does.
    seed_of(otto.company, OF_OTTER, SCOPES_OF_OTTER, proposer=otto, approver=otto, keeper=SETUP, today=today)


def seed_of(
    company: Company,
    products: tuple[DemoProduct, ...],
    scopes: tuple[DemoScope, ...],
    *,
    proposer: User,
    approver: User,
    keeper: Actor,
    today: date,
) -> None:
    made = {facts.code: seed_product(company, facts, keeper, today) for facts in products}
    for scope in scopes:
        seed_scope(scope, company, made, proposer=proposer, approver=approver, today=today)


def site_of(company: Company, key: str) -> Site:
    rows = Site.objects.select_related("vendor__sponsor", "vendor__company")
    site: Site = rows.get(vendor__sponsor=company, fei=SITES[key].fei)
    return site


def seed_product(company: Company, facts: DemoProduct, keeper: Actor, today: date) -> Product:
    product = add_product(
        company,
        by=keeper,
        code=facts.code,
        name=facts.name,
        modality=facts.modality,
        dosage_form=facts.dosage_form,
        stage=facts.stage,
        markets=list(facts.markets),
        annual_volume=facts.volume or None,
        volume_unit=facts.unit,
        is_medically_necessary=facts.necessary,
    )
    for key, service, stage, role, days in facts.supplies:
        since = today - timedelta(days=days)
        site = site_of(company, key)
        supply = add_supply(product, site, by=keeper, service=service, stage=stage, role=role, since_date=since)
        for batch in BATCHES.get((facts.code, key, service), ()):
            seed_batch(supply, batch, keeper, today)
    return product


def seed_batch(supply: Supply, facts: tuple[str, int, int, str, str], keeper: Actor, today: date) -> None:
    number, ago, quantity, unit, reached = facts
    made = today - timedelta(days=ago) if reached != "planned" else None
    batch = add_batch(supply, by=keeper, batch_number=number, quantity=quantity, unit=unit, made_date=made)
    for place, name in enumerate(WAYS[reached]):
        reason = "Particles above the limit at visual inspection." if name == "reject" else ""
        day = min(today - timedelta(days=ago) + timedelta(days=(0, 4, 38)[place]), today)
        move_batch(batch, name, by=keeper, reason=reason, status_date=day)


def seed_agreement(facts: DemoAgreement, sam: User, today: date) -> None:
    vendor = Vendor.objects.select_related("sponsor").get(sponsor=sam.company, name=CMOS[facts.cmo].name)

    def day(days: int | None) -> date | None:
        return None if days is None else today + timedelta(days=days)

    agreement = add_agreement(
        vendor,
        by=sam,
        kind=facts.kind,
        title=facts.title,
        reference=facts.reference,
        parties=f"{sam.company.name} and {vendor.name}",
        signed_date=day(facts.begins),
        effective_date=day(facts.begins),
        expires_date=day(facts.ends),
    )
    if facts.stopped:
        days, reason = facts.stopped
        end_agreement(agreement, by=sam, ended_date=today + timedelta(days=days), reason=reason)


def seed_scope(
    facts: DemoScope, company: Company, products: dict[str, Product], *, proposer: User, approver: User, today: date
) -> None:
    site = site_of(company, facts.site)
    row = propose(
        site.vendor,
        by=proposer,
        site=site,
        service=facts.service,
        dosage_form=facts.dosage_form,
        product=products.get(facts.product),
        rationale=facts.rationale,
    )
    for name, given, reason in facts.moves:
        if name == "expire":
            row.expires_date = today - timedelta(days=12)
            write(row, by=approver, action="qualification.revise", reason="The date counts from the end of the audit.")
            move(row, name, by=SWEEP, reason="The last day of the qualification has passed.")
            continue
        values = {key: value for key, value in given.items() if key != "ends"}
        if "ends" in given:
            values["expires_date"] = today + timedelta(days=given["ends"])
        move(row, name, by=approver, reason=reason, credentials=PROOF, **values)

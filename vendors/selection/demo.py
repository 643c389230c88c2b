"""The demo's selections, made through the same actions as everybody's: one in scoring, one scored, one in draft."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cmo_portal.accounts.models import Company, User
from cmo_portal.records.actors import SETUP, Actor
from vendors.registry import actions as registry
from vendors.registry import site_actions
from vendors.registry.demo import SITES
from vendors.registry.models import Site
from vendors.selection import actions, marking, tree_actions
from vendors.selection.models import Candidate, Criterion, Direction, Selection, ValueKind
from vendors.selection.rows import in_order, leaves_of

# By the registry demo's keys; Osterlund is a newcomer that only this selection knows.
FOR_VIALS = ("linz", "durham", "athlone", "vilnius")
FOR_TABLETS = ("graz", "vadodara", "parma", "odense")
FOR_SYRINGES = ("linz", "vilnius")
FOR_OTTER = ("linz", "reno")
NEWCOMER = {"name": "Malmö Plant", "city": "Malmö", "country": "SE", "fei": "3009912191"}

PANEL = ("eva", "tom", "priya", "quinn", "sam")

# One row a marked leaf, one digit a candidate: what most of the panel sees; x is not applicable.
SEEN = ("43543", "42443", "34532", "42334", "23445", "43434", "34352", "43524", "43443", "33534")
SEEN_SCORED = ("4342", "4343", "3442", "4334", "3523", "4342", "3443", "4352", "4343", "3433")
# (row, candidate): the digit of each evaluator, where they disagree
APART = {(7, 0): "42344", (6, 4): "52252", (2, 3): "23533", (8, 1): "31343"}
APART_SCORED = {(6, 0): "152", (1, 2): "425"}
EMPTY = {"eva": 0, "tom": 4, "priya": 9, "quinn": 13, "sam": 2}  # cells from the end that are not scored yet
REASONS = {
    "0": "Nothing was shown when we asked.",
    "1": "A plan only; no record of it in the answers we got.",
    "5": "Seen on site in October: three commercial products on this line.",
}
PRICES = ("6.45", "5.20", "6.10", "5.35", "5.80")
FEES = ("1900", "1300", "1600", "1500", "1700")


def seed(cast: dict[str, User]) -> None:
    """`cast`: the people by first name."""
    northgate = cast["sam"].belongs.company  # type: ignore[union-attr]
    seed_scoring(northgate, cast, [*sites_of(northgate, FOR_VIALS), newcomer(northgate, cast["sam"])])
    seed_scored(northgate, cast, sites_of(northgate, FOR_TABLETS))
    seed_draft(northgate, cast, sites_of(northgate, FOR_SYRINGES))
    seed_otter(cast)


def sites_of(sponsor: Company, keys: tuple[str, ...]) -> list[Site]:
    """The sponsor's own sites of the registry's demo, in this order."""
    rows = Site.objects.filter(vendor__sponsor=sponsor, fei__in=[SITES[key].fei for key in keys])
    by_fei = {site.fei: site for site in rows.select_related("vendor__sponsor")}
    return [by_fei[SITES[key].fei] for key in keys]


def newcomer(sponsor: Company, by: User) -> Site:
    """A CMO on the long list that works with nobody here yet."""
    vendor = registry.add_vendor(sponsor, by=by, name="Osterlund Sterile", country="SE", manager=by)
    return site_actions.add_site(vendor, by=by, **NEWCOMER)


def begun(
    sponsor: Company,
    owner: User,
    sites: list[Site],
    panel: list[User],
    *,
    preset: str,
    by: Actor | None = None,
    **values: object,
) -> Selection:
    """A draft with criteria, candidates and panel, made by its owner unless `by` names somebody else."""
    selection = actions.create_selection(sponsor, by=by or owner, owner=owner, preset=preset, **values)
    for site in sites:
        actions.add_candidate(selection, site, by=by or owner)
    for person in panel:
        actions.seat(selection, person, by=by or owner)
    return selection


def seed_scoring(sponsor: Company, cast: dict[str, User], sites: list[Site]) -> Selection:
    """Twelve leaves, five candidates, five evaluators: most marks given, some missing, four cells apart."""
    sam, today = cast["sam"], timezone.localdate()
    selection = begun(
        sponsor,
        sam,
        sites,
        [cast[name] for name in PANEL],
        preset="balanced",
        title="NGB-214 fill–finish, commercial supply",
        brief="Lyophilised vials for launch, 400,000 a year. The present site closes its line; we need the first"
        " validation batch in the summer and a second source within a year.",
        modality="mab",
        dosage_form="vial_lyo",
        service="fill_finish",
        supply_stage="commercial",
        annual_volume=Decimal(400000),
        volume_unit="vials",
        need_date=today + timedelta(days=240),
        scoring_due_date=today + timedelta(days=5),
        stage="rfp",
    )
    fix_price(selection, by=sam)
    actions.move(selection, "open", by=sam)
    leaves, candidates = cells_of(selection)
    quote(selection, sam, leaves, candidates, today)
    for place, name in enumerate(PANEL):
        fill_in(leaves, candidates, SEEN, cast[name], place, EMPTY[name], APART)
    add_links(leaves, candidates, cast)
    submit(selection, cast["eva"])
    return selection


def fix_price(selection: Selection, *, by: User) -> None:
    """The price runs from a target to the worst that is acceptable: who else bids cannot change it."""
    price = Criterion.objects.get(selection=selection, name="Price per unit")
    tree_actions.revise_criterion(
        price,
        by=by,
        kind=ValueKind.TARGET,
        direction=Direction.LOWER,
        unit="EUR per vial",
        target=Decimal("4.50"),
        ceiling=Decimal("7.50"),
    )


def cells_of(selection: Selection) -> tuple[list[Criterion], list[Candidate]]:
    leaves = leaves_of(in_order(Criterion.objects.filter(selection=selection)))
    candidates = list(Candidate.objects.filter(selection=selection).select_related("site__vendor").order_by("position"))
    for row in (*leaves, *candidates):
        row.selection = selection
    return leaves, candidates


def quote(selection: Selection, by: User, leaves: list[Criterion], candidates: list[Candidate], today: date) -> None:
    calculated = [leaf for leaf in leaves if leaf.is_calculated]
    for leaf, numbers in zip(calculated, (PRICES, FEES), strict=True):
        for candidate, number in zip(candidates, numbers, strict=False):
            day = f"{today - timedelta(days=17):%-d %b %Y}"
            marking.set_reading(leaf, candidate, by=by, value=Decimal(number), source=f"Quote of {day}")


def fill_in(
    leaves: list[Criterion],
    candidates: list[Candidate],
    seen: tuple[str, ...],
    person: User,
    place: int,
    empty: int,
    apart: dict[tuple[int, int], str],
) -> None:
    """One evaluator's marks: what the panel sees, half a point here and there their own way, `empty` cells left."""
    marked = [leaf for leaf in leaves if not leaf.is_calculated]
    cells = [(row, column) for row in range(len(marked)) for column in range(len(candidates))]
    for row, column in cells[: len(cells) - empty]:
        digit = seen[row][column]
        if (row, column) in apart:
            digit = apart[row, column][place]
        elif (row * 3 + column * 5 + place * 7) % 11 == 0:
            digit = str(max(int(digit) - 1, 1))
        elif (row * 2 + column * 3 + place * 5) % 13 == 0:
            digit = str(min(int(digit) + 1, 5))
        words: dict[str, Any] = {"comment": REASONS[digit]} if digit in REASONS else {}
        confidence = ("medium", "high", "low")[(row + column + place) % 3]
        marking.give_mark(marked[row], candidates[column], digit, by=person, confidence=confidence, **words)


def add_links(leaves: list[Criterion], candidates: list[Candidate], cast: dict[str, User]) -> None:
    by_name = {leaf.name: leaf for leaf in leaves}
    rows = (
        (
            "Inspection outcomes",
            0,
            "eva",
            "Close-out letter, May 2025",
            "https://northgate.example/files/close-out.pdf",
        ),
        ("Inspection outcomes", 0, "quinn", "Own audit report, October", "https://northgate.example/files/audit.pdf"),
        ("Inspection outcomes", 2, "quinn", "GMP certificate", "https://northgate.example/files/certificate.pdf"),
        ("Process and dosage form", 2, "eva", "Batch record, line 3", "https://northgate.example/files/batch.pdf"),
        ("First slot against the need date", 1, "tom", "Slot offer", "https://northgate.example/files/slot.pdf"),
        ("Price per unit", 0, "priya", "Quote", "https://northgate.example/files/quote.pdf"),
    )
    for leaf, candidate, person, title, address in rows:
        stands = candidates[candidate]
        marking.add_evidence(by_name[leaf], stands, by=cast[person], kind="link", title=title, address=address)


def submit(selection: Selection, person: User) -> None:
    from vendors.selection.assembling import load

    marking.submit_marks(load(selection, person), by=person, with_gaps=True)


def seed_scored(sponsor: Company, cast: dict[str, User], sites: list[Site]) -> Selection:
    """A result worth reading: the second is near, and one weight could change the winner."""
    sam, today = cast["sam"], timezone.localdate()
    panel = [cast[name] for name in ("eva", "priya", "quinn")]
    selection = begun(
        sponsor,
        sam,
        sites,
        panel,
        preset="commercial_launch",
        title="NGB-077 oral solid, second source",
        brief="A second source for the tablets, so that one line that stops does not stop supply.",
        modality="small_molecule",
        dosage_form="tablet",
        service="dp_mfg",
        supply_stage="commercial",
        annual_volume=Decimal(9000000),
        volume_unit="tablets",
        scoring_due_date=today - timedelta(days=12),
        stage="selection",
    )
    actions.move(selection, "open", by=sam)
    leaves, candidates = cells_of(selection)
    quote(selection, sam, leaves, candidates, today)
    for place, person in enumerate(panel):
        fill_in(leaves, candidates, SEEN_SCORED, person, place, 0, APART_SCORED)
        submit(selection, person)
    actions.move(selection, "close", by=sam)
    return selection


def seed_draft(sponsor: Company, cast: dict[str, User], sites: list[Site]) -> Selection:
    return begun(
        sponsor,
        cast["sam"],
        sites,
        [cast["eva"]],
        preset="early_clinical",
        title="NGB-190 pre-filled syringe, first in human",
        brief="Two campaigns of 5,000 syringes for the first study.",
        modality="peptide",
        dosage_form="pfs",
        service="fill_finish",
        supply_stage="clinical",
        stage="longlist",
    )


def seed_otter(cast: dict[str, User]) -> Selection:
    """The other sponsor's, which nobody at Northgate and no CMO learns of."""
    otto = cast["otto"]
    otter = otto.belongs.company  # type: ignore[union-attr]
    sites = sites_of(otter, FOR_OTTER)
    selection = begun(
        otter,
        otto,
        sites,
        [otto],
        by=SETUP,  # Otter's demo has a head of quality only, who scores and does not run selections
        preset="early_clinical",
        title="OTX-12 sterile liquid, phase 2",
        brief="Vials for phase 2.",
        modality="mab",
        dosage_form="vial_liquid",
        service="fill_finish",
        supply_stage="clinical",
        scoring_due_date=timezone.localdate() + timedelta(days=12),
        stage="rfi",
    )
    actions.move(selection, "open", by=SETUP)
    leaves, candidates = cells_of(selection)
    fill_in(leaves, candidates, SEEN, otto, 0, 16, {})
    return selection

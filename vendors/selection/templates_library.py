"""Criteria to begin with, as data: five groups, twelve leaves with anchored scales of 0 to 5, and four sets of weights.

The scales are behaviourally anchored (Smith and Kendall 1963): each mark says what one sees, not how good it feels.
Weights of leaves are among their siblings; those of the groups come from the preset.
"""

from __future__ import annotations

from dataclasses import dataclass

SCALE, PROPORTIONAL, LINEAR = "scale", "proportional", "linear"


@dataclass(frozen=True)
class Leaf:
    """What is marked (`anchors`: what a 0, 1, 2, 3, 4 and 5 look like) or calculated (`kind`, `unit`, `direction`)."""

    name: str
    weight: int
    guidance: str
    anchors: tuple[str, ...] = ()
    kind: str = SCALE
    unit: str = ""
    direction: str = "higher"


@dataclass(frozen=True)
class Group:
    name: str
    guidance: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Preset:
    """Weights of the five groups, in their order, for one kind of need."""

    name: str
    weights: tuple[int, int, int, int, int]


CAPABILITY = Group(
    "Capability",
    "Whether the site can make the product as it is, at the scale that is needed.",
    (
        Leaf(
            "Process and dosage form",
            45,
            "Look at products of the same form and process made on this line, and at batch records.",
            (
                "The site has not made this form, or shows nothing.",
                "It says it can; nothing has been made.",
                "Development batches only, or a major step is missing.",
                "Made under GMP, with small gaps and records to show.",
                "Made for a similar product in the last three years.",
                "Several commercial products, seen on site.",
            ),
        ),
        Leaf(
            "Scale and equipment",
            30,
            "Compare the batch size that is needed with the equipment's range and with the way to scale up.",
            (
                "Equipment does not fit and cannot be made to.",
                "Equipment is planned, without an order.",
                "On order, or fits after a change of more than six months.",
                "Fits with a small change or at the edge of its range.",
                "Fits as it is, qualified, in use at this scale.",
                "Fits with room to grow, on a second train as well.",
            ),
        ),
        Leaf(
            "Technology transfer record",
            25,
            "Ask how many transfers were completed, on what dates against plan, and how process validation went.",
            (
                "No transfer has been done.",
                "One is under way, without results.",
                "Done, with delays of more than half a year or repeated validation.",
                "Done within a quarter of the plan, small lessons.",
                "Three or more on plan in three years, validation right first time.",
                "The site leads transfers, and its clients say so.",
            ),
        ),
    ),
)

CAPACITY = Group(
    "Capacity",
    "Whether there is room for the volume, and what happens when a line stops.",
    (
        Leaf(
            "Free capacity in the window",
            60,
            "Set the free batches of the window against the batches of the plan.",
            (
                "No free batch in the window.",
                "Under half of what is needed.",
                "Half to all of what is needed, if another client moves.",
                "Enough for the plan, nothing beyond it.",
                "Enough for the plan and a fifth more.",
                "Enough for half as much again, reserved in writing.",
            ),
        ),
        Leaf(
            "Second line or site",
            40,
            "Ask what would make the product if the line stopped for three months.",
            (
                "Nothing, and none is planned.",
                "An idea without a date.",
                "A second line is being built.",
                "A second line could be qualified within a year.",
                "A second line is qualified at the same site.",
                "A second site is qualified for the same process.",
            ),
        ),
    ),
)

AVAILABILITY = Group(
    "Availability",
    "Whether the first slot comes in time, and how firm it is.",
    (
        Leaf(
            "First slot against the need date",
            65,
            "Take the first slot that technical operations, not sales, signed off.",
            (
                "Later than half a year, or nobody can say.",
                "Up to half a year late.",
                "Up to eight weeks late.",
                "On the need date.",
                "Two weeks or more before it.",
                "Eight weeks or more before it.",
            ),
        ),
        Leaf(
            "Slot commitment and changes",
            35,
            "Read the terms: what is reserved, until when it may be moved, and what moving costs.",
            (
                "No slot is promised in any form.",
                "A promise by word of mouth.",
                "Reserved against full payment, no change possible.",
                "Reserved; a change costs more than half the batch fee.",
                "Reserved; changes free until 12 weeks before.",
                "Reserved; changes free until 6 weeks before, spare slots offered.",
            ),
        ),
    ),
)

REGULATORY = Group(
    "Regulatory record",
    "What authorities found, and how openly the site deals with it.",
    (
        Leaf(
            "Inspection outcomes",
            50,
            "Look at the last five years at this site. No inspection is not a clean record.",
            (
                "An official action, warning letter or import alert is open.",
                "One was closed within the last 12 months.",
                "Not inspected for the target market in four years, or major repeats.",
                "Observations, with actions open and on time.",
                "Last observations closed, none repeated.",
                "Two inspections in a row without action in three years.",
            ),
        ),
        Leaf(
            "Data integrity",
            30,
            "Ask for audit trail reviews, access rights and what was found in the last own audit.",
            (
                "Records were falsified, or questions are refused.",
                "Known gaps without a plan.",
                "Gaps with a plan of more than six months.",
                "A programme runs; small gaps, written down.",
                "Audit trails are reviewed and laboratory systems closed.",
                "Electronic records throughout, seen on site without a finding.",
            ),
        ),
        Leaf(
            "Deviations, CAPA and openness",
            20,
            "Look at overdue actions, repeats, and whether bad news arrives unasked.",
            (
                "Nothing is shown.",
                "Many overdue, no reasons given.",
                "Overdue actions or repeats, with reasons.",
                "Mostly on time; clients are told as agreed.",
                "On time, effectiveness checked, few repeats.",
                "Bad news comes early and unasked; clients confirm it.",
            ),
        ),
    ),
)

PRICE = Group(
    "Price",
    "What it costs over the whole horizon, in one currency and on the same terms.",
    (
        Leaf(
            "Price per unit", 65, "The quoted price at the planned volume.", (), PROPORTIONAL, "EUR per unit", "lower"
        ),
        Leaf(
            "Transfer and validation fees",
            35,
            "Paid once, before the first commercial batch.",
            (),
            LINEAR,
            "EUR thousand",
            "lower",
        ),
    ),
)

GROUPS = (CAPABILITY, CAPACITY, AVAILABILITY, REGULATORY, PRICE)

PRESETS = {
    "balanced": Preset("Balanced", (30, 15, 15, 25, 15)),
    "early_clinical": Preset("Early clinical supply", (35, 5, 25, 20, 15)),
    "commercial_launch": Preset("Commercial launch", (25, 20, 15, 30, 10)),
    "generics": Preset("Generics", (20, 20, 10, 25, 25)),
}

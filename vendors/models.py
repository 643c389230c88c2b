"""Hands on the subjects' models, so that Django finds one app with one migrations folder."""

from vendors.registry.cmo_invitations import CmoInvitation
from vendors.registry.deadline_policies import DeadlinePolicy
from vendors.registry.models import (
    Capability,
    CapacityOffer,
    Certificate,
    Contact,
    ContainmentBand,
    FormerFei,
    Site,
    Vendor,
)
from vendors.registry.runs import ImportRun
from vendors.registry.supply import Agreement, Batch, DistinctPair, ImportLine, Product, Qualification, Supply
from vendors.regulatory.models import Registration, RegulatoryEvent
from vendors.selection.models import Candidate, Criterion, Evidence, Mark, PanelMember, Reading, Selection

__all__ = [
    "Agreement",
    "Batch",
    "Candidate",
    "Capability",
    "CapacityOffer",
    "Certificate",
    "CmoInvitation",
    "Contact",
    "ContainmentBand",
    "Criterion",
    "DeadlinePolicy",
    "DistinctPair",
    "Evidence",
    "FormerFei",
    "ImportLine",
    "ImportRun",
    "Mark",
    "PanelMember",
    "Product",
    "Qualification",
    "Reading",
    "Registration",
    "RegulatoryEvent",
    "Selection",
    "Site",
    "Supply",
    "Vendor",
]

"""Proposes which CMOs of a sponsor may be one and the same, each with its evidence in words. A person decides.

Equal identifiers of sites or organisations, or equal names but for legal form and order of words. All lookups are
grouped in the database; their number does not grow with the CMOs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.trail import write
from vendors.registry.models import Site, Vendor
from vendors.registry.supply import DistinctPair

MOST_KEYS = 200  # of a kind; more would be an import gone wrong, not a list to read
OF_SITES = (("fei", "FEI"), ("duns", "DUNS"), ("oms_location", "OMS location"))

SAME_SITE = "Both have a site with the {} {}."
SAME_ORGANISATION = "Both are the OMS organisation {}."
SAME_NAME = "Their names are the same but for legal form, punctuation or the order of the words."


@dataclass
class Proposal:
    """Two CMOs, the older one first, and why they may be one."""

    first: Vendor
    second: Vendor
    evidence: list[str] = field(default_factory=list)
    weight: int = 0


def proposals_for(reader: Actor) -> list[Proposal]:
    """The pairs among the CMOs that `reader` may see, the best proved first; known to be distinct left out."""
    vendors = Vendor.objects.visible_to(reader).live()
    found: dict[tuple[int, int], Proposal] = {}
    for members, sentence, weight in clues(reader):
        for first, second in combinations(sorted(members, key=lambda vendor: vendor.pk), 2):
            proposal = found.setdefault((first.pk, second.pk), Proposal(first, second))
            proposal.evidence.append(sentence)
            proposal.weight += weight
    distinct = DistinctPair.objects.filter(first__in=vendors, second__in=vendors)
    for pair in distinct.values_list("first_id", "second_id"):
        found.pop(pair, None)
    return sorted(found.values(), key=lambda each: (-each.weight, each.first.sort_name, each.second.sort_name))


Clue = tuple[list[Vendor], str, int]


def clues(reader: Actor) -> Iterator[Clue]:
    """(the CMOs that share something, what it is in words, how much it weighs)."""
    for name, label in OF_SITES:
        yield from shared_by_sites(reader, name, label)
    vendors = Vendor.objects.visible_to(reader).live()
    for value, members in shared(vendors, "oms_organisation"):
        yield members, SAME_ORGANISATION.format(value), 3
    for _value, members in shared(vendors, "name_core"):
        yield members, SAME_NAME, 1


def shared_by_sites(reader: Actor, name: str, label: str) -> Iterator[Clue]:
    sites = Site.objects.visible_to(reader).filter(is_retired=False, vendor__is_retired=False).exclude(**{name: ""})
    keys = sites.order_by().values(name).annotate(n=Count("vendor", distinct=True)).filter(n__gt=1)
    values = list(keys.order_by(name).values_list(name, flat=True)[:MOST_KEYS])
    groups: dict[str, dict[int, Vendor]] = {}
    for site in sites.filter(**{f"{name}__in": values}).select_related("vendor"):
        groups.setdefault(getattr(site, name), {})[site.vendor_id] = site.vendor
    for value, members in groups.items():
        yield list(members.values()), SAME_SITE.format(label, value), 3


def shared(vendors: Any, name: str) -> Iterable[tuple[str, list[Vendor]]]:
    rows = vendors.exclude(**{name: ""})
    keys = rows.order_by().values(name).annotate(n=Count("pk")).filter(n__gt=1)
    values = list(keys.order_by(name).values_list(name, flat=True)[:MOST_KEYS])
    groups: dict[str, list[Vendor]] = {}
    for vendor in rows.filter(**{f"{name}__in": values}):
        groups.setdefault(getattr(vendor, name), []).append(vendor)
    return groups.items()


def evidence_for(reader: Actor, first: Vendor, second: Vendor) -> list[str]:
    """Why these two may be one, from their own rows only; empty where nothing of what they say agrees."""
    return list(agreements_between(reader, first, second))


def agreements_between(reader: Actor, first: Vendor, second: Vendor) -> Iterator[str]:
    sites = Site.objects.visible_to(reader).filter(is_retired=False, vendor__in=(first, second))
    for name, label in OF_SITES:
        keys = sites.exclude(**{name: ""}).order_by().values(name).annotate(n=Count("vendor", distinct=True))
        for value in keys.filter(n__gt=1).values_list(name, flat=True):
            yield SAME_SITE.format(label, value)
    if first.oms_organisation and first.oms_organisation == second.oms_organisation:
        yield SAME_ORGANISATION.format(first.oms_organisation)
    if first.name_core == second.name_core:
        yield SAME_NAME


def declare_distinct(one: Vendor, other: Vendor, *, by: Actor, reason: str) -> DistinctPair:
    """Remembers that the two are not one, so that they are not proposed again. Raises ValidationError."""
    if not by.may(P.CMO_MERGE):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": "Write how you know that these are two."})
    first, second = sorted((one, other), key=lambda vendor: vendor.pk)
    known = DistinctPair.objects.filter(first=first, second=second).first()
    if known is not None:
        return known
    pair = DistinctPair(first=first, second=second, reason=reason.strip()[:500])
    write(pair, by=by, action="cmo.declare_distinct", reason=reason)
    return pair

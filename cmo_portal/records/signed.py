"""A record's signatures as its page prints them: who, when, under which meaning, for which act, and what still holds.

21 CFR 11.50: printed name, date and time, meaning. 11.70: a later change shows the signature as no longer matching.
"""

from __future__ import annotations

from dataclasses import dataclass

from cmo_portal.records.actors import Actor
from cmo_portal.records.record import Record
from cmo_portal.records.signing import Signature, signatures_of
from cmo_portal.records.trail import TrailEvent

MOST_READ = 300  # entries of the trail that are looked through for the acts that were signed


@dataclass(frozen=True)
class Signed:
    """A signature with the act it signed (`Approve conditionally`). `fault` says why it no longer matches."""

    signature: Signature
    what: str
    fault: str


def signed(record: Record, reader: Actor) -> list[Signed]:
    """The record's signatures, newest first. Two queries, whatever their number."""
    signatures = signatures_of(record, reader)
    if not signatures:
        return []
    acts = acts_of(record, reader, {signature.record_version for signature in signatures})
    rows = [Signed(each, acts.get(each.record_version, ""), fault_of(each, record)) for each in signatures]
    return rows[::-1]


def acts_of(record: Record, reader: Actor, versions: set[int]) -> dict[int, str]:
    """version -> the act that made it, in words."""
    rows = TrailEvent.objects.visible_to(reader).filter(record_type=record.record_type(), record_number=record.number)
    acts: dict[int, str] = {}
    for event in rows.exclude(action="record.sign").order_by("seq")[:MOST_READ]:
        version = event.says["version"]
        if version in versions:
            acts.setdefault(version, verb_of(event.action))
    return acts


def verb_of(action: str) -> str:
    """`qualification.approve_conditionally` -> `Approve conditionally`."""
    return action.rpartition(".")[2].replace("_", " ").capitalize()


def fault_of(signature: Signature, record: Record) -> str:
    if signature.holds_for(record):
        return ""
    if signature.record_version != record.version:
        return f"No longer matches: version {signature.record_version} was signed, this is version {record.version}."
    return "No longer matches: the record was changed outside the portal. Tell your administrator."

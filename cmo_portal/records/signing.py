"""Electronic signatures: the person proves again who they are, and signs the record's content under a meaning.

A signature holds the digest of what was signed; a later change of the record shows it as broken. 21 CFR 11.50, 11.70,
11.200: full re-authentication every time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.db import models
from django.utils import timezone

from cmo_portal.records.actors import Actor
from cmo_portal.records.numbers import random_text
from cmo_portal.records.record import Record, canonical, content_digest, digest
from cmo_portal.records.scope import Scope, Walled
from cmo_portal.records.trail import note


class Meaning(models.TextChoices):
    AUTHORED = "authored", "Authorship"
    REVIEWED = "reviewed", "Review"
    APPROVED = "approved", "Approval"
    REJECTED = "rejected", "Rejection"
    ACKNOWLEDGED = "acknowledged", "Acknowledgement"


class CodeFault(str):
    """The sentence of a proof that failed at the authenticator's code, not at the password."""


class BadCredentials(Exception):
    """The person could not prove who they are; nothing was signed. `field` is where the form shows the sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(str(sentence))
        self.field = "code" if isinstance(sentence, CodeFault) else "password"


@dataclass(frozen=True)
class Credentials:
    """What a signing form takes each time: the password, and the code of an authenticator where one is set up."""

    password: str
    code: str = ""


class Signer(Actor, Protocol):
    @property
    def signs_with_code(self) -> bool:
        """Whether the person has set up an authenticator, whose code then belongs to every signature."""

    def prove(self, credentials: Credentials) -> str | None:
        """None when the person proved who they are, else the sentence that says what was wrong."""


class Signature(Walled):
    """One signature. Never changed, never removed; the walls are those of the record when it was signed."""

    scope = Scope()
    append_only = True

    number = models.CharField(max_length=24, unique=True)
    record_type = models.CharField(max_length=60)
    record_number = models.CharField(max_length=24)
    record_version = models.PositiveIntegerField()
    content = models.CharField(max_length=64)
    meaning = models.CharField(max_length=20, choices=Meaning)
    signer_ref = models.CharField(max_length=40)
    signer_name = models.CharField(max_length=200)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["record_type", "record_number"], name="signatures_of_record")]

    def text(self) -> str:
        at = self.at.isoformat(timespec="microseconds")
        return canonical(
            [
                self.number,
                self.record_type,
                self.record_number,
                self.record_version,
                self.content,
                self.meaning,
                self.signer_ref,
                self.signer_name,
                self.reason,
                at,
            ]
        )

    def holds_for(self, record: Record) -> bool:
        """Whether the record still says what was signed."""
        return self.content == content_digest(record) and self.hash == digest(self.text())


@dataclass(frozen=True)
class Proof:
    """The fact that a person proved who they are a moment ago; only `prove` makes one."""

    by: Actor


def prove(by: Actor, credentials: Credentials | None) -> Proof:
    """Raises BadCredentials with the sentence for the form. Call it outside the transaction of what is signed."""
    ask = getattr(by, "prove", None)
    if ask is None or credentials is None:
        raise BadCredentials("Sign with your password: only a person can sign.")
    fault = ask(credentials)
    if fault:
        raise BadCredentials(fault)
    return Proof(by)


def sign(record: Record, *, proof: Proof, meaning: str, reason: str = "") -> Signature:
    """Signs the record as it stands; the trail entry holds the signature's own digest."""
    by = proof.by
    signature = Signature(
        number=random_text(16),
        record_type=record.record_type(),
        record_number=record.number,
        record_version=record.version,
        content=content_digest(record),
        meaning=meaning,
        signer_ref=by.ref,
        signer_name=by.name,
        reason=reason,
        at=timezone.now(),
        wall_owner=record.wall_owner,
        wall_partner=record.wall_partner,
        wall_shared=record.wall_shared,
    )
    signature.hash = digest(signature.text())
    signature.save(force_insert=True)
    note(
        record,
        by=by,
        action="record.sign",
        reason=reason,
        details={"signature": signature.number, "as": meaning, "hash": signature.hash},
    )
    return signature


def signatures_of(record: Record, reader: Actor) -> list[Signature]:
    return list(
        Signature.objects.visible_to(reader)
        .filter(record_type=record.record_type(), record_number=record.number)
        .order_by("at")
    )

"""What authorities found at a site, each fact with the file and row it came from. A missing fact is no clean record."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.texts import folded
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from vendors.registry.models import FormerFei, Site
from vendors.registry.runs import ImportRun
from vendors.regulatory.querysets import SourcedQuerySet


def own_sites(kind: str, company: Any) -> Q:
    """A CMO reads the installation's facts about its own sites, and no others."""
    if kind != PARTNER:
        return Q(pk__in=[])
    sites = Site.objects.filter(fei=OuterRef("fei"), wall_partner=company, wall_shared=True).exclude(fei="")
    former = FormerFei.objects.filter(fei=OuterRef("fei"), wall_partner=company, wall_shared=True)
    return Q(wall_owner__isnull=True) & (Exists(sites) | Exists(former))


class Authority(models.TextChoices):
    FDA = "FDA", "US FDA"
    EMA_NCA = "EMA-NCA", "EU authority"
    MHRA = "MHRA", "MHRA"
    PMDA = "PMDA", "PMDA"
    HC = "HC", "Health Canada"
    ANVISA = "ANVISA", "ANVISA"
    TGA = "TGA", "TGA"
    WHO = "WHO", "WHO"
    NMPA = "NMPA", "NMPA"
    CDSCO = "CDSCO", "CDSCO"
    OTHER = "OTHER", "Other authority"


class EventType(models.TextChoices):
    INSPECTION = "inspection", "Inspection"
    FORM_483 = "483", "Form 483"
    WARNING_LETTER = "warning_letter", "Warning letter"
    IMPORT_ALERT = "import_alert", "Import alert"
    RECALL = "recall", "Recall"
    GMP_CERTIFICATE = "gmp_certificate", "GMP certificate"
    NON_COMPLIANCE = "non_compliance", "Statement of GMP non-compliance"


class Outcome(models.TextChoices):
    NAI = "NAI", "NAI: no action indicated"
    VAI = "VAI", "VAI: voluntary action indicated"
    OAI = "OAI", "OAI: official action indicated"
    COMPLIANT = "COMPLIANT", "In compliance"
    NON_COMPLIANT = "NON_COMPLIANT", "Not in compliance"
    OPEN = "OPEN", "Open"
    CLOSED = "CLOSED", "Closed"


class Sourced(Record):
    """A fact taken from a file: which file, its digest, its row, and the day it was taken from its source.

    snapshot_date: of the file it was last written from. seen_date: of the newest file in which it stood just so, which
    is no content and leaves no entry; an older file than that does not change it.

    key: what tells two facts of one owner apart. The same fact may stand twice, once as the installation's and once as
    a sponsor's own upload; both are kept, and `objects.shown_to(reader)` shows one.
    """

    scope = Scope(every_sponsor=True, also=own_sites)
    read_permission = Permission.REGULATORY_VIEW
    trail_omits: ClassVar[tuple[str, ...]] = ("seen_date",)
    key: ClassVar[tuple[str, ...]] = ()

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="+", editable=False)
    source_file = models.CharField(max_length=200, editable=False)
    source_sha256 = models.CharField(max_length=64, editable=False)
    source_row = models.PositiveIntegerField(editable=False)
    snapshot_date = models.DateField(editable=False)
    seen_date = models.DateField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def known_until(self) -> date:
        """The day of the newest file that says so."""
        return max(self.snapshot_date, self.seen_date or self.snapshot_date)


def one_of_a_key(noun: str, *fields: str) -> tuple[models.UniqueConstraint, models.UniqueConstraint]:
    """One fact of a key within a sponsor, and one within the installation (where there is no owner)."""
    return (
        models.UniqueConstraint(fields=["wall_owner", *fields], name=f"one_{noun}_of_a_sponsor"),
        models.UniqueConstraint(
            fields=list(fields), condition=Q(wall_owner__isnull=True), name=f"one_{noun}_of_the_installation"
        ),
    )


class RegulatoryEvent(Sourced):
    """One act of an authority at one site. Key: authority, type, external id and scope, within one owner."""

    key = ("authority", "type", "external_id", "area")
    trail_omits = ("seen_date", "search_name")

    authority = models.CharField(max_length=10, choices=Authority)
    type = models.CharField(max_length=16, choices=EventType)
    external_id = models.CharField(max_length=60)
    area = models.CharField("project area", max_length=120, blank=True)
    is_gmp = models.BooleanField(default=True)
    fei = models.CharField("FEI", max_length=10, blank=True)
    legal_name = models.CharField(max_length=200)
    city = models.CharField(max_length=100, blank=True)
    state = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=100, blank=True)
    event_date = models.DateField()
    outcome = models.CharField(max_length=14, choices=Outcome, blank=True)
    has_citations = models.BooleanField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)
    search_name = models.CharField(max_length=200, editable=False)

    objects = SourcedQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = "event"
        constraints = [
            *one_of_a_key("event", "authority", "type", "external_id", "area"),
        ]
        indexes = [
            models.Index(fields=["fei", "-event_date"], name="events_of_fei"),
            models.Index(fields=["-event_date", "number"], name="events_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.get_type_display().lower()} {self.external_id}"

    def get_absolute_url(self) -> str:
        return reverse("vendors:event-detail", args=[self.number])

    def clean(self) -> None:
        self.search_name = folded(self.legal_name)[:200]


class Registration(Sourced):
    """An establishment's current registration with FDA: registered is neither approved nor inspected."""

    key = ("fei", "duns")

    fei = models.CharField("FEI", max_length=10)
    duns = models.CharField("DUNS", max_length=9)
    firm_name = models.CharField(max_length=200)
    address = models.CharField(max_length=400)
    country = models.CharField(max_length=3, blank=True)
    expires_date = models.DateField(null=True, blank=True)
    operations = models.JSONField(default=list, blank=True)
    registrant_name = models.CharField(max_length=200, blank=True)
    registrant_duns = models.CharField(max_length=9, blank=True)
    is_excluded = models.BooleanField(default=False)

    objects = SourcedQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            *one_of_a_key("registration", "fei", "duns"),
        ]
        indexes = [models.Index(fields=["fei"], name="registrations_of_fei")]

    def __str__(self) -> str:
        return f"{self.firm_name}, FEI {self.fei}"

    @property
    def activities(self) -> str:
        """`analysis, API manufacture, pack`: what it is registered for, in small letters."""
        return ", ".join(word.lower().replace("api ", "API ") for word in self.operations)

    def is_expired(self, today: date) -> bool:
        return self.expires_date is not None and self.expires_date < today

"""What is done about a finding: the CMO's own CAPA, and one link for each sponsor's finding that it answers.

A CAPA belongs to the CMO; no sponsor reads it. A sponsor reads its links: finding, responses, actions, dates,
effectiveness, closure. What the CMO's root-cause work says reaches a link only where the CMO puts it there.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audits.capa.querysets import CapaLinkQuerySet
from audits.capa.vocabulary import ActionKind, CapaLinkStatus, ExtensionStatus, ProposalStatus, ResponseStatus
from audits.findings.models import Finding
from audits.programme.vocabulary import Side
from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope

OF_LINK = Scope(
    owner="link__finding__audit__site__vendor__sponsor",
    partner="link__finding__audit__site__vendor__company",
    shared=True,
)


class RootCause(Record):
    """What root-cause work says, as a CAPA, a draft and a response carry it.

    five_whys: up to five answers, each the cause of the one before. cause_tree: {"text": str, "causes": [the same]}.
    """

    containment = models.TextField("what was done at once", blank=True)
    root_cause = models.TextField(blank=True)
    five_whys = models.JSONField(default=list, blank=True)
    cause_tree = models.JSONField(default=dict, blank=True)
    corrective = models.TextField("corrective action", blank=True)
    preventive = models.TextField("preventive action", blank=True)
    owner_name = models.CharField("who owns it at the CMO", max_length=120, blank=True)

    class Meta:
        abstract = True


class Capa(RootCause):
    """The CMO's own CAPA, which may answer findings of several audits and sponsors. Done when all its links are."""

    number_prefix = "MCA"
    scope = Scope(owner="company")
    read_permission = Permission.CAPA_VIEW

    company = models.ForeignKey(Company, models.PROTECT, related_name="capas", editable=False)
    title = models.CharField(max_length=200)
    own_reference = models.CharField("your own number", max_length=60, blank=True)
    target_date = models.DateField("done by", null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False, editable=False)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:own-capa-detail", args=[self.number])


class CapaLink(Record):
    """One sponsor's view of what is done about one finding: it carries that sponsor's whole workflow.

    response_status and status are moved by two workflows. agreed_date is the clock: both sides agreed it.
    """

    number_prefix = "CAPA"
    scope = Scope(
        owner="finding__audit__site__vendor__sponsor", partner="finding__audit__site__vendor__company", shared=True
    )
    read_permission = Permission.CAPA_VIEW

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="capa_link", editable=False)
    # The CMO's own row, which the sponsor cannot read: never join it for a sponsor.
    capa = models.ForeignKey(Capa, models.PROTECT, null=True, blank=True, related_name="links", editable=False)
    response_status = models.CharField(
        max_length=10, choices=ResponseStatus, default=ResponseStatus.DUE, editable=False
    )
    status = models.CharField(max_length=18, choices=CapaLinkStatus, default=CapaLinkStatus.PROPOSED, editable=False)
    rounds = models.PositiveSmallIntegerField(default=0, editable=False)
    response_due_date = models.DateField(null=True, blank=True, editable=False)
    responded_date = models.DateField(null=True, blank=True, editable=False)
    agreed_date = models.DateField("agreed to be done by", null=True, blank=True, editable=False)
    implemented_date = models.DateField(null=True, blank=True, editable=False)
    effectiveness_criterion = models.TextField("how effectiveness shows", blank=True)
    effectiveness_sample = models.CharField("sample or number of batches", max_length=200, blank=True)
    effectiveness_date = models.DateField("to be checked on", null=True, blank=True)
    effectiveness_note = models.TextField("what the check showed", blank=True, editable=False)
    is_root_cause_shared = models.BooleanField(default=False, editable=False)
    is_evidence_shared = models.BooleanField(default=False, editable=False)
    ball_since_date = models.DateField("with its holder since", null=True, blank=True, editable=False)
    closed_date = models.DateField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = CapaLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "CAPA"
        indexes = [
            models.Index(fields=["wall_owner", "status", "agreed_date", "number"], name="capas_of_owner"),
            models.Index(fields=["wall_partner", "status", "agreed_date", "number"], name="capas_of_partner"),
            models.Index(fields=["capa"], name="links_of_capa"),
        ]

    def __str__(self) -> str:
        return f"CAPA for {self.finding}"

    def get_absolute_url(self) -> str:
        return reverse("audits:capa-detail", args=[self.number])


class ResponseDraft(RootCause):
    """A response that the CMO has not sent: its own row, which the sponsor cannot read."""

    scope = Scope(owner="company")
    read_permission = Permission.CAPA_VIEW

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", editable=False)
    link = models.OneToOneField(CapaLink, models.PROTECT, related_name="draft", editable=False)
    proposed_date = models.DateField("we can be done by", null=True, blank=True)


class Response(RootCause):
    """One round: what the CMO answered, and what the sponsor's auditor said of it. Never changed, only answered."""

    scope = OF_LINK
    read_permission = Permission.CAPA_VIEW

    link = models.ForeignKey(CapaLink, models.PROTECT, related_name="responses", editable=False)
    round = models.PositiveSmallIntegerField(editable=False)
    status = models.CharField(max_length=10, choices=ResponseStatus, default=ResponseStatus.SUBMITTED, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    author_name = models.CharField(max_length=120, editable=False)
    is_recorded_by_sponsor = models.BooleanField(
        "received outside the portal", default=False, editable=False
    )  # where the CMO has not joined
    reviewer_name = models.CharField(max_length=120, blank=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    review_reason = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "round"], name="one_response_a_round")]


class CapaAction(Record):
    """One thing to be done, by whom at the CMO and by when. Long actions carry an interim control."""

    scope = OF_LINK
    read_permission = Permission.CAPA_VIEW

    link = models.ForeignKey(CapaLink, models.PROTECT, related_name="actions", editable=False)
    kind = models.CharField(max_length=12, choices=ActionKind)
    text = models.TextField("what is done")
    owner_name = models.CharField("who", max_length=120, blank=True)
    due_date = models.DateField("by", null=True, blank=True)
    interim_control = models.TextField("what keeps it safe until then", blank=True)
    done_date = models.DateField("done on", null=True, blank=True, editable=False)
    done_note = models.TextField("what was done", blank=True, editable=False)
    is_removed = models.BooleanField(default=False, editable=False)

    def __str__(self) -> str:
        return self.text[:60]


class DateProposal(Record):
    """A date one side proposes for the CAPA to be done; the other agrees or answers with its own."""

    scope = OF_LINK
    read_permission = Permission.CAPA_VIEW

    link = models.ForeignKey(CapaLink, models.PROTECT, related_name="date_proposals", editable=False)
    proposed_by = models.CharField(max_length=8, choices=Side, editable=False)
    author_name = models.CharField(max_length=120, editable=False)
    date = models.DateField()
    reason = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=10, choices=ProposalStatus, default=ProposalStatus.OPEN, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link"], condition=Q(status="open"), name="one_open_date_proposal")
        ]


class Extension(Record):
    """A later date asked for after one was agreed; it needs a reason and what keeps things safe meanwhile."""

    scope = OF_LINK
    read_permission = Permission.CAPA_VIEW

    link = models.ForeignKey(CapaLink, models.PROTECT, related_name="extensions", editable=False)
    old_date = models.DateField(editable=False)
    new_date = models.DateField("new date")
    reason = models.TextField()
    interim_control = models.TextField("what keeps it safe until then")
    status = models.CharField(max_length=10, choices=ExtensionStatus, default=ExtensionStatus.REQUESTED, editable=False)
    author_name = models.CharField(max_length=120, editable=False)
    answer_note = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link"], condition=Q(status="requested"), name="one_open_extension")
        ]

    def clean(self) -> None:
        if self.new_date and self.old_date and self.new_date <= self.old_date:
            raise ValidationError({"new_date": "An extension is a later date than the agreed one."})

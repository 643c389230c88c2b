"""What is done about a finding: the CMO's own CAPA, and one link for each sponsor's finding that it answers.

A CAPA belongs to the CMO; no sponsor reads it. A sponsor reads its links: finding, responses, actions, dates,
effectiveness, closure. No row that a sponsor reads carries a key to the CAPA: what binds the two is a row of the CMO's
own (`OwnLink`), and what the CMO's root-cause work says reaches a link only as a copy, where the CMO puts it there.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audits.capa import cause_tree, criteria, planned
from audits.capa.ball import days_used
from audits.capa.querysets import CapaLinkQuerySet, CapaQuerySet
from audits.capa.vocabulary import (
    ActionKind,
    Ball,
    CapaLinkStatus,
    CheckVerdict,
    ExtensionStatus,
    ProposalStatus,
    ResponseStatus,
)
from audits.findings.models import Finding
from audits.programme.vocabulary import Side
from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.addresses import address_of
from cmo_portal.lib.texts import cut
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope

OF_LINK = Scope(
    owner="link__finding__audit__site__vendor__sponsor",
    partner="link__finding__audit__site__vendor__company",
    shared=True,
)
WHYS = 5
MINUTE = timedelta(minutes=1)


class RootCause(Record):
    """What root-cause work says, as a CAPA, a draft and a response carry it.

    five_whys: up to five answers, each the cause of the one before. cause_tree: `cause_tree.py`. actions: `planned.py`.
    """

    containment = models.TextField("what was done at once", blank=True)
    root_cause = models.TextField(blank=True)
    five_whys = models.JSONField(default=list, blank=True)
    cause_tree = models.JSONField(default=dict, blank=True)
    corrective = models.TextField("corrective action", blank=True)
    preventive = models.TextField("preventive action", blank=True)
    owner_name = models.CharField("who owns it at the CMO", max_length=120, blank=True)
    actions = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    TEXTS: ClassVar[tuple[str, ...]] = ("containment", "root_cause", "corrective", "preventive", "owner_name")
    CONTENT: ClassVar[tuple[str, ...]] = (*TEXTS, "five_whys", "cause_tree", "actions")

    def content(self) -> dict[str, Any]:
        """What it says, to be copied into another row."""
        return {name: getattr(self, name) for name in self.CONTENT}

    def clean(self) -> None:
        whys = self.five_whys
        if not isinstance(whys, list) or len(whys) > WHYS or not all(isinstance(why, str) for why in whys):
            raise ValidationError({"five_whys": "Five whys are up to five texts, each the cause of the one before."})
        for name, fault in (
            ("cause_tree", cause_tree.problem(self.cause_tree)),
            ("actions", planned.problem(self.actions)),
        ):
            if fault:
                raise ValidationError({name: fault})
        self.actions = [planned.tidy(row) for row in self.actions]


class Capa(RootCause):
    """The CMO's own CAPA, which may answer findings of several audits and sponsors. Done when all its links are."""

    number_prefix = "MCA"
    scope = Scope(owner="company")
    read_permission = Permission.CAPA_OWN

    company = models.ForeignKey(Company, models.PROTECT, related_name="capas", editable=False)
    title = models.CharField(max_length=200)
    own_reference = models.CharField("your own number", max_length=60, blank=True)
    target_date = models.DateField("done by", null=True, blank=True)
    is_withdrawn = models.BooleanField(default=False, editable=False)

    objects: ClassVar[Any] = CapaQuerySet.as_manager()

    class Meta:
        verbose_name = "own CAPA"
        indexes = [models.Index(fields=["wall_owner", "title", "number"], name="own_capas_of_company")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:own-capa-detail", args=[self.number])


class CapaLink(Record):
    """One sponsor's view of what is done about one finding: it carries that sponsor's whole workflow.

    response_status and status are moved by two workflows. agreed_date is the clock: both sides agreed it. ball,
    ball_since_date, partner_days and sponsor_days say whose move it is and how long each side has taken; due_date is
    the day by which the holder moves, and once it is over the day it ended, so that a list can be paged by it
    (`clocks.py` keeps all five in step with every act). contain_at: the instant by which the CMO contains a critical
    finding; contained_at, containment_recorded_at, contained_by_name, containment: when that was done, when and by whom
    it was recorded, and what was done.
    """

    number_prefix = "CAPA"
    scope = Scope(
        owner="finding__audit__site__vendor__sponsor", partner="finding__audit__site__vendor__company", shared=True
    )
    read_permission = Permission.CAPA_VIEW

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="capa_link", editable=False)
    response_status = models.CharField(
        max_length=10, choices=ResponseStatus, default=ResponseStatus.DUE, editable=False
    )
    status = models.CharField(max_length=18, choices=CapaLinkStatus, default=CapaLinkStatus.PROPOSED, editable=False)
    rounds = models.PositiveSmallIntegerField(default=0, editable=False)
    response_due_date = models.DateField(null=True, blank=True, editable=False)
    responded_date = models.DateField(null=True, blank=True, editable=False)
    accepted_date = models.DateField(null=True, blank=True, editable=False)
    suggested_date = models.DateField("usual limit for this class", null=True, blank=True, editable=False)
    agreed_date = models.DateField("agreed to be done by", null=True, blank=True, editable=False)
    implemented_date = models.DateField(null=True, blank=True, editable=False)
    check_date = models.DateField("effectiveness checked on", null=True, blank=True, editable=False)
    closed_date = models.DateField(null=True, blank=True, editable=False)
    ball = models.CharField("waits for", max_length=8, choices=Ball, blank=True, default=Ball.PARTNER, editable=False)
    ball_since_date = models.DateField("with its holder since", null=True, blank=True, editable=False)
    answer_due_date = models.DateField("answer due", null=True, blank=True, editable=False)
    contain_at = models.DateTimeField("containment due", null=True, blank=True, editable=False)
    contained_at = models.DateTimeField("contained", null=True, blank=True, editable=False)
    containment_recorded_at = models.DateTimeField("containment recorded", null=True, blank=True, editable=False)
    contained_by_name = models.CharField("containment recorded by", max_length=120, blank=True, editable=False)
    containment = models.TextField("what was done at once", blank=True, editable=False)
    due_date = models.DateField("next due", editable=False)
    partner_days = models.PositiveIntegerField(default=0, editable=False)
    sponsor_days = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[Any] = CapaLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "CAPA"
        indexes = [
            models.Index(fields=["wall_owner", "due_date", "number"], name="capas_of_owner"),
            models.Index(fields=["wall_partner", "due_date", "number"], name="capas_of_partner"),
            models.Index(fields=["status", "agreed_date"], name="capas_overdue"),
            # What the trends count: accepted, implemented, closed in a period, and open past a limit.
            models.Index(fields=["wall_owner", "accepted_date", "responded_date", "rounds"], name="capas_accepted"),
            models.Index(
                fields=["wall_owner", "implemented_date", "accepted_date", "agreed_date"], name="capas_implemented"
            ),
            models.Index(
                fields=["wall_owner", "closed_date", "status", "finding", "partner_days", "sponsor_days"],
                name="capas_closed",
            ),
            models.Index(
                fields=[
                    "wall_owner",
                    "status",
                    "response_status",
                    "agreed_date",
                    "responded_date",
                    "response_due_date",
                ],
                name="capas_open",
            ),
        ]

    def __str__(self) -> str:
        return f"CAPA for {self.finding}"

    def get_absolute_url(self) -> str:
        return address_of("audits:capa-detail", self.number)

    @property
    def has_joined(self) -> bool:
        """Whether the CMO answers here itself; until then the sponsor records what it says elsewhere."""
        return self.wall_partner is not None

    @property
    def is_contained_in_time(self) -> bool:
        return bool(self.contained_at and self.contain_at and self.contained_at <= self.contain_at)

    @property
    def was_recorded_later(self) -> bool:
        """Whether the containment was written down after the minute in which it was done."""
        recorded = self.containment_recorded_at
        return bool(self.contained_at and recorded and recorded - self.contained_at >= MINUTE)

    def days_of(self, side: str, today: date) -> int:
        """Calendar days that `side` has used so far."""
        before = self.partner_days if side == Ball.PARTNER else self.sponsor_days
        return days_used(before, self.ball_since_date if self.ball == side else None, today)


class OwnLink(Record):
    """That a link belongs to one of the CMO's own CAPAs, and what of it goes to that sponsor. The CMO's alone.

    The foreign key has no way back on purpose: nothing that starts from a link can be led to the CAPA.
    """

    scope = Scope(owner="capa__company")
    read_permission = Permission.CAPA_OWN

    capa = models.ForeignKey(Capa, models.PROTECT, related_name="own_links", editable=False)
    link = models.ForeignKey(CapaLink, models.PROTECT, related_name="+", editable=False)
    is_root_cause_shared = models.BooleanField("share the root cause with this sponsor", default=False)
    is_evidence_shared = models.BooleanField("share the evidence with this sponsor", default=False)
    shared_date = models.DateField("last copied on", null=True, blank=True, editable=False)
    is_removed = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link"],
                condition=Q(is_removed=False),
                name="one_own_capa_of_a_link",
                violation_error_message="This finding belongs to one of your CAPAs already.",
            )
        ]


class ResponseDraft(RootCause):
    """A response that the CMO has not sent: its own row, which the sponsor cannot read.

    self_check: codes of `criteria.py` that the writer has ticked.
    """

    scope = Scope(owner="company")
    read_permission = Permission.CAPA_OWN

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", editable=False)
    link = models.OneToOneField(CapaLink, models.PROTECT, related_name="+", editable=False)
    proposed_date = models.DateField("we can be done by", null=True, blank=True)
    self_check = models.JSONField(default=list, blank=True)

    def get_absolute_url(self) -> str:
        return reverse("audits:response-edit", args=[self.link.number])

    def clean(self) -> None:
        super().clean()
        if not isinstance(self.self_check, list) or set(self.self_check) - criteria.CODES:
            raise ValidationError({"self_check": "The self-check names criteria that do not exist."})


class Response(RootCause):
    """One round: what the CMO answered, and what the sponsor's auditor said of it. Never changed, only answered."""

    scope = OF_LINK
    read_permission = Permission.CAPA_VIEW

    link = models.ForeignKey(CapaLink, models.PROTECT, related_name="responses", editable=False)
    round = models.PositiveSmallIntegerField(editable=False)
    status = models.CharField(max_length=10, choices=ResponseStatus, default=ResponseStatus.SUBMITTED, editable=False)
    received_date = models.DateField(editable=False)
    proposed_date = models.DateField("can be done by", null=True, blank=True, editable=False)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    author_name = models.CharField("who answered", max_length=120, editable=False)
    is_recorded_by_sponsor = models.BooleanField(
        "received outside the portal", default=False, editable=False
    )  # where the CMO has not joined
    reviewer_name = models.CharField(max_length=120, blank=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, blank=True, editable=False)
    review_reason = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "round"], name="one_response_a_round")]
        indexes = [models.Index(fields=["wall_owner", "round", "received_date", "link"], name="responses_counted")]

    def __str__(self) -> str:
        return f"Round {self.round}"

    def get_absolute_url(self) -> str:
        return self.link.get_absolute_url()


class CapaAction(Record):
    """One thing to be done, by whom at the CMO and by when. Long actions carry an interim control."""

    scope = OF_LINK
    read_permission = Permission.CAPA_VIEW

    link = models.ForeignKey(CapaLink, models.PROTECT, related_name="actions", editable=False)
    kind = models.CharField(max_length=12, choices=ActionKind, default=ActionKind.CORRECTIVE)
    text = models.TextField("what is done")
    owner_name = models.CharField("who", max_length=120)
    due_date = models.DateField("by")
    interim_control = models.TextField("what keeps it safe until then", blank=True)
    done_date = models.DateField("done on", null=True, blank=True, editable=False)
    done_note = models.TextField("what was done", blank=True, editable=False)
    is_removed = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "action"

    def __str__(self) -> str:
        return cut(self.text, 60)

    def get_absolute_url(self) -> str:
        return reverse("audits:action-detail", args=[self.number])


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
    answered_by_name = models.CharField(max_length=120, blank=True, editable=False)
    is_recorded_by_sponsor = models.BooleanField("received outside the portal", default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link"], condition=Q(status="open"), name="one_open_date_proposal")
        ]


class Extension(Record):
    """A later date asked for after one was agreed; it needs a reason and what keeps things safe meanwhile."""

    scope = OF_LINK
    read_permission = Permission.CAPA_VIEW

    link = models.ForeignKey(CapaLink, models.PROTECT, related_name="extensions", editable=False)
    asked_by = models.CharField(max_length=8, choices=Side, editable=False)
    old_date = models.DateField(editable=False)
    new_date = models.DateField("new date")
    reason = models.TextField()
    interim_control = models.TextField("what keeps it safe until then")
    status = models.CharField(max_length=10, choices=ExtensionStatus, default=ExtensionStatus.REQUESTED, editable=False)
    author_name = models.CharField(max_length=120, editable=False)
    answer_note = models.TextField(blank=True, editable=False)
    answered_by_name = models.CharField(max_length=120, blank=True, editable=False)
    is_recorded_by_sponsor = models.BooleanField("received outside the portal", default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link"], condition=Q(status="requested"), name="one_open_extension")
        ]

    def get_absolute_url(self) -> str:
        return self.link.get_absolute_url()

    def clean(self) -> None:
        if self.new_date and self.old_date and self.new_date <= self.old_date:
            raise ValidationError({"new_date": "An extension is a later date than the agreed one."})


class EffectivenessCheck(Record):
    """How one will see that it worked: criterion, sample and day set ahead, and what the check showed then."""

    scope = OF_LINK
    read_permission = Permission.CAPA_VIEW

    link = models.ForeignKey(CapaLink, models.PROTECT, related_name="checks", editable=False)
    criterion = models.TextField("how effectiveness shows")
    sample = models.CharField("sample or number of batches", max_length=200)
    date = models.DateField("to be checked on")
    planned_by_name = models.CharField(max_length=120, editable=False)
    verdict = models.CharField(max_length=14, choices=CheckVerdict, blank=True, editable=False)
    note = models.TextField("what the check showed", blank=True, editable=False)
    judged_by_name = models.CharField(max_length=120, blank=True, editable=False)
    judged_date = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["link"], condition=Q(verdict=""), name="one_open_effectiveness_check")
        ]

    def get_absolute_url(self) -> str:
        return self.link.get_absolute_url()

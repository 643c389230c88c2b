"""What one side tells the other on record: the draft only its company reads, the update, its versions, its replies.

A posted update is never overwritten: each amendment is a version of its own, and an acknowledgement names the one read.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.texts import folded
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from communications.updates.catalogue import FACTS, TYPES, UpdateType
from communications.updates.querysets import UpdateQuerySet
from communications.updates.vocabulary import Act, DraftStatus, Grade, Timing, UpdateStatus
from vendors.registry.models import Site, Vendor

SIDES = [("sponsor", "Sponsor"), ("partner", "CMO")]


class Told(Record):
    """What is told: columns that types share, and the type's own details as text by name."""

    CONTENT: ClassVar[tuple[str, ...]] = ("title", *FACTS, "description", "details")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+", editable=False)
    type = models.CharField(max_length=24, editable=False)  # a row of the catalogue: a new one needs no migration
    title = models.CharField("in one line", max_length=160)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    product = models.CharField(max_length=120, blank=True)
    batch = models.CharField("batch or lot", max_length=120, blank=True)
    classification = models.CharField("class", max_length=10, choices=Grade, blank=True)
    detected_at = models.DateTimeField("detected at", null=True, blank=True)
    aware_at = models.DateTimeField("known to quality at", null=True, blank=True)
    planned_date = models.DateField("planned for", null=True, blank=True)
    description = models.TextField("what it is about", blank=True, max_length=20_000)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def kind(self) -> UpdateType:
        return TYPES[self.type]

    def content(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.CONTENT}

    def clean(self) -> None:
        if self.type not in TYPES:
            raise ValidationError("Choose what you want to tell from the list.")
        self.title = " ".join(self.title.split())
        errors: dict[str, Any] = {}
        if self.site is not None and self.site.vendor_id != self.vendor_id:
            errors["site"] = "Choose a site of this CMO."
        if self.detected_at and self.aware_at and self.aware_at < self.detected_at:
            errors["aware_at"] = "It was known to quality when it was detected or later."
        for name in FACTS:
            if name not in self.kind.facts and getattr(self, name) not in (None, ""):
                errors[name] = "This type of update does not ask for it."
        faults = (
            self.kind.problems(self.details, whole=False) if isinstance(self.details, dict) else {"": "Send a map."}
        )
        if faults:
            errors["details"] = [f"{name}: {text}" if name else text for name, text in faults.items()]
        if errors:
            raise ValidationError(errors)


class UpdateDraft(Told):
    """An update that is not posted: its author's company reads it, and the other side not even that it exists.

    notify_by: when a CMO's time to tell ends, as it is known so far. posted_as: the number of the update it became.
    """

    scope = Scope(owner="company")
    read_permission = Permission.UPDATE_POST

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", editable=False)
    status = models.CharField(max_length=10, choices=DraftStatus, default=DraftStatus.DRAFT, editable=False)
    author_ref = models.CharField(max_length=40, editable=False)
    author_name = models.CharField("by", max_length=200, editable=False)
    notify_by = models.DateTimeField("to be posted by", null=True, blank=True, editable=False)
    posted_as = models.CharField(max_length=24, blank=True, editable=False)

    class Meta:
        verbose_name = "draft of an update"
        verbose_name_plural = "drafts of updates"
        indexes = [models.Index(fields=["wall_owner", "status", "number"], name="update_drafts_of_owner")]

    def get_absolute_url(self) -> str:
        return reverse("communications:draft-detail", args=[self.number])


class Update(Told):
    """What was posted, and where it stands.

    side: who posted it; ball: whose move it is, empty when nothing waits. notify_by: when the time to tell ended; empty
    where no limit binds. timing is of the first version: a later one does not change when the other side heard of it.
    acknowledged_revision: the version that the other side says it has read. fact_number: the record it became.
    """

    number_prefix = "UPD"
    scope = Scope(owner="vendor__sponsor", partner="vendor__company", shared=True)
    read_permission = Permission.UPDATE_VIEW
    objects: ClassVar[Any] = UpdateQuerySet.as_manager()

    side = models.CharField("posted by", max_length=8, choices=SIDES, editable=False)
    status = models.CharField(max_length=14, choices=UpdateStatus, default=UpdateStatus.POSTED, editable=False)
    ball = models.CharField("waits for", max_length=8, choices=SIDES, blank=True, editable=False)
    author_ref = models.CharField(max_length=40, editable=False)
    author_name = models.CharField("by", max_length=200, editable=False)
    posted_at = models.DateTimeField(editable=False)
    time_zone = models.CharField("time zone of the clocks", max_length=50, editable=False)
    notify_by = models.DateTimeField("to be posted by", null=True, blank=True, editable=False)
    timing = models.CharField(max_length=8, choices=Timing, blank=True, editable=False)
    revision = models.PositiveSmallIntegerField("version", default=1, editable=False)
    acknowledge_by = models.DateTimeField("to be acknowledged by", editable=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True, editable=False)
    acknowledged_by_name = models.CharField("acknowledged by", max_length=200, blank=True, editable=False)
    acknowledged_revision = models.PositiveSmallIntegerField("version read", null=True, blank=True, editable=False)
    decide_by = models.DateField("to be decided by", null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by_name = models.CharField("decided by", max_length=200, blank=True, editable=False)
    investigate_by = models.DateField("to be closed by", null=True, blank=True, editable=False)
    answer_by = models.DateField("to be answered by", null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    fact_number = models.CharField("became", max_length=24, blank=True, editable=False)
    search_text = models.TextField(editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, acknowledged_by_name="", acknowledged_revision__isnull=True)
                | Q(acknowledged_at__isnull=False, acknowledged_revision__isnull=False) & ~Q(acknowledged_by_name=""),
                name="update_acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by_name="")
                | Q(decided_at__isnull=False) & ~Q(decided_by_name=""),
                name="update_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["wall_owner", "-posted_at", "number"], name="updates_of_owner"),
            models.Index(fields=["wall_partner", "-posted_at", "number"], name="updates_of_cmo"),
            models.Index(fields=["vendor", "-posted_at"], name="updates_of_vendor"),
            models.Index(fields=["site", "-posted_at"], name="updates_of_site"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("communications:update-detail", args=[self.number])

    def clean(self) -> None:
        super().clean()
        words = [self.number, self.title, self.product, self.batch, self.description, *self.details.values()]
        self.search_text = folded(" ".join(words))

    @property
    def is_of_cmo(self) -> bool:
        return self.side == PARTNER

    @property
    def decides(self) -> bool:
        return self.decide_by is not None


OF_UPDATE = Scope(owner="update__vendor__sponsor", partner="update__vendor__company", shared=True)


class UpdateRevision(Record):
    """One version as it was posted. changes: [[what, before, after]] in words. Written once, never again."""

    scope = OF_UPDATE
    read_permission = Permission.UPDATE_VIEW

    update = models.ForeignKey(Update, models.PROTECT, related_name="revisions", editable=False)
    revision = models.PositiveSmallIntegerField(editable=False)
    content = models.JSONField(default=dict, editable=False)
    changes = models.JSONField(default=list, blank=True, editable=False)
    reason = models.TextField("what is new", blank=True, editable=False)
    author_name = models.CharField(max_length=200, editable=False)
    posted_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["update", "revision"], name="one_revision_of_a_number")]

    def __str__(self) -> str:
        return f"Version {self.revision}"

    def get_absolute_url(self) -> str:
        return self.update.get_absolute_url()

    def clean(self) -> None:
        stands = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        kept = ("update_id", "revision", "content", "changes", "reason", "author_name", "posted_at")
        if stands is not None and any(getattr(stands, name) != getattr(self, name) for name in kept):
            raise ValidationError("A version stands as it was posted: post another one.")


class UpdateReply(Record):
    """What somebody said in a move, for both sides: an acknowledgement, a question, an answer, a decision, an end."""

    scope = OF_UPDATE
    read_permission = Permission.UPDATE_VIEW

    update = models.ForeignKey(Update, models.PROTECT, related_name="replies", editable=False)
    act = models.CharField(max_length=12, choices=Act, editable=False)
    revision = models.PositiveSmallIntegerField("about version", editable=False)
    text = models.TextField(blank=True, editable=False)
    side = models.CharField(max_length=8, choices=SIDES, editable=False)
    author_name = models.CharField(max_length=200, editable=False)
    said_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name_plural = "update replies"

    def __str__(self) -> str:
        return f"{self.author_name} {self.get_act_display()}"

    def get_absolute_url(self) -> str:
        return self.update.get_absolute_url()

    def clean(self) -> None:
        stands = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        if stands is not None and (stands.text, stands.act, stands.revision) != (self.text, self.act, self.revision):
            raise ValidationError("What was said stands: say it anew.")

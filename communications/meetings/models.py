"""A meeting of a sponsor and a CMO: who comes, the agenda, the minutes with their versions, and what was agreed.

What both sides read are rows that both read; a draft of minutes and a note of preparation are rows of one company.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.addresses import address_of
from cmo_portal.lib.texts import folded
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from communications.meetings.querysets import DraftQuerySet, MeetingQuerySet, PreparationQuerySet
from communications.meetings.vocabulary import AnswerStatus, DraftStatus, Heading, MeetingKind, MeetingStatus
from communications.messages.models import SIDES, Agreed, Said
from vendors.registry.models import Vendor

OF_MEETING = Scope(owner="meeting__vendor__sponsor", partner="meeting__vendor__company", shared=True)
SHORTEST, LONGEST = 10, 24 * 60  # minutes
SAY_WHAT = "Say what it is about."


class Meeting(Record):
    """One meeting. chair_side, chair_name: who leads it; scribe_side: which side writes the minutes. lasts: minutes;
    ends_at: when it is over. revision: the version of the minutes that stands, 0 before the first was shared.
    wants_correction: a side asked for one. minutes_due_date: by when the scribe's side shares the next version.
    """

    number_prefix = "MTG"
    scope = Scope(owner="vendor__sponsor", partner="vendor__company", shared=True)
    read_permission = Permission.MEETING_VIEW

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(max_length=16, choices=MeetingKind, default=MeetingKind.BUSINESS_REVIEW)
    title = models.CharField("what it is about", max_length=160)
    starts_at = models.DateTimeField("begins")
    lasts = models.PositiveSmallIntegerField(
        "minutes it lasts", default=60, validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)]
    )
    ends_at = models.DateTimeField(editable=False)
    place = models.CharField(max_length=200, blank=True)
    link = models.URLField("link to join", max_length=500, blank=True)
    chair_side = models.CharField("chaired by", max_length=8, choices=SIDES, default="sponsor")
    chair_name = models.CharField("name of the chair", max_length=120, blank=True)
    scribe_side = models.CharField("minutes written by", max_length=8, choices=SIDES, default="sponsor")
    status = models.CharField(max_length=12, choices=MeetingStatus, default=MeetingStatus.PLANNED, editable=False)
    planned_by_name = models.CharField(max_length=120, editable=False)
    held_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_because = models.TextField(blank=True, max_length=2000, editable=False)
    minutes_due_date = models.DateField("minutes due", null=True, blank=True, editable=False)
    revision = models.PositiveSmallIntegerField("version of the minutes", default=0, editable=False)
    wants_correction = models.BooleanField(default=False, editable=False)
    search_text = models.TextField(editable=False)

    objects: ClassVar[Any] = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=("planned", "cancelled"), held_at__isnull=True)
                | (~Q(status__in=("planned", "cancelled")) & Q(held_at__isnull=False)),
                name="a_meeting_was_held_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("minutes_out", "acknowledged"), revision__gte=1)
                | (~Q(status__in=("minutes_out", "acknowledged")) & Q(revision=0)),
                name="minutes_that_are_out_have_a_version",
            ),
        ]
        indexes = [
            models.Index(fields=["wall_owner", "-starts_at", "number"], name="meetings_of_owner"),
            models.Index(fields=["wall_partner", "-starts_at", "number"], name="meetings_of_partner"),
            models.Index(fields=["vendor", "-starts_at"], name="meetings_of_vendor"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address_of("communications:meeting-detail", self.number)

    def clean(self) -> None:
        self.title = " ".join(self.title.split())
        self.chair_name = " ".join(self.chair_name.split())
        if not self.title:
            raise ValidationError({"title": SAY_WHAT})
        if self.vendor.company_id is None:
            raise ValidationError("Meetings are held with a CMO that has joined the portal.")
        if self.starts_at is not None and self.lasts is not None:
            self.ends_at = self.starts_at + timedelta(minutes=self.lasts)
        self.search_text = folded(f"{self.number} {self.title} {self.place}")

    @property
    def is_planned(self) -> bool:
        return self.status == MeetingStatus.PLANNED


class MeetingPerson(Record):
    """Who is expected. The name is copied, because nobody reads the people of another company.

    person_ref: the number of an own colleague who was chosen; empty for a name that was typed.
    """

    scope = OF_MEETING
    read_permission = Permission.MEETING_VIEW

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="people", editable=False)
    side = models.CharField(max_length=8, choices=SIDES)
    name = models.CharField(max_length=120)
    role = models.CharField("as what", max_length=120, blank=True)
    person_ref = models.CharField(max_length=24, blank=True, editable=False)
    is_removed = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = "participant"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#h-people"

    def clean(self) -> None:
        self.name, self.role = " ".join(self.name.split()), " ".join(self.role.split())
        if not self.name:
            raise ValidationError({"name": "Write a name."})


class AgendaLine(Record):
    """One line of the agenda. about_type, about_number: the record it came from; empty for one that was typed."""

    scope = OF_MEETING
    read_permission = Permission.MEETING_VIEW

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda", editable=False)
    heading = models.CharField(max_length=12, choices=Heading, default=Heading.OTHER)
    title = models.CharField("what it is about", max_length=200)
    side = models.CharField("presented by", max_length=8, choices=SIDES, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(LONGEST)])
    details = models.TextField(blank=True, max_length=4000)
    position = models.PositiveIntegerField(default=0, editable=False)
    about_type = models.CharField(max_length=60, blank=True, editable=False)
    about_number = models.CharField(max_length=24, blank=True, editable=False)
    is_removed = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "about_type", "about_number"],
                condition=~Q(about_number=""),
                name="a_record_stands_once_on_an_agenda",
            )
        ]
        indexes = [models.Index(fields=["meeting", "position"], name="agenda_of_meeting")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#h-agenda"

    def clean(self) -> None:
        self.title = " ".join(self.title.split())
        if not self.title:
            raise ValidationError({"title": SAY_WHAT})


class MinutesDraft(Record):
    """Minutes that are not shared: the company of their author reads them, the other side not even that they exist.

    content: `summary`; `present`, the numbers of participants; `lines`, of each line's number the `text` and the
    `decision`; `actions`, each with `number` (of one that stands), `text`, `side`, `owner` and `due`.
    """

    scope = Scope(owner="company")
    read_permission = Permission.MEETING_EDIT

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="+", editable=False)
    company = models.ForeignKey(Company, models.PROTECT, related_name="+", editable=False)
    status = models.CharField(max_length=8, choices=DraftStatus, default=DraftStatus.DRAFT, editable=False)
    content = models.JSONField(default=dict)
    author_name = models.CharField("by", max_length=120, editable=False)

    objects: ClassVar[Any] = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = "draft of minutes"
        verbose_name_plural = "drafts of minutes"
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "company"], condition=Q(status="draft"), name="one_draft_of_minutes_a_company"
            )
        ]

    def __str__(self) -> str:
        return "Draft of the minutes"

    def get_absolute_url(self) -> str:
        return reverse("communications:minutes-write", args=[self.meeting.number])


class MinutesVersion(Record):
    """Minutes as they were shared. The database refuses to change or delete them, on either engine.

    content: what was said with the agenda, the people and the actions as they stood then, so that a version reads the
    same for ever. reason: what is new in it, empty for the first.
    """

    scope = OF_MEETING
    read_permission = Permission.MEETING_VIEW
    append_only = True

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="versions", editable=False)
    revision = models.PositiveSmallIntegerField("version", editable=False)
    content = models.JSONField(editable=False)
    reason = models.TextField("what is new", blank=True, max_length=2000, editable=False)
    author_name = models.CharField(max_length=120, editable=False)
    author_side = models.CharField(max_length=8, choices=SIDES, editable=False)
    shared_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = "version of minutes"
        verbose_name_plural = "versions of minutes"
        constraints = [models.UniqueConstraint(fields=["meeting", "revision"], name="one_version_of_minutes_a_number")]

    def __str__(self) -> str:
        return f"Version {self.revision}"

    def get_absolute_url(self) -> str:
        return reverse("communications:minutes-detail", args=[self.meeting.number, self.revision])


class MinutesAnswer(Record):
    """What one side says of one version: that it has taken note of it, or what is wrong in it. It is no signature."""

    scope = OF_MEETING
    read_permission = Permission.MEETING_VIEW

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="answers", editable=False)
    revision = models.PositiveSmallIntegerField("version", editable=False)
    side = models.CharField(max_length=8, choices=SIDES, editable=False)
    status = models.CharField(max_length=12, choices=AnswerStatus, default=AnswerStatus.AWAITED, editable=False)
    due_date = models.DateField("to be acknowledged by", editable=False)
    by_name = models.CharField(max_length=120, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    wanted = models.TextField("what is to be corrected", blank=True, max_length=2000, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "revision", "side"], name="one_answer_a_side_and_version"),
            models.CheckConstraint(
                condition=Q(status__in=("awaited", "superseded")) | (~Q(by_name="") & Q(answered_at__isnull=False)),
                name="minutes_were_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.revision}: {self.get_status_display().lower()}"  # type: ignore[attr-defined]

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#h-minutes"


class MeetingAction(Agreed):
    """What one side does by a day, as the minutes say. revision: the version that brought it."""

    number_prefix = "MAC"
    scope = OF_MEETING
    read_permission = Permission.MEETING_VIEW

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="actions", editable=False)
    revision = models.PositiveSmallIntegerField(editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_date__isnull=True) | Q(is_dropped=False), name="a_meetings_action_is_done_or_dropped"
            )
        ]

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#h-actions"


class PreparationNote(Said):
    """What colleagues of one company note for themselves before a meeting. A row of its own that is never shared."""

    scope = Scope()  # `wall_owner` is the company of its author, on either side
    read_permission = Permission.MEETING_NOTE
    append_only = True

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="+", editable=False)

    objects: ClassVar[Any] = PreparationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "preparation note"
        indexes = [models.Index(fields=["meeting", "wall_owner", "created_at"], name="preparation_of_meeting")]

    def __str__(self) -> str:
        return "Preparation note"

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#h-notes"

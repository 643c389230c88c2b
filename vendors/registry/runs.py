"""A file on its way in: kept as it came, read in the background, with live counts and the refused rows to mend."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.actors import IMPORT, PARTNER, Actor
from cmo_portal.records.numbers import random_text
from cmo_portal.records.record import Record, opened_door
from cmo_portal.records.scope import Scope

LOST = timedelta(minutes=2)  # a worker that gave no sign for so long is taken for dead
COUNTS = ("read", "added", "changed", "unchanged", "refused", "left_out", "repeated")


class LostRun(Exception):
    """Another worker has taken the run over: whatever this one held is rolled back, and it stops without a word."""


def import_path(run: ImportRun, filename: str) -> str:
    return f"imports/{random_text(26)}"


def of_the_installation(kind: str, company: Any) -> Q:
    """A CMO may know which public files the installation has read; they say nothing about anybody's business."""
    return Q(wall_owner__isnull=True) if kind == PARTNER else Q(pk__in=[])


class ImportRun(Record):
    """One import of one file. Its facts belong to the company that sent it, or to the installation (no owner)."""

    number_prefix = "IMP"
    read_permission = Permission.CMO_VIEW
    scope = Scope(every_sponsor=True, also=of_the_installation)  # the action sets `wall_owner`
    trail_omits = (
        *COUNTS,
        *("progress", "done_row", "first_year", "last_year"),
        *("claim", "beat_at", "tries"),
    )

    class Status(models.TextChoices):
        PREVIEW = "preview", "To confirm"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Reading"
        CHECKING = "checking", "Being checked"
        APPLYING = "applying", "Being imported"
        DONE = "done", "Done"
        FAILED = "failed", "Not read"
        DISCARDED = "discarded", "Discarded"

    kind = models.CharField(max_length=40)
    kind_title = models.CharField(max_length=120)
    file = models.FileField(upload_to=import_path, storage=default_storage, max_length=80, blank=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    as_of = models.DateField(help_text="The day the file was taken from its source.")
    headings = models.JSONField(default=list, blank=True)  # as they stood, to hand refused rows back in
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    notes = models.CharField(max_length=500, blank=True)  # what the file says above its header: the filters used
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True)
    refused_file = models.FileField(upload_to=import_path, storage=default_storage, max_length=80, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)  # per cent of the file's bytes or rows
    read = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    # Where a run goes on after a crash: everything up to this row of the file stands, nothing after it does.
    done_row = models.PositiveIntegerField(default=0)
    first_year = models.PositiveSmallIntegerField(null=True, blank=True)
    last_year = models.PositiveSmallIntegerField(null=True, blank=True)
    claim = models.CharField(max_length=26, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # since the last batch that went in

    class Meta:
        indexes = [models.Index(fields=["wall_owner", "-created_at", "number"], name="imports_of_owner")]

    def get_absolute_url(self) -> str:
        return reverse("vendors:import-detail", args=[self.number])

    def __str__(self) -> str:
        return self.file_name

    @property
    def sender(self) -> Actor:
        """On whose behalf the rows are written: the person who sent the file, else the import itself."""
        return self.sent_by or IMPORT

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    def is_lost(self, now: datetime) -> bool:
        """Waiting or reading, and nobody is at work on it."""
        return self.is_open and (self.beat_at is None or self.beat_at < now - LOST)

    def count(self, **counts: Any) -> None:
        """Keeps running counts, which are no content of the record and leave no entries."""
        for name, value in counts.items():
            setattr(self, name, value)
        with opened_door():
            type(self).objects.filter(pk=self.pk).update(**counts)

    @classmethod
    def take(cls, number: str, now: datetime) -> ImportRun | None:
        """The run for the caller alone; None where it is finished or another worker is at work on it.

        One conditional update decides, so that of two workers exactly one gets it on either engine.
        """
        token = random_text(26)
        with opened_door():
            taken = lost_runs(now).filter(number=number).update(claim=token, beat_at=now, tries=F("tries") + 1)
        return cls.objects.select_related("sent_by").get(number=number, claim=token) if taken else None

    def hold(self, **counts: Any) -> None:
        """A sign of life, with running counts. Inside a transaction it keeps every other worker out until the end.

        Raises LostRun where the run was taken over meanwhile.
        """
        now = timezone.now()
        with opened_door():
            held = type(self).objects.filter(pk=self.pk, claim=self.claim).update(beat_at=now, **counts)
        if not held:
            raise LostRun(self.number)
        for name, value in (counts | {"beat_at": now}).items():
            setattr(self, name, value)

    def let_go(self) -> None:
        """Anybody may take the run at once."""
        with opened_door():
            type(self).objects.filter(pk=self.pk, claim=self.claim).update(claim="", beat_at=None)
        self.claim, self.beat_at = "", None


def lost_runs(now: datetime) -> models.QuerySet[ImportRun]:
    """Runs that wait or read and that no living worker holds."""
    free = Q(beat_at__isnull=True) | Q(beat_at__lt=now - LOST)
    return ImportRun.objects.filter(free, status__in=(ImportRun.Status.WAITING, ImportRun.Status.RUNNING))

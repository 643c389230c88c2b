"""A file on its way in: kept as it came, read in the background, with live counts and the refused rows to mend."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.db import models

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.numbers import random_text
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from cmo_portal.records.trail import opened_door


def import_path(run: ImportRun, filename: str) -> str:
    return f"imports/{random_text(26)}"


class ImportRun(Record):
    """One import of one file. Its facts belong to the company that sent it, or to the installation (no owner)."""

    number_prefix = "IMP"
    scope = Scope(every_sponsor=True)  # `wall_owner` is set by the action: the sender's company, or empty
    read_permission = Permission.CMO_VIEW
    trail_omits = ("progress", "read", "added", "changed", "unchanged", "refused", "left_out", "repeated")

    class Status(models.TextChoices):
        PREVIEW = "preview", "To confirm"
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Reading"
        DONE = "done", "Done"
        FAILED = "failed", "Not read"
        DISCARDED = "discarded", "Discarded"

    kind = models.CharField(max_length=40)
    kind_title = models.CharField(max_length=120)
    file = models.FileField(upload_to=import_path, storage=default_storage, max_length=80)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    as_of = models.DateField(help_text="The day the file was taken from its source.")
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

    class Meta:
        indexes = [models.Index(fields=["wall_owner", "-created_at", "number"], name="imports_of_owner")]

    def count(self, **counts: Any) -> None:
        """Keeps running counts, which are no content of the record and leave no entries."""
        for name, value in counts.items():
            setattr(self, name, value)
        with opened_door():
            type(self).objects.filter(pk=self.pk).update(**counts)

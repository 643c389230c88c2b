"""How a person wants to hear: when the day's mail comes, when nothing may ring, who stands in, what may rest."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from cmo_portal.accounts.models import User
from cmo_portal.records.deadlines import kinds
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from communications.notices.catalogue import NEWS
from communications.notices.moments import DIGEST

LONGEST_SNOOZE = 14  # days


class NoticeSettings(Record):
    """When mail may reach a person, at their own place. Without a row: seven in the morning, no quiet hours."""

    scope = Scope()  # `wall_owner` is the person's company

    user = models.OneToOneField(User, models.PROTECT, related_name="notice_settings", editable=False)
    digest_time = models.TimeField("daily e-mail at", default=DIGEST)
    quiet_from = models.TimeField("quiet from", null=True, blank=True)
    quiet_until = models.TimeField("quiet until", null=True, blank=True)
    rests_at_weekends = models.BooleanField("nothing on Saturdays and Sundays", default=False)

    class Meta:
        verbose_name_plural = "notice settings"

    def clean(self) -> None:
        if (self.quiet_from is None) != (self.quiet_until is None):
            raise ValidationError({"quiet_until": "Quiet hours have a beginning and an end: enter both or neither."})
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise ValidationError({"quiet_until": "Quiet hours that end when they begin are none: leave both empty."})


NO_DEPUTY = "Choose a colleague who works here and may read deadlines."


class Absence(Record):
    """Days on which a person is away; the deputy is told in their place."""

    scope = Scope()  # `wall_owner` is the person's company

    user = models.ForeignKey(User, models.PROTECT, related_name="absences", editable=False)
    from_date = models.DateField("from")
    until_date = models.DateField("until and with")
    deputy = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    is_cancelled = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_date__gte=F("from_date")), name="absence_ends_after_it_begins")
        ]
        indexes = [models.Index(fields=["user", "until_date"], name="absences_of_user")]

    def clean(self) -> None:
        if self.from_date and self.until_date and self.until_date < self.from_date:
            raise ValidationError({"until_date": "The last day lies before the first."})
        if self.deputy is None:
            return
        if self.deputy == self.user:
            raise ValidationError({"deputy": "Choose somebody else."})
        if self.deputy.company_id != self.user.company_id or not self.deputy.is_active:
            raise ValidationError({"deputy": "Choose a colleague who works here."})

    def covers(self, day: date) -> bool:
        return not self.is_cancelled and self.from_date <= day <= self.until_date


class Snooze(Record):
    """A person's word that one obligation may rest until a day, and why. It rests for this person only."""

    scope = Scope()  # `wall_owner` is the person's company

    user = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(max_length=40, editable=False)
    record_number = models.CharField(max_length=24, editable=False)
    due_key = models.CharField(max_length=16, editable=False)
    until_date = models.DateField("remind me again on")
    reason = models.CharField(max_length=300)
    is_cancelled = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "record_number", "due_key"],
                condition=Q(is_cancelled=False),
                name="one_snooze",
                violation_error_message="You have put this off already.",
            )
        ]
        indexes = [models.Index(fields=["user", "kind", "record_number"], name="snoozes_of_user")]


def may_rest(code: str) -> bool:
    """Whether a person can do without mail of this kind."""
    return code == NEWS or (code in kinds and not kinds[code].obligatory)


class Mute(Record):
    """A kind of deadline of which a person wants no e-mail; only one of which they need not hear."""

    scope = Scope()  # `wall_owner` is the person's company

    user = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    kind = models.CharField(max_length=40)
    is_retired = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], condition=Q(is_retired=False), name="one_mute")]

    def clean(self) -> None:
        if not may_rest(self.kind):
            raise ValidationError({"kind": "This one is obligatory: it cannot be switched off."})


def company_of(user: User) -> dict[str, Any]:
    """The wall of a person's own rows."""
    return {"wall_owner": user.company_id}

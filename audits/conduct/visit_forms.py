"""Forms around the visit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from audits.conduct.models import AgendaItem, Attendance, DocumentRequest, Gap, Meeting
from audits.programme.models import Audit
from cmo_portal.records.forms import RecordForm
from vendors.registry.forms import Day


class Clock(forms.TimeInput):
    """The browser's own time field."""

    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class Moment(forms.DateTimeInput):
    """The browser's own field for a day and a time, in the reader's zone."""

    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class AgendaForm(RecordForm):
    class Meta:
        model = AgendaItem
        fields = ("day", "start_time", "end_time", "topic", "who")
        widgets = {"day": Day, "start_time": Clock, "end_time": Clock}
        help_texts = {"start_time": "The site's own clock.", "who": "Whom of the CMO you need there."}

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk and audit.start_date:
            self.initial["day"] = audit.start_date


class RequestForm(RecordForm):
    class Meta:
        model = DocumentRequest
        fields = ("title", "details", "system", "priority", "due_date")
        widgets = {"details": forms.Textarea(attrs={"rows": 3}), "due_date": Day}
        help_texts = {"details": "What exactly, which period, in which form."}


class UsualForm(forms.Form):
    due_date = forms.DateField(required=False, label="Needed by", widget=Day)


class RequestNoteForm(RecordForm):
    """The CMO's own words on a card."""

    class Meta:
        model = DocumentRequest
        fields = ("partner_note", "assignee")
        widgets = {"partner_note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"partner_note": "Where it can be seen, if it is too large or may not leave the site."}


class MeetingForm(RecordForm):
    held_at = forms.DateTimeField(
        label="Held at", widget=Moment, input_formats=["%Y-%m-%dT%H:%M"], help_text="In your time zone."
    )

    class Meta:
        model = Meeting
        fields = ("kind", "held_at", "minutes")
        widgets = {"minutes": forms.Textarea(attrs={"rows": 5})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["held_at"] = timezone.localtime().replace(second=0, microsecond=0)


class AttendanceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Attendance
        fields = ("name", "role", "organisation", "is_key_person")
        help_texts = {"is_key_person": "Key people and their roles stand in the report."}


class GapForm(RecordForm):
    class Meta:
        model = Gap
        fields = ("kind", "area", "reason")
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}

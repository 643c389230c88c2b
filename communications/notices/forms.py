"""Forms of a person about their own notices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from cmo_portal.accounts.models import Notices, User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.deadlines import kinds
from cmo_portal.records.forms import RecordForm
from communications.notices.catalogue import NEWS, to_do
from communications.notices.preferences import LONGEST_SNOOZE, NO_DEPUTY, Absence, NoticeSettings, may_rest


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class Clock(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


def optional_kinds() -> list[tuple[str, str]]:
    """Kinds of which nobody must hear, as (code, words)."""
    return [(code, to_do(code).noun.capitalize()) for code in (*kinds, NEWS) if may_rest(code)]


class SettingsForm(RecordForm):
    notices = forms.ChoiceField(label="E-mail", choices=Notices.choices)
    muted = forms.MultipleChoiceField(
        label="No e-mail about",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="They still stand in the portal. Everything else is obligatory.",
    )
    field_order = ("notices", "digest_time", "quiet_from", "quiet_until", "rests_at_weekends", "muted", "version")

    class Meta:
        model = NoticeSettings
        fields = ("digest_time", "quiet_from", "quiet_until", "rests_at_weekends")
        widgets = {"digest_time": Clock, "quiet_from": Clock, "quiet_until": Clock}
        help_texts = {
            "digest_time": "In your own time zone. What is critical does not wait for it.",
            "quiet_from": "Nothing but what is critical comes in quiet hours. They may reach over midnight.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["muted"].choices = optional_kinds()  # type: ignore[attr-defined]


class AbsenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """Days away. The deputy is a colleague who may read deadlines."""

    class Meta:
        model = Absence
        fields = ("from_date", "until_date", "deputy")
        widgets = {"from_date": Day, "until_date": Day}
        help_texts = {"deputy": "Gets your e-mail meanwhile, where they may read what it is about."}

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.user = person
        colleagues = User.objects.filter(membership__company=person.company_id, is_active=True).exclude(pk=person.pk)
        able = [each.pk for each in colleagues.select_related("membership__company") if each.may(P.DUE_VIEW)]
        field: Any = self.fields["deputy"]
        field.queryset = User.objects.filter(pk__in=able).order_by("name")
        field.to_field_name = "number"
        field.error_messages["invalid_choice"] = NO_DEPUTY
        field.empty_label = "Nobody"


class SnoozeForm(forms.Form):
    until_date = forms.DateField(label="Remind me again on", widget=Day)
    reason = forms.CharField(max_length=300, help_text="Why it may rest. It stands in the trail.")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = self.fields["until_date"].widget.attrs
        attributes["min"] = (today + timedelta(days=1)).isoformat()
        attributes["max"] = (today + timedelta(days=LONGEST_SNOOZE)).isoformat()
        self.fields["until_date"].help_text = f"At most {LONGEST_SNOOZE} days ahead."

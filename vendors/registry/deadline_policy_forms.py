"""The form of a deadline policy: what it is about, when people are reminded, and who hears of what is late."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cmo_portal.records.actors import Actor
from cmo_portal.records.deadlines import kinds, words_of
from cmo_portal.records.trail import StaleRecord
from vendors.registry.deadline_policies import DeadlinePolicy, Rung, facets_of
from vendors.registry.deadline_policy_words import (
    climbing,
    escalation_in_words,
    lateness,
    offsets_in_words,
    read_lateness,
    read_offsets,
    written,
)
from vendors.registry.forms import Day, RegistryForm, choose_by_number
from vendors.registry.supply import Agreement

HELP = "Days before the date, with commas between them; negative after it. 5b: business days, 24h: hours."


class Offsets(forms.CharField):
    """`14, 7, 1, 0, -3` as offsets."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(written(str(each)) for each in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return read_offsets(value or "")


class Lateness(forms.CharField):
    """`3` or `3, 10`: after how many days somebody else hears of it."""

    def to_python(self, value: Any) -> Any:
        return read_lateness(value or "")


class PolicyForm(RegistryForm):
    kind = forms.ChoiceField(required=False, label="Deadline")
    facet = forms.ChoiceField(required=False, label="Class of finding")
    offsets = Offsets(required=False, label="Reminders", max_length=200, help_text=HELP)
    owner = Lateness(required=False, max_length=60, label="Days late until who answers for it hears")
    manager = Lateness(required=False, max_length=60, label="Days late until the CMO’s manager hears")
    facilitators = Lateness(
        required=False,
        max_length=60,
        label="Days late until both sides’ facilitators hear",
        help_text="All three empty: as the kind of deadline has it, mostly 3, 7 and 14 days.",
    )

    class Meta:
        model = DeadlinePolicy
        fields = ("kind", "facet", "agreement", "offsets")
        help_texts = {"agreement": "Only what concerns its CMO, while it is in force. Empty: every CMO."}

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named: Any = self.fields
        named["kind"].choices = [("", "All deadlines"), *sorted(((code, words_of(code)) for code in kinds), key=last)]
        named["facet"].choices = [("", "Every class"), *facets_of("").items()]
        rows = Agreement.objects.visible_to(by).select_related("vendor").order_by("vendor__sort_name", "title", "pk")
        choose_by_number(self, "agreement", rows)
        named["agreement"].label_from_instance = lambda agreement: f"{agreement.vendor.name}: {agreement}"
        for rung in Rung.values:
            self.initial[rung] = lateness(self.instance.escalation, rung)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            self.instance.escalation = climbing({rung: values.get(rung) or [] for rung in Rung.values})
        except ValidationError as refusal:
            self.add_error(None, refusal)
        return values

    def values(self) -> dict[str, Any]:
        values = {name: value for name, value in super().values().items() if name not in Rung.values}
        return values | {"escalation": self.instance.escalation}

    def refuse(self, error: ValidationError | StaleRecord) -> None:
        """Of two versions both stand as people write them."""
        super().refuse(error)
        self.conflict = [(label, in_words(theirs), in_words(yours)) for label, theirs, yours in self.conflict]


def last(pair: tuple[str, str]) -> str:
    return pair[1]


def in_words(value: Any) -> Any:
    if isinstance(value, list):
        return offsets_in_words(value)
    return escalation_in_words(value) if isinstance(value, dict) else value


class ExampleForm(forms.Form):
    """The day for which the preview counts."""

    example = forms.DateField(widget=Day, label="For a due date of", required=False)

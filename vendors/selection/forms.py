"""Forms of selections: they shape input and words, and know nothing of who may do what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import Actor
from cmo_portal.records.forms import RecordForm
from vendors.registry.models import Site
from vendors.registry.supply import Product
from vendors.registry.vocabulary import Confidence
from vendors.selection.models import Criterion, Evidence, EvidenceLevel, Reading, Selection
from vendors.selection.templates_library import PRESETS

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SelectionForm(RecordForm):
    """The brief. A new one may begin with the criteria of a template."""

    preset = forms.ChoiceField(
        label="Begin with the criteria of",
        required=False,
        choices=[*((code, preset.name) for code, preset in PRESETS.items()), ("", "No template")],
        help_text="Five groups, twelve criteria with anchored scales; everything can be changed.",
    )

    class Meta:
        model = Selection
        fields = (
            "title",
            "brief",
            "product",
            "modality",
            "dosage_form",
            "service",
            "supply_stage",
            "annual_volume",
            "volume_unit",
            "need_date",
            "scoring_due_date",
            "stage",
            "missing",
            "scale_low",
            "scale_high",
        )
        widgets = {"need_date": DATE, "scoring_due_date": DATE, "brief": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = Product.objects.visible_to(by).filter(is_retired=False).order_by("code")
        self.fields["product"].queryset = products  # type: ignore[attr-defined]
        if self.instance.pk:
            del self.fields["preset"]


class CriterionForm(RecordForm):
    """A node: what it is called, how it becomes 0 to 100. `weight` stays on the form of the siblings once it exists."""

    class Meta:
        model = Criterion
        fields = ("name", "guidance", "weight", "kind", "direction", "unit", "low", "high", "target", "ceiling")
        widgets = {"guidance": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, selection: Selection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.marks = range(selection.scale_low, selection.scale_high + 1)
        anchors = self.instance.anchors or {}
        for mark in self.marks:
            self.fields[f"anchor_{mark}"] = forms.CharField(
                label=f"What a {mark} looks like", required=False, max_length=200, initial=anchors.get(str(mark), "")
            )
        if self.instance.pk:
            del self.fields["weight"]

    def values(self) -> dict[str, Any]:
        found = {name: value for name, value in super().values().items() if not name.startswith("anchor_")}
        typed = {str(mark): self.cleaned_data.get(f"anchor_{mark}", "") for mark in self.marks}
        return found | {"anchors": {mark: words for mark, words in typed.items() if words}}


class WeightsForm(forms.Form):
    """The weights of one group of siblings, edited together."""

    def __init__(self, *args: Any, siblings: list[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.siblings = siblings
        for node in siblings:
            self.fields[f"weight_{node.number}"] = forms.DecimalField(
                label=node.name,
                initial=node.weight.normalize() if node.weight else Decimal(0),
                max_digits=6,
                decimal_places=2,
                validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
                widget=forms.TextInput(attrs={"inputmode": "decimal", "data-weight-input": "", "class": "short"}),
            )
            self.fields[f"version_{node.number}"] = forms.IntegerField(
                initial=node.version, widget=forms.HiddenInput, required=False
            )

    def weights(self) -> dict[Criterion, Decimal]:
        return {node: self.cleaned_data[f"weight_{node.number}"] for node in self.siblings}

    def versions(self) -> dict[str, int | None]:
        return {node.number: self.cleaned_data.get(f"version_{node.number}") for node in self.siblings}


class ReasonForm(forms.Form):
    """Why something is done: kept in the history."""

    reason = forms.CharField(label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class SeatForm(forms.Form):
    """A person of the company who may score."""

    person = forms.ModelChoiceField(queryset=User.objects.none(), to_field_name="number", label="Evaluator")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class SiteChoiceForm(forms.Form):
    """A site that is to stand for choice, by its number; with the reason once scoring is open."""

    site = forms.ModelChoiceField(queryset=Site.objects.none(), to_field_name="number", widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why it comes now. The panel reads it above the scores.",
    )

    def __init__(self, *args: Any, sites: Any, asks_why: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]
        if not asks_why:
            del self.fields["reason"]


class WhyForm(forms.Form):
    """What stands behind one's own mark."""

    comment = forms.CharField(
        label="Why", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3, "id": "why"})
    )
    confidence = forms.ChoiceField(choices=[("", "not said"), *Confidence.choices], required=False)
    evidence_level = forms.ChoiceField(choices=[("", "not said"), *EvidenceLevel.choices], required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class EvidenceForm(RecordForm):
    """An address outside, behind a cell."""

    class Meta:
        model = Evidence
        fields = ("title", "address")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.kind = Evidence.Kind.LINK
        self.fields["address"].required = True


class ReadingForm(RecordForm):
    """The number behind a calculated cell."""

    class Meta:
        model = Reading
        fields = ("value", "is_not_applicable", "source")

    def clean(self) -> dict[str, Any]:
        """A first number must be one; a stored number may be taken out again."""
        typed = super().clean() or self.cleaned_data
        is_nothing = typed.get("value") is None and not typed.get("is_not_applicable")
        if is_nothing and not self.instance.pk and "value" not in self.errors:
            self.add_error("value", "Enter the number, or tick “Not applicable”")
        return typed

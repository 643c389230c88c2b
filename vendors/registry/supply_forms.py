"""Forms of products, supplies, batches, agreements, qualifications, imports and merges."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from cmo_portal.lib import wording
from cmo_portal.lib.calendars import add_months
from cmo_portal.lib.cells import shown
from cmo_portal.lib.texts import folded
from cmo_portal.records.actors import Actor
from cmo_portal.records.sign_form import MoveForm
from vendors.registry.forms import CommaSeparated, Day, RegistryForm, choose_by_number
from vendors.registry.models import Site, Vendor
from vendors.registry.supply import Agreement, Batch, Product, Qualification, Supply
from vendors.registry.workflows import CONDITIONAL_MONTHS

SUGGESTED = 200  # sites that the browser offers while somebody types; the number finds every other one


class Suggesting(forms.TextInput):
    """A text field with a list of suggestions of the browser's own: works without scripts."""

    template_name = "vendors/_suggesting.html"
    suggestions: list[tuple[str, str]] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"list_{name}"
        context["widget"]["attrs"]["autocomplete"] = "off"
        context["suggestions"] = self.suggestions
        return context


class SiteField(forms.CharField):
    """A site by its number, its FEI or its exact name, found only where the asker may see it."""

    widget = Suggesting

    def offer(self, by: Actor) -> None:
        self.by = by
        rows = Site.objects.visible_to(by).live().select_related("vendor").order_by("vendor__sort_name", "name", "pk")
        words = [(site.number, f"{site.name}, {site.vendor.name}") for site in rows[:SUGGESTED]]
        self.widget.suggestions = words  # type: ignore[attr-defined]

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        rows = Site.objects.visible_to(self.by).live().select_related("vendor__sponsor")
        exact = rows.filter(number__iexact=text).first() or (rows.filter(fei=text).first() if text else None)
        if exact is not None:
            return exact
        named = [site for site in rows.filter(name__iexact=text)[:3] if folded(site.name) == folded(text)]
        if len(named) == 1:
            return named[0]
        if named:
            raise ValidationError(f"Several sites are called {shown(text)}: write the number of the one you mean.")
        raise ValidationError(f"You have no site {shown(text)} in use: write its number, its FEI or its exact name.")


class ProductForm(RegistryForm):
    markets = CommaSeparated(required=False, help_text="Where it is or will be sold, like: EU, US, JP.")

    class Meta:
        model = Product
        fields = (
            "code",
            "name",
            "modality",
            "dosage_form",
            "stage",
            "markets",
            "annual_volume",
            "volume_unit",
            "is_medically_necessary",
        )
        labels = {"is_medically_necessary": "Medically necessary", "annual_volume": "Volume a year"}


class SupplyForm(RegistryForm):
    """A new row names its site; a row that stands keeps it."""

    site = SiteField(help_text="The site's number, FEI or name.")

    class Meta:
        model = Supply
        fields = ("site", "service", "stage", "role", "since_date")
        widgets = {"since_date": Day}

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["site"], self.fields["service"]
        else:
            field: Any = self.fields["site"]
            field.offer(by)


class BatchForm(RegistryForm):
    class Meta:
        model = Batch
        fields = ("batch_number", "quantity", "unit", "made_date")
        widgets = {"made_date": Day}


class BatchMoveForm(MoveForm):
    status_date = forms.DateField(label="On", widget=Day, help_text="The day it happened.")


class AgreementForm(RegistryForm):
    class Meta:
        model = Agreement
        fields = ("kind", "title", "reference", "parties", "signed_date", "effective_date", "expires_date")
        widgets = {"signed_date": Day, "effective_date": Day, "expires_date": Day}
        help_texts = {
            "expires_date": "Its last day. Empty: until it is ended.",
            "reference": "Your own contract number.",
        }


class EndForm(forms.Form):
    """The early end of an agreement."""

    ended_date = forms.DateField(label="Ended on", widget=Day, help_text="From this day on it is not in force.")
    reason = forms.CharField(max_length=500, label="Why it ends early", widget=forms.Textarea(attrs={"rows": 3}))


class QualificationForm(RegistryForm):
    """The scope that is proposed: a site of the CMO, a service, and as narrow as it needs to be."""

    class Meta:
        model = Qualification
        fields = ("site", "service", "dosage_form", "product", "rationale")
        help_texts = {
            "dosage_form": "Empty: for every form.",
            "product": "Empty: for every product.",
            "rationale": "Why this site for this work; what it rests on.",
        }

    def __init__(self, *args: Any, by: Actor, vendor: Vendor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_by_number(self, "site", vendor.sites.filter(is_retired=False).order_by("name", "pk"))
        products = Product.objects.visible_to(by).filter(is_retired=False)
        choose_by_number(self, "product", products.order_by("code", "pk"))
        self.fields.pop("reason", None)


class UntilForm(MoveForm):
    """Approval, with or without a last day."""

    expires_date = forms.DateField(
        required=False,
        label="Qualified until",
        widget=Day,
        help_text="Its last day. Empty: until quality decides anew.",
    )


class ConditionsForm(MoveForm):
    conditions = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), help_text="Under which conditions the site may be used meanwhile."
    )
    expires_date = forms.DateField(label="Qualified until", widget=Day)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = add_months(timezone.localdate(), CONDITIONAL_MONTHS)
        self.fields["expires_date"].help_text = f"Six months at most: up to {wording.full_day(latest)}."


class PlansForm(MoveForm):
    """What suspending or disqualifying a site must answer."""

    rationale = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}), help_text="What happened, and why this follows."
    )
    inventory_plan = forms.CharField(
        label="What happens to stock",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Batches in quarantine, in transit and on the market; how far back you look.",
    )
    alternate_plan = forms.CharField(
        label="Where supply comes from instead",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The other source, or how long stock lasts without one.",
    )


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "approve": UntilForm,
    "reinstate": UntilForm,
    "approve_conditionally": ConditionsForm,
    "suspend": PlansForm,
    "disqualify": PlansForm,
}


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV or Excel. Its headings tell whether it holds CMOs or sites.",
        error_messages={"required": "Choose the file to import."},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )


class MergeForm(forms.Form):
    """Which of the two carries on, and how one knows."""

    survivor = forms.ChoiceField(label="Which one carries on", widget=forms.RadioSelect)
    reason = forms.CharField(
        max_length=500,
        label="How you know that they are one",
        help_text="It stands in the trail of everything that moves.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, vendors: tuple[Vendor, Vendor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(vendor.number, f"{vendor.name} ({vendor.number})") for vendor in vendors]
        self.fields["survivor"].choices = choices  # type: ignore[attr-defined]


class DistinctForm(forms.Form):
    reason = forms.CharField(
        max_length=500,
        label="How you know that they are two",
        help_text="They are not proposed again.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

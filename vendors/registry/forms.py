"""Forms of the registry: which facts a person may type, in which order."""

from __future__ import annotations

from typing import Any

from django import forms

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import Actor
from cmo_portal.records.forms import RecordForm
from vendors.registry.countries import NAMES
from vendors.registry.models import (
    Capability,
    CapacityOffer,
    Certificate,
    Contact,
    ContainmentBand,
    FormerFei,
    Site,
    Vendor,
)


class Day(forms.DateInput):
    """The browser's own date field; it sends ISO dates and shows the reader's own spelling."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class CommaSeparated(forms.CharField):
    """`EU, US, JP` as a list of words."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = value if isinstance(value, list) else (value or "").split(",")
        return [" ".join(str(word).split()) for word in words if str(word).strip()]


class RegistryForm(RecordForm):
    """A form over a record that stands already also asks why it changes; the answer stands in the history."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["reason"] = forms.CharField(
                required=False, max_length=300, label="Why you change it", help_text="It stands in the history."
            )

    @property
    def reason(self) -> str:
        return str(self.cleaned_data.get("reason", ""))


def choose_by_number(form: forms.ModelForm[Any], name: str, rows: Any) -> None:
    """Lets `name` be chosen among `rows` by their numbers: a database id in a page would tell how many rows the whole
    installation holds, other companies' included."""
    field: Any = form.fields[name]
    field.queryset, field.to_field_name = rows, "number"
    chosen = getattr(form.instance, name) if getattr(form.instance, f"{name}_id") else None
    form.initial[name] = chosen.number if chosen else None


class VendorForm(RegistryForm):
    website = forms.URLField(required=False, assume_scheme="https")
    oms_organisation = forms.CharField(
        label="OMS organisation", required=False, max_length=40, help_text="Like ORG-100008368."
    )

    class Meta:
        model = Vendor
        fields = ("name", "country", "website", "oms_organisation", "manager")
        labels = {"manager": "Looked after by"}

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(by).filter(is_active=True).order_by("name")
        choose_by_number(self, "manager", people)
        if not self.instance.pk:
            self.initial["manager"] = by.ref  # whoever adds a CMO looks after it unless they say otherwise
        suggest_countries(self)


class SiteForm(RegistryForm):
    fei = forms.CharField(label="FEI", required=False, max_length=40, help_text="Seven or ten digits.")
    duns = forms.CharField(label="DUNS", required=False, max_length=40, help_text="Nine digits.")
    oms_location = forms.CharField(label="OMS location", required=False, max_length=40, help_text="Like LOC-100003164.")

    class Meta:
        model = Site
        fields = ("name", "address", "postcode", "city", "country", "fei", "duns", "oms_location")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        suggest_countries(self)


class FormerFeiForm(RegistryForm):
    fei = forms.CharField(label="Former FEI", max_length=40, help_text="Seven or ten digits.")

    class Meta:
        model = FormerFei
        fields = ("fei", "note")


class ContactForm(RegistryForm):
    class Meta:
        model = Contact
        fields = ("name", "role", "title", "site", "email", "phone", "is_primary")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(vendor=self.instance.vendor, is_retired=False).order_by("name")
        choose_by_number(self, "site", sites)
        self.fields["site"].empty_label = "The whole company"  # type: ignore[attr-defined]


class BandForm(RegistryForm):
    class Meta:
        model = ContainmentBand
        fields = ("name", "oel_from", "oel_to")


class CapabilityForm(RegistryForm):
    markets = CommaSeparated(
        required=False, help_text="Where product of this line may go, like: EU, US, JP. Commas between them."
    )

    class Meta:
        model = Capability
        fields = (
            "service",
            "modality",
            "dosage_form",
            "scale",
            "band",
            "batch_min",
            "batch_max",
            "batch_unit",
            "markets",
            "equipment",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bands = ContainmentBand.objects.filter(site=self.instance.site).order_by("-oel_from")
        choose_by_number(self, "band", bands)


class CertificateForm(RegistryForm):
    class Meta:
        model = Certificate
        fields = ("kind", "authority", "reference", "covers", "inspection_end_date", "issue_date", "expires_date")
        widgets = {"inspection_end_date": Day, "issue_date": Day, "expires_date": Day}


class OfferForm(RegistryForm):
    class Meta:
        model = CapacityOffer
        fields = (
            "line",
            "service",
            "dosage_form",
            "window_start",
            "window_end",
            "quantity",
            "unit",
            "confidence",
            "expires_date",
            "signed_off_by",
            "signed_off_date",
        )
        widgets = {"window_start": Day, "window_end": Day, "expires_date": Day, "signed_off_date": Day}
        help_texts = {
            "signed_off_by": "The person of technical operations who stands behind it, not of sales.",
            "expires_date": "The last day on which the offer can be taken up.",
        }


class SignOffForm(forms.Form):
    """Who stands behind a promise of capacity, and since when."""

    signed_off_by = forms.CharField(
        max_length=120,
        label="Signed off by",
        help_text="The person of technical operations who stands behind it, not of sales.",
    )
    signed_off_date = forms.DateField(label="Signed off on", widget=Day)


class AttachForm(forms.Form):
    """A file for a record's page. `readers` is asked only where there is somebody to share with."""

    file = forms.FileField(
        error_messages={"required": "Choose the file to add."},
        help_text="PDF, Word, Excel, PowerPoint, picture, CSV, text or e-mail.",
    )
    title = forms.CharField(max_length=200, required=False, help_text="What it is, if the name does not say it.")
    readers = forms.ChoiceField(label="Who can read it", widget=forms.RadioSelect)

    def __init__(self, *args: Any, readers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if readers:
            self.fields["readers"].choices = readers  # type: ignore[attr-defined]
            self.fields["readers"].initial = readers[0][0]
        else:
            del self.fields["readers"]


def suggest_countries(form: forms.BaseForm) -> None:
    """A choice of names instead of two letters; a code that is kept already stays possible."""
    kept = getattr(getattr(form, "instance", None), "country", "")
    names = NAMES if not kept or kept in NAMES else NAMES | {kept: kept}
    choices = [("", "Not given"), *sorted(names.items(), key=lambda row: row[1])]
    label = form.fields["country"].label
    form.fields["country"] = forms.ChoiceField(choices=choices, required=False, label=label)

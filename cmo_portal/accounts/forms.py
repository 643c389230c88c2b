"""Forms about people and companies."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts

from cmo_portal.accounts.models import Company, User
from cmo_portal.accounts.permissions import roles_for
from cmo_portal.lib.public_holidays import region_names
from cmo_portal.records.forms import RecordForm

ZONES = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/")) + ["UTC"]


class RolesField(forms.MultipleChoiceField):
    """Roles as boxes, each with the line that says what its holder does."""

    widget = forms.CheckboxSelectMultiple


def role_choices(kind: str) -> list[tuple[str, str]]:
    return [(role.code, f"{role.name}: {role.does}") for role in roles_for(kind)]


class InviteForm(forms.Form):
    """Who is invited, and as what."""

    email = forms.EmailField(label="E-mail", help_text="The invitation goes to this address.")
    name = forms.CharField(max_length=120)
    roles = RolesField(choices=[])

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = role_choices(kind)  # type: ignore[attr-defined]


class RolesForm(forms.Form):
    """A colleague's name, as it stands under what they sign, and roles. Nobody renames themselves."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(max_length=120)
    roles = RolesField(choices=[])
    reason = forms.CharField(help_text="Why. It stays in the history.")

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = role_choices(kind)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(help_text="Why. It stays in the history.")


class AcceptForm(forms.Form):
    """The invited person's own words: a name and a password."""

    name = forms.CharField(max_length=120, help_text="As it should stand under what you sign.")
    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text=" ".join(password_validators_help_texts()),
    )


class SetupForm(AcceptForm):
    """The first sponsor of an installation and its administrator."""

    company = forms.CharField(max_length=200, label="Your company's name")
    email = forms.EmailField(label="Your e-mail")
    field_order = ["company", "name", "email", "password"]


class ZoneChoice(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(zone, zone.replace("_", " ")) for zone in ZONES], **kwargs)


class ProfileForm(RecordForm):
    time_zone = ZoneChoice(help_text="Dates and times are shown in this zone.")

    class Meta:
        model = User
        fields = ("title", "time_zone", "theme", "single_keys")


class CompanyForm(RecordForm):
    """The region is one of the country as it was typed: after a move it is chosen with the next save."""

    time_zone = ZoneChoice(help_text="The zone a new colleague starts with, and where your days begin.")
    subdivision = forms.CharField(
        required=False,
        label="Region",
        widget=forms.Select,
        help_text="Business days leave out its public holidays. After a new country, save first and choose then.",
    )

    class Meta:
        model = Company
        fields = ("name", "country", "subdivision", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = region_names(str(self.data.get("country", self.instance.country)).strip().upper())
        widget: Any = self.fields["subdivision"].widget
        widget.choices = [("", "The whole country"), *self.names.items()]

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).strip().upper()

    def clean_subdivision(self) -> str:
        region = str(self.cleaned_data["subdivision"])
        moved = self.cleaned_data.get("country", self.instance.country) != self.initial.get("country")
        return "" if moved and region not in self.names else region


class TokenForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="What uses it, like: stock planning.")
    days = forms.TypedChoiceField(
        choices=[("30", "30 days"), ("90", "90 days"), ("365", "1 year")], coerce=int, label="Ends after"
    )
    may_write = forms.BooleanField(required=False, label="May also write")

"""Forms of the registry."""

from __future__ import annotations

from typing import Any

from django import forms

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import Actor
from cmo_portal.records.forms import RecordForm
from vendors.registry.models import Vendor


class VendorForm(RecordForm):
    website = forms.URLField(required=False, assume_scheme="https")

    class Meta:
        model = Vendor
        fields = ("name", "country", "website", "oms_organisation", "manager")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(by).filter(is_active=True).order_by("name")
        self.fields["manager"].queryset = people  # type: ignore[attr-defined]

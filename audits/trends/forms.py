"""What a person asks of the trends: from which day to which, of which CMO, of which of its sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from audits.programme.models import Audit
from audits.trends.asked import Asked
from audits.trends.figures import Period, problem, year_to
from cmo_portal.accounts.models import User
from vendors.registry.forms import Day
from vendors.registry.models import Site, Vendor

OFFERED = 100  # CMOs to choose from; of the others one asks from their own page


class TrendForm(forms.Form):
    """`from` and `to` with the CMOs and sites that were audited; either day left empty is that of the last year."""

    def __init__(self, data: Any, *, reader: User) -> None:
        period = year_to(timezone.localdate())
        given = {name: data.get(name, "") for name in ("from", "to", "cmo", "site")}
        given["from"] = given["from"] or period.first.isoformat()
        given["to"] = given["to"] or period.last.isoformat()
        super().__init__(given)
        self.fields["from"] = forms.DateField(label="From", widget=Day)
        self.fields["to"] = forms.DateField(label="To", widget=Day)
        cmos = choices(Vendor, "sort_name", "site__vendor", reader, given["cmo"])
        self.fields["cmo"] = forms.ChoiceField(label="CMO", required=False, choices=[("", "Any"), *cmos])
        sites = choices(Site, "name", "site", reader, given["site"], of_cmo=given["cmo"])
        self.fields["site"] = forms.ChoiceField(label="Site", required=False, choices=[("", "Any"), *sites])

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if first and last and (words := problem(first, last)):
            self.add_error("to", words)

    @property
    def asked(self) -> Asked:
        """What a valid form asks."""
        given = self.cleaned_data
        return Asked(Period(given["from"], given["to"]), timezone.localdate(), given["cmo"], given["site"])

    @property
    def sentences(self) -> list[str]:
        """What is wrong, field by field."""
        return [f"{self.fields[name].label}: {words}" for name, errors in self.errors.items() for words in errors]


def choices(
    model: Any, order: str, path: str, reader: User, asked: str, of_cmo: str | None = None
) -> list[tuple[str, str]]:
    """The audited ones, and the one that is asked for wherever it stands. Sites are those of one CMO."""
    # In the set of all audited ones, looked up once: a look for each row would read the audits as often.
    rows = model.objects.visible_to(reader).filter(pk__in=Audit.objects.open_to(reader).order_by().values(path))
    if of_cmo is not None:
        rows = rows.filter(vendor__number=of_cmo) if of_cmo else rows.filter(number=asked)
    found = list(rows.order_by(order, "number").values_list("number", "name")[:OFFERED])
    if asked and asked not in dict(found):
        found += model.objects.visible_to(reader).filter(number=asked).values_list("number", "name")
    return found

"""What a person asks of the trends: from which day to which, of which CMO, of which of its sites."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from audits.programme.facts import audited_cmos, audited_sites
from audits.trends.asked import Asked
from audits.trends.figures import Period, problem, year_to
from cmo_portal.accounts.models import User
from vendors.registry.forms import Day

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
        cmos = choices(audited_cmos(reader).order_by("sort_name", "number"), reader, given["cmo"])
        self.fields["cmo"] = forms.ChoiceField(label="CMO", required=False, choices=[("", "Any"), *cmos])
        of_cmo = {"vendor__number": given["cmo"]} if given["cmo"] else {"number": given["site"]}
        audited = audited_sites(reader).filter(**of_cmo).order_by("name", "number")
        sites = choices(audited, reader, given["site"])
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


def choices(audited: QuerySet[Any], reader: User, asked: str) -> list[tuple[str, str]]:
    """The audited ones, and the one that is asked for wherever it stands."""
    found = list(audited.values_list("number", "name")[:OFFERED])
    if asked and asked not in dict(found):
        rows: Any = audited.model.objects  # type: ignore[attr-defined]
        found += rows.visible_to(reader).filter(number=asked).values_list("number", "name")
    return found

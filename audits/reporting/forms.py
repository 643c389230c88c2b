"""Forms of reports and certificates."""

from __future__ import annotations

from typing import Any

from django import forms

from audits.reporting.actions import WRITTEN
from audits.reporting.models import Report
from cmo_portal.records.forms import RecordForm
from cmo_portal.records.sign_form import MoveForm
from vendors.registry.forms import Day

TALL = forms.Textarea(attrs={"rows": 6})


class ReportForm(RecordForm):
    """What the author writes by hand; the rest of the report comes from the audit's own rows."""

    class Meta:
        model = Report
        fields = tuple(name for name in WRITTEN if name != "change_note")
        widgets = {
            "introduction": TALL,
            "background": TALL,
            "duration_note": forms.Textarea(attrs={"rows": 3}),
            "high_risk_areas": TALL,
            "conclusion": TALL,
        }
        help_texts = {
            "introduction": "Why the audit was made and what it rests on.",
            "background": "What the site makes, its history, its people, its last inspections.",
            "duration_note": "Why this many days, and why fewer than usual if so.",
            "day_equivalents": "Auditors times days, like 6 for two auditors over three days.",
            "conclusion": "Whether the site works under GMP in the scope of the audit.",
        }


class CorrectForm(forms.Form):
    change_note = forms.CharField(
        label="What the next edition changes",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="It stands on the first page of the next edition.",
    )


class CertificateForm(MoveForm):
    """What a certificate says besides what the audit knows, and the signature under it."""

    scope_words = forms.CharField(label="Scope", max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    standards = forms.CharField(max_length=400)
    valid_until_date = forms.DateField(label="Valid until", widget=Day)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False

"""The form that takes a regulatory file in."""

from __future__ import annotations

from django import forms
from django.utils import timezone


class ImportForm(forms.Form):
    """A file and the day it was downloaded; which kind it is, the file itself tells."""

    file = forms.FileField(
        label="File", help_text="FDA's inspections details or drug establishment registrations, as csv, text or xlsx."
    )
    as_of = forms.DateField(
        label="Downloaded on",
        help_text="Nothing in the file may have happened later.",
        initial=timezone.localdate,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

"""Forms of links: whom to ask, and the code of whoever comes."""

from __future__ import annotations

from django import forms
from django.conf import settings


class AskForm(forms.Form):
    """Who shall answer, and for how long the link lasts."""

    email = forms.EmailField(
        label="E-mail",
        max_length=100,
        help_text="The link goes here, and so does each code. It is for this person alone.",
    )
    name = forms.CharField(label="Their name", max_length=60)
    days = forms.IntegerField(label="Days the link lasts", min_value=1, max_value=90, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["days"].initial = settings.GUEST_LINK_DAYS


class CodeForm(forms.Form):
    """The six digits of the mail, typed with or without spaces."""

    code = forms.CharField(
        label="Code",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Type the code from the e-mail."},
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())

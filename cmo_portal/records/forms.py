"""Forms over records: they shape input and words, never save, and keep what was typed when somebody was faster."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cmo_portal.records.record import Record
from cmo_portal.records.trail import StaleRecord


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that knows the version it was opened with.

    `version` goes to the action; a StaleRecord comes back to `keep_conflict`, after which the page shows both texts
    side by side and the next save carries the newer version.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: list[tuple[str, Any, Any]] = []
        for name, value in self.initial.items():
            if isinstance(value, Decimal):
                self.initial[name] = short(value)
        if isinstance(self.instance, Record) and self.instance.pk:
            self.fields["version"].initial = self.instance.version
        else:
            del self.fields["version"]

    def values(self) -> dict[str, Any]:
        """The cleaned values that belong to the record."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "reason"}}

    @property
    def opened_version(self) -> int | None:
        version: int | None = self.cleaned_data.get("version")
        return version

    def refuse(self, error: ValidationError | StaleRecord) -> None:
        """Puts an action's refusal where the person sees it, with the form kept."""
        if isinstance(error, StaleRecord):
            self.conflict = error.rows()
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("version")] = str(error.stored.version)
            self.data = data
            self.add_error(None, str(error))
            return
        place(self, error)

    def save(self, commit: bool = True) -> Any:
        raise TypeError("A record is written by its action, not by its form.")


def short(number: Decimal) -> Decimal:
    """The same number as a person writes it: 2500, not 2500.000 as the column keeps it."""
    return Decimal(format(number.normalize(), "f"))


def place(form: forms.BaseForm, error: ValidationError) -> None:
    """Adds an action's ValidationError to the fields it names, and to the form where it names none of its fields."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)

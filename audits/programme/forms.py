"""Forms of the audit programme: what an audit is about, its dates, its team, and what its moves take."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from audits.programme.models import Audit, Independence, Slot, TeamMember
from audits.programme.vocabulary import TeamRole
from cmo_portal.accounts.models import User
from cmo_portal.records.actors import Actor
from cmo_portal.records.sign_form import MoveForm
from vendors.registry.forms import CommaSeparated, Day, RegistryForm
from vendors.registry.supply_forms import SiteField
from vendors.registry.vocabulary import Service

STANDARDS = "EU GMP Part I, EU GMP Annex 1, 21 CFR 211, ICH Q7"
MONTHS_AHEAD = 30


class MonthField(forms.TypedChoiceField):
    """A month, as the first of its days; from a year ago to two and a half years ahead."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[], coerce=date.fromisoformat, empty_value=None, **kwargs)

    def offer(self, today: date, kept: date | None = None) -> None:
        months = {first_plus(today.replace(day=1), n) for n in range(-12, MONTHS_AHEAD)} | ({kept} if kept else set())
        named = [(day.isoformat(), f"{calendar.month_name[day.month]} {day.year}") for day in sorted(months)]
        self.choices = [("", "Not planned yet"), *named]


def first_plus(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


class AuditForm(RegistryForm):
    """What the audit is about. The site is given once; dates and team have pages of their own."""

    site = SiteField(help_text="The site's number, FEI or name.")
    services = forms.MultipleChoiceField(
        choices=Service.choices, required=False, widget=forms.CheckboxSelectMultiple, label="Services in scope"
    )
    standards = CommaSeparated(required=False, label="Standards audited against", help_text=f"Like: {STANDARDS}.")
    planned_month = MonthField(required=False, label="Planned for the month of")
    lead = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, to_field_name="number", label="Lead auditor",
        empty_label="Nobody yet",
    )  # fmt: skip

    class Meta:
        model = Audit
        fields = (
            *("site", "type", "mode", "purpose", "services", "scope_text", "standards", "due_date", "planned_month"),
            "follows",
        )
        widgets = {
            "purpose": forms.Textarea(attrs={"rows": 3}),
            "scope_text": forms.Textarea(attrs={"rows": 3}),
            "due_date": Day,
        }
        help_texts = {
            "purpose": "Why this audit, and what it should answer. The notification names it.",
            "due_date": "From the site's interval, or from the event that calls for it.",
        }
        labels = {"follows": "Follows the audit", "scope_text": "Scope in words"}

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["planned_month"].offer(timezone.localdate(), self.instance.planned_month)
        earlier = Audit.objects.visible_to(by).held().select_related("site__vendor")
        if self.instance.pk:
            del self.fields["site"], self.fields["lead"]
            earlier = earlier.filter(site=self.instance.site_id).exclude(pk=self.instance.pk)
        else:
            fields["site"].offer(by)
            fields["lead"].queryset = colleagues(by)
        fields["follows"].to_field_name, fields["follows"].required = "number", False
        fields["follows"].queryset = earlier.order_by("-sort_date", "number")
        fields["follows"].label_from_instance = in_a_list
        fields["follows"].empty_label = "None"
        self.initial["follows"] = self.instance.follows.number if self.instance.follows_id else None
        if self.instance.planned_month:
            self.initial["planned_month"] = self.instance.planned_month.isoformat()


def in_a_list(audit: Audit) -> str:
    return f"{audit.number}, {audit.site.name}, {audit.get_type_display().lower()}"


def colleagues(by: Actor) -> Any:
    return User.objects.visible_to(by).filter(is_active=True, membership__company=by.company_id).order_by("name", "pk")


class ScheduleForm(forms.Form):
    """Dates, or only the month. Whatever moves needs a reason."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    start_date = forms.DateField(label="First day", widget=Day, required=False)
    end_date = forms.DateField(label="Last day", widget=Day, required=False)
    planned_month = MonthField(required=False, label="Or only the month")
    reason = forms.CharField(
        required=False, max_length=300, label="Why it moves", help_text="The CMO reads it where dates were agreed."
    )

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        month = audit.planned_month.isoformat() if audit.planned_month else ""
        initial = {"version": audit.version, "start_date": audit.start_date, "end_date": audit.end_date}
        kwargs["initial"] = initial | {"planned_month": month} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["planned_month"]
        field.offer(timezone.localdate(), audit.planned_month)
        why = self.fields["reason"]
        why.required = bool(audit.start_date or audit.planned_month)
        why.error_messages["required"] = "Write why the dates move: both sides read it."

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        start, end = given.get("start_date"), given.get("end_date")
        if bool(start) != bool(end) and not self.errors:
            self.add_error("end_date" if start else "start_date", "Give the first and the last day.")
        if start and end and end < start:
            self.add_error("end_date", "The last day must not be before the first.")
        if not start and not end and not given.get("planned_month") and not self.errors:
            raise ValidationError("Give the two days, or the month.")
        return given


class MemberForm(RegistryForm):
    """A colleague, or somebody from outside by name and employer."""

    person = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, to_field_name="number", label="Colleague",
        empty_label="Somebody from outside",
    )  # fmt: skip
    name = forms.CharField(required=False, max_length=120, help_text="Of somebody from outside.")
    employer = forms.CharField(required=False, max_length=200, help_text="Of somebody from outside.")

    class Meta:
        model = TeamMember
        fields = ("person", "name", "employer", "role", "expertise")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("person", "name", "employer"):
                del self.fields[name]
        else:
            field: Any = self.fields["person"]
            field.queryset = colleagues(by)
            self.initial["role"] = TeamRole.CO_AUDITOR

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "person" in self.fields:
            if given.get("person") is None and not (given.get("name") or "").strip():
                self.add_error("person", "Choose a colleague, or write the name of somebody from outside.")
            elif given.get("person") is not None:
                given["name"], given["employer"] = given["person"].name, given["person"].company_name
        return given

    def values(self) -> dict[str, Any]:
        given = super().values()
        if given.get("person") is not None:
            given.pop("name"), given.pop("employer")
        return given


class IndependenceForm(RegistryForm):
    class Meta:
        model = Independence
        fields = ("has_conflict", "ties")
        widgets = {"ties": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "ties": "Work there or for it, shares, relatives, a system of theirs that you built: whatever a doubter"
            " would want to know."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("reason", None)


class ClearForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), label="Why they do not stand against auditing", max_length=2000
    )


class SlotForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Slot
        fields = ("start_date", "end_date", "note")
        widgets = {"start_date": Day, "end_date": Day}
        help_texts = {"note": "What the other side should know, like a campaign or a shutdown."}


class AnswerForm(forms.Form):
    """Agree to dates, or say what does not suit."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    agrees = forms.TypedChoiceField(
        choices=[("yes", "These dates suit"), ("no", "These dates do not suit")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        label="Your answer",
    )
    note = forms.CharField(required=False, max_length=300, help_text="Needed where they do not suit: what would.")


class AuditMoveForm(MoveForm):
    """The day it happened; today unless it is recorded later."""

    on = forms.DateField(label="On", widget=Day, required=False, help_text="The day it happened. Empty: today.")


DATED_MOVES = ("start", "hold_closeout")
MOVE_FORMS: dict[str, type[MoveForm]] = dict.fromkeys(DATED_MOVES, AuditMoveForm)

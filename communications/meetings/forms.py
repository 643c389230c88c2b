"""Forms around a meeting: its plan, a participant, a line of the agenda, the minutes, what a side says of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from audits.conduct.visit_forms import Moment
from cmo_portal.accounts.models import User
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.forms import RecordForm
from cmo_portal.records.sign_form import MoveForm
from communications.meetings.models import AgendaLine, Meeting, MeetingPerson
from communications.messages.models import LONGEST
from vendors.registry.forms import Day
from vendors.registry.models import Vendor

MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def sides(names: dict[str, str], *, empty: str = "") -> list[tuple[str, str]]:
    first = [("", empty)] if empty else []
    return [*first, (SPONSOR, names[SPONSOR]), (PARTNER, names[PARTNER])]


class MeetingForm(RecordForm):
    starts_at = forms.DateTimeField(label="Begins", widget=Moment, input_formats=MINUTES)
    link = forms.URLField(label="Link to join", required=False, max_length=500, assume_scheme="https")

    class Meta:
        model = Meeting
        fields = ("kind", "title", "starts_at", "lasts", "place", "link", "chair_side", "chair_name", "scribe_side")
        labels: ClassVar[dict[str, str]] = {"lasts": "Minutes it lasts"}
        help_texts: ClassVar[dict[str, str]] = {
            "place": "A room or an address.",
            "scribe_side": "That side shares the minutes, and is reminded of them.",
        }

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = timezone.get_current_timezone_name()
        self.fields["starts_at"].help_text = f"In your time zone, {zone}; everybody reads it in their own."
        for name in ("chair_side", "scribe_side"):
            self.fields[name].choices = sides(names)  # type: ignore[attr-defined]


class WithWhomForm(forms.Form):
    """With which company: by numbers, never by database ids."""

    cmo = forms.ChoiceField(label="With whom")

    def __init__(self, *args: Any, rows: list[tuple[Vendor, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cmo"].choices = [(row.number, name) for row, name in rows]  # type: ignore[attr-defined]


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """An own colleague is chosen; a name of either side is typed."""

    colleague = forms.ModelChoiceField(
        queryset=User.objects.none(), to_field_name="number", required=False, label="A colleague of yours",
        empty_label="Nobody: I type a name",
    )  # fmt: skip

    class Meta:
        model = MeetingPerson
        fields = ("side", "name", "role")
        labels: ClassVar[dict[str, str]] = {"side": "Of which side", "name": "Or a name"}
        help_texts: ClassVar[dict[str, str]] = {"name": "For people of the other side, and guests of yours."}

    field_order = ("colleague", "side", "name", "role")

    def __init__(self, *args: Any, by: User, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: Any = User.objects.visible_to(by).filter(is_active=True, membership__company=by.company_id)
        field: Any = self.fields["colleague"]
        field.queryset = rows.order_by("name")
        self.by = by
        self.fields["side"].choices = sides(names)  # type: ignore[attr-defined]
        self.fields["side"].initial = SPONSOR if by.company_kind == PARTNER else PARTNER
        self.fields["name"].required = self.fields["side"].required = False

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("colleague") is not None:
            values |= {"side": self.by.company_kind, "name": values["colleague"].name}
        elif not values.get("name"):
            self.add_error("name", "Choose a colleague, or type a name.")
        elif not values.get("side"):
            self.add_error("side", "Say of which side.")
        return values

    def _post_clean(self) -> None:
        """The record is made by its action, which checks it."""


class LineForm(RecordForm):
    class Meta:
        model = AgendaLine
        fields = ("heading", "title", "side", "minutes", "details")
        labels: ClassVar[dict[str, str]] = {"minutes": "Minutes it takes"}
        widgets: ClassVar[dict[str, Any]] = {"details": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = sides(names, empty="Both sides")  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    body = forms.CharField(
        label="Note", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write something."},
    )  # fmt: skip


class CancelForm(MoveForm):
    """A move of the meeting; why it is cancelled is read by both sides."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.transition.name == "cancel":
            self.fields["reason"].label, self.fields["reason"].help_text = "Why", "The other side reads it."
        else:
            del self.fields["reason"]

    def proof(self) -> dict[str, Any]:
        self.cleaned_data.setdefault("reason", "")
        return {name: value for name, value in super().proof().items() if name != "credentials"}


class CorrectionForm(forms.Form):
    """revision: the version that was read when the page was opened."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="What is to be corrected", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Both sides read it. The side that writes the minutes shares a new version.",
    )  # fmt: skip


class DropForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="Why nobody does it any more", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Both sides read it.",
    )  # fmt: skip


class ActionRowForm(forms.Form):
    """One action of the minutes; a row without words is none."""

    number = forms.CharField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="What is to be done", required=False, max_length=300)
    side = forms.ChoiceField(label="Who does it", required=False)
    owner = forms.CharField(label="Name", required=False, max_length=120)
    due = forms.DateField(label="By", required=False, widget=Day)

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["side"].choices = sides(names, empty="Not chosen")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("text"):
            if not values.get("side"):
                self.add_error("side", "Say which side does it.")
            if not values.get("due") and "due" not in self.errors:
                self.add_error("due", "Say by which day.")
        return values

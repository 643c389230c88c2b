"""The typed form of each type of update, made from its row of the catalogue; and what the moves take."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from audits.conduct.visit_forms import Moment
from cmo_portal.accounts.models import User
from cmo_portal.records.forms import RecordForm
from cmo_portal.records.sign_form import MoveForm
from communications.updates.catalogue import CHOICE, DATE, FACTS, LONG, LONGEST, NUMBER, TEXT, Detail, UpdateType
from communications.updates.models import Told, UpdateDraft
from communications.updates.vocabulary import Grade
from vendors.registry.forms import Day, choose_by_number
from vendors.registry.models import Site, Vendor

MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
HELP = {
    "aware_at": "When your quality unit knew: the time to tell runs from here. In your own time zone.",
    "detected_at": "When it was seen first, where that was before.",
    "classification": "As your own procedure classes it. Not classified yet: tell it now, class it in a later version.",
    "product": "As both sides call it.",
    "description": "What the other side needs to know, in plain words.",
}
BEFORE, LAST = ("title",), ("description",)


def area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def field_of(each: Detail) -> forms.Field:
    """The form's field of one detail. Nothing is required: a draft may lack what it will say later."""
    common: dict[str, Any] = {"label": each.label, "required": False, "help_text": each.help}
    if each.kind == CHOICE:
        return forms.ChoiceField(choices=[("", "Not chosen"), *each.choices], **common)
    if each.kind == DATE:
        return forms.DateField(widget=Day, **common)
    if each.kind == NUMBER:
        return forms.DecimalField(min_value=0, max_digits=14, decimal_places=3, **common)
    widget = area(3) if each.kind == LONG else forms.TextInput()
    return forms.CharField(max_length=LONGEST.get(each.kind, LONGEST[TEXT]), widget=widget, **common)


class UpdateForm(RecordForm):
    """The fields of one type, in its order. Details come and go as text by name."""

    class Meta:
        model = UpdateDraft
        fields = ("title", "site", "product", "batch", "classification", "detected_at", "aware_at", "planned_date",
                  "description")  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {
            "detected_at": Moment, "aware_at": Moment, "planned_date": Day, "description": forms.Textarea,
        }  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told: Told = self.instance
        kind: UpdateType = told.kind
        for name in FACTS:
            if name not in kind.facts:
                del self.fields[name]
        for name, text in HELP.items():
            if name in self.fields:
                self.fields[name].help_text = text
        self.fill_facts(kind, by)
        for each in kind.details:
            self.fields[each.name] = field_of(each)
            self.initial[each.name] = kind.read(told.details)[each.name]
        for name in (*kind.needs, *[each.name for each in kind.details if each.required]):
            self.fields[name].is_needed_later = True  # type: ignore[attr-defined]  # a draft may lack it, a post not
        self.order_fields([*BEFORE, *kind.facts, *[each.name for each in kind.details], *LAST])

    def fill_facts(self, kind: UpdateType, by: User) -> None:
        told: Told = self.instance
        if "site" in self.fields:
            sites = Site.objects.visible_to(by).filter(vendor=told.vendor_id, is_retired=False).order_by("name")
            choose_by_number(self, "site", sites)
        if "planned_date" in self.fields:
            self.fields["planned_date"].label = kind.planned_label
        for name in ("detected_at", "aware_at"):
            if name in self.fields:
                self.fields[name].input_formats = MINUTES  # type: ignore[attr-defined]
        if "classification" in self.fields and kind.decides("", {}):
            grades = [("", "Not chosen"), (Grade.MAJOR, "Major"), (Grade.MINOR, "Minor")]
            self.fields["classification"].choices = grades  # type: ignore[attr-defined]
            self.fields["classification"].help_text = "A major change asks for the sponsor's approval before it begins."
        self.fields["description"].widget.attrs["rows"] = 5

    def values(self) -> dict[str, Any]:
        given = super().values()
        own = {each.name: written(given.pop(each.name, "")) for each in self.instance.kind.details}
        return given | {"details": {name: text for name, text in own.items() if text}}


class AmendForm(UpdateForm):
    """The same over what stands, with what is new in this version."""

    reason = forms.CharField(
        label="What is new in this version", widget=area(3), max_length=2000,
        help_text="The other side reads it first, and acknowledges this version again.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["reason", *[name for name in self.fields if name != "reason"]])


def written(value: Any) -> str:
    """A cleaned value as the record keeps it: text."""
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else str(value).strip()


class ReaderForm(forms.Form):
    """To whom: the sponsor for a CMO, the CMO for a sponsor; by numbers, never by database ids."""

    vendor = forms.ChoiceField(label="To whom")

    def __init__(self, *args: Any, rows: list[Vendor], names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pairs = list(zip([row.number for row in rows], names, strict=True))
        self.fields["vendor"].choices = pairs  # type: ignore[attr-defined]


class SayForm(MoveForm):
    """A move whose reason is what the other side reads."""

    LABELS = {
        "acknowledge": ("A word to the other side", "They read it with your acknowledgement."),
        "accept": ("Conditions or remarks", "The other side reads them; they stand with your signature."),
        "refuse": ("Why not", "The other side reads it: say what would change your answer."),
        "respond": ("Your answer", ""),
        "ask": ("Your question", "It counts as read; the clock of the answer starts."),
        "answer": ("Your answer", ""),
        "close": ("What came of it", "Cause, consequence and what was done, in a few lines."),
        "withdraw": ("Why you withdraw it", "It stays readable, marked as withdrawn."),
    }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label, help_text = self.LABELS.get(self.transition.name, ("Reason", ""))
        self.fields["reason"].label, self.fields["reason"].help_text = label, help_text

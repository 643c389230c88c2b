"""The CMO's response as a form: words, five whys, the cause tree and the planned actions, all of it by keyboard alone.

Lines of the tree and actions come as repeated fields in the order of the page. A step of the tree is a button of the
form, so it works without scripts; whatever was typed is kept with every step.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from audits.capa import cause_tree, planned
from audits.capa.criteria import asked_of
from audits.capa.models import WHYS, ResponseDraft, RootCause
from audits.capa.vocabulary import ActionKind
from vendors.registry.forms import Day

TREE_TOOLS = (
    ("cause", "corner-down-right", "Add a cause below"),
    ("beside", "plus", "Add a line beside"),
    ("deeper", "chevron-right", "Move deeper"),
    ("higher", "chevron-left", "Move higher"),
    ("up", "arrow-up", "Move up"),
    ("down", "arrow-down", "Move down"),
    ("remove", "x", "Take away"),
)


def text_field(label: str, helps: str, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        required=False, label=label, help_text=helps, max_length=20_000, widget=forms.Textarea(attrs={"rows": rows})
    )


class RootCauseForm(forms.Form):
    """What a draft and an own CAPA have in common."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    containment = text_field("What was done at once", "Batches, stock and equipment looked at, with the day.")
    root_cause = text_field("Root cause", "The cause that can be acted on, and what shows that it is the one.", 6)
    corrective = text_field("How it is corrected", "What mends this finding; single actions stand below.")
    preventive = text_field("How it is kept from coming back", "What changes for good, also elsewhere.")
    owner_name = forms.CharField(required=False, max_length=120, label="Who owns it")

    def __init__(self, data: QueryDict | None = None, *, instance: RootCause, **kwargs: Any) -> None:
        self.instance = instance
        initial = {name: getattr(instance, name) for name in RootCause.TEXTS} | {"version": instance.version}
        kwargs["initial"] = initial | kwargs.get("initial", {})
        super().__init__(data, **kwargs)
        self.sent = data
        whys = [*instance.five_whys, *[""] * WHYS][:WHYS]
        for place, why in enumerate(whys, 1):
            label = "Why did it happen?" if place == 1 else "And why was that?"
            self.fields[f"why_{place}"] = forms.CharField(
                required=False, max_length=1000, initial=why, label=f"{place}. {label}"
            )

    @property
    def whys(self) -> list[forms.BoundField]:
        return [self[f"why_{place}"] for place in range(1, WHYS + 1)]

    @property
    def lines(self) -> list[cause_tree.Line]:
        """The tree as it was sent, else as it is stored; an empty one begins with its effect."""
        if self.sent is None:
            return cause_tree.to_lines(self.instance.cause_tree) or [(0, "")]
        texts, depths = self.sent.getlist("line_text"), self.sent.getlist("line_depth")
        pairs = zip(depths, texts, strict=False)
        return cause_tree.settled([(int(d) if d.isdigit() else 0, t.strip()) for d, t in pairs]) or [(0, "")]

    @property
    def planned(self) -> list[dict[str, str]]:
        """The actions as they were sent, else as they are stored, and one empty row to write the next one into."""
        if self.sent is None:
            rows = [planned.tidy(row) for row in self.instance.actions]
        else:
            columns = [self.sent.getlist(f"action_{name}") for name in planned.FIELDS]
            rows = [planned.tidy(dict(zip(planned.FIELDS, row, strict=True))) for row in zip(*columns, strict=False)]
        rows = [row for row in rows if not planned.is_blank(row)]
        return [*rows, planned.tidy({})] if len(rows) < planned.MOST else rows

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return list(ActionKind.choices)

    @property
    def tools(self) -> tuple[tuple[str, str, str], ...]:
        return TREE_TOOLS

    @property
    def text_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("containment", "root_cause")]

    def values(self, step: str = "", at: int = 0) -> tuple[dict[str, Any], int]:
        """What the form says, after one step of the tree where one was asked; and the line the cursor goes to."""
        given = self.cleaned_data
        values: dict[str, Any] = {name: given[name] for name in RootCause.TEXTS}
        whys = [given[f"why_{place}"].strip() for place in range(1, WHYS + 1)]
        while whys and not whys[-1]:
            whys.pop()
        lines, place = cause_tree.step(self.lines, step, at) if step else (self.lines, at)
        tree = cause_tree.to_tree(lines) if len(lines) > 1 or lines[0][1] else {}
        actions = [row for row in self.planned if not planned.is_blank(row)]
        return values | {"five_whys": whys, "cause_tree": tree, "actions": actions}, place

    def clean(self) -> dict[str, Any]:
        fault = planned.problem([row for row in self.planned if not planned.is_blank(row)])
        if fault:
            raise forms.ValidationError(fault)
        fault = cause_tree.problem(cause_tree.to_tree(self.lines))
        if fault:
            raise forms.ValidationError(fault)
        return self.cleaned_data


class DraftForm(RootCauseForm):
    """The draft of a response: the root cause, a day, and the writer's own check."""

    proposed_date = forms.DateField(required=False, label="We can be done by", widget=Day)
    self_check = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple, label="Your own check")

    def __init__(self, data: QueryDict | None = None, *, instance: ResponseDraft, **kwargs: Any) -> None:
        initial = {"proposed_date": instance.proposed_date, "self_check": instance.self_check}
        super().__init__(data, instance=instance, initial=initial, **kwargs)
        self.criteria = asked_of(instance.link.finding.classification)
        choices = [(criterion.code, criterion.asks) for criterion in self.criteria]
        self.fields["self_check"].choices = choices  # type: ignore[attr-defined]

    @property
    def checks(self) -> list[dict[str, Any]]:
        """Each criterion with whether the writer has ticked it."""
        ticked = set(self["self_check"].value() or [])
        return [{"criterion": criterion, "ticked": criterion.code in ticked} for criterion in self.criteria]

    def values(self, step: str = "", at: int = 0) -> tuple[dict[str, Any], int]:
        values, place = super().values(step, at)
        return values | {name: self.cleaned_data[name] for name in ("proposed_date", "self_check")}, place


class CapaForm(RootCauseForm):
    """The CMO's own CAPA."""

    title = forms.CharField(max_length=200)
    own_reference = forms.CharField(required=False, max_length=60, label="Your own number")
    target_date = forms.DateField(required=False, label="Done by", widget=Day)

    OWN = ("title", "own_reference", "target_date")

    def __init__(self, data: QueryDict | None = None, *, instance: Any, **kwargs: Any) -> None:
        initial = {name: getattr(instance, name) for name in self.OWN}
        super().__init__(data, instance=instance, initial=initial, **kwargs)

    def values(self, step: str = "", at: int = 0) -> tuple[dict[str, Any], int]:
        values, place = super().values(step, at)
        return values | {name: self.cleaned_data[name] for name in self.OWN}, place


def differences(theirs: RootCause, yours: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(label, saved meanwhile, typed) of everything on which the two differ, in plain text."""
    rows = []
    for name, typed in yours.items():
        stored = getattr(theirs, name)
        if stored != typed:
            field: Any = type(theirs)._meta.get_field(name)
            label = str(field.verbose_name).capitalize()
            rows.append((label, plain(name, stored), plain(name, typed)))
    return rows


def plain(name: str, value: Any) -> str:
    if name == "cause_tree":
        return "\n".join("  " * depth + text for depth, text in cause_tree.to_lines(value))
    if name == "actions":
        return "\n".join(", ".join(row[key] for key in ("text", "owner", "due") if row[key]) for row in value)
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")

"""Forms of the profile: one question's answer, what is published to whom, and the files that go out and come in."""

from __future__ import annotations

from typing import Any

from django import forms

from communications.profiles.models import Answer, ProfileSection
from communications.profiles.questionnaire import SECTIONS, Question
from communications.profiles.questionnaire.asking import CHOICE, DATE, FILE, LIST, NUMBER, YES_NO
from communications.profiles.values import LONGEST
from vendors.registry.forms import Day
from vendors.registry.models import Vendor

MEGABYTE = 1024 * 1024
LARGEST = 200 * MEGABYTE


def field_of(question: Question) -> forms.Field:
    """The field of a question's value; nothing is required, for an empty answer takes it back."""
    common: dict[str, Any] = {"label": question.text, "required": False, "help_text": question.help}
    if question.kind == YES_NO:
        return forms.ChoiceField(choices=[("", "Not answered"), ("yes", "Yes"), ("no", "No")], **common)
    if question.kind == CHOICE:
        return forms.ChoiceField(choices=[("", "Not answered"), *[(each, each) for each in question.choices]], **common)
    if question.kind == DATE:
        return forms.DateField(widget=Day, **common)
    if question.kind == NUMBER:
        if question.unit:
            common["label"] = f"{question.text} ({question.unit})"
        return forms.DecimalField(max_digits=15, decimal_places=3, **common)
    if question.kind == FILE:
        return forms.CharField(max_length=200, **common)
    rows = 5 if question.kind == LIST else 4
    return forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), **common)


class AnswerForm(forms.Form):
    """One answer. version: of the row that was read, 0 where there was none."""

    as_of_date = forms.DateField(
        label="Right as of", required=False, widget=Day, help_text="Empty: today, when you change the answer."
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, question: Question, answer: Answer | None) -> None:
        self.question, self.answer = question, answer
        super().__init__(data, auto_id=f"{question.code}-%s", initial=self.kept(question, answer))
        fields: dict[str, forms.Field] = {"value": field_of(question)}
        if question.kind == YES_NO:
            area = forms.Textarea(attrs={"rows": 2})
            fields["detail"] = forms.CharField(label="Detail", max_length=LONGEST, required=False, widget=area)
        for each in fields.values():
            each.is_needed_later = True  # type: ignore[attr-defined]  # the page says what is not answered yet
        self.fields = {**fields, **self.fields}

    @staticmethod
    def kept(question: Question, answer: Answer | None) -> dict[str, Any]:
        value = answer.value if answer is not None and answer.is_given else ""
        found: dict[str, Any] = {"value": value, "version": answer.version if answer is not None else 0}
        if question.kind == YES_NO and isinstance(value, dict):
            found |= {"value": value["is"], "detail": value.get("detail", "")}
        if question.kind == LIST and isinstance(value, list):
            found["value"] = "\n".join(value)
        return found

    def value(self) -> Any:
        """What was typed, as the answer keeps it."""
        given = self.cleaned_data.get("value")
        if self.question.kind == YES_NO:
            return {"is": given or "", "detail": self.cleaned_data.get("detail", "")}
        if self.question.kind == LIST:
            return str(given or "").splitlines()
        if self.question.kind == NUMBER:
            return "" if given is None else format(given, "f")
        return "" if given is None else str(given)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = self.cleaned_data
        if self.question.kind == YES_NO and given.get("detail") and not given.get("value"):
            self.add_error("value", "Say yes or no as well.")
        return given


def section_choices(kept: dict[str, ProfileSection], counts: dict[str, int]) -> list[tuple[str, str]]:
    """Sections that hold an answer, with whether they ask for a CDA."""
    found = []
    for section in SECTIONS:
        if counts.get(section.code):
            secret = section.code in kept and kept[section.code].is_confidential
            found.append((section.code, f"{section.title}{' (confidential: needs a CDA)' if secret else ''}"))
    return found


class SectionsForm(forms.Form):
    """Which sections leave the company, and what changed."""

    sections = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one section."}
    )
    note = forms.CharField(
        label="What changed", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A line or two that the reader sees first.",
    )  # fmt: skip

    def __init__(self, *args: Any, sections: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sections"].choices = sections  # type: ignore[attr-defined]


class PublishForm(SectionsForm):
    """To whom, which sections, what changed. seen: the state of the answers when the form was opened."""

    vendors = forms.MultipleChoiceField(
        label="To whom", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one sponsor."},
        help_text="Each learns of its own version only.",
    )  # fmt: skip
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, rows: list[Vendor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {row.number: row for row in rows}
        self.fields["vendors"].choices = [(row.number, row.sponsor.name) for row in rows]  # type: ignore[attr-defined]
        self.order_fields(["vendors", "sections", "note", "seen"])

    def chosen(self) -> list[Vendor]:
        return [self.rows[number] for number in self.cleaned_data["vendors"]]


class ExportForm(SectionsForm):
    """The same for a file that anybody can read who holds it."""

    with_files = forms.BooleanField(
        label="Put the evidence into the file", required=False,
        help_text="Then it is a ZIP. Without, the file holds the names and digests of the evidence only.",
    )  # fmt: skip


class ImportForm(forms.Form):
    """A file and, where it is known, the key it must be signed with."""

    file = forms.FileField(help_text="The JSON or ZIP that the CMO exported.")
    key = forms.CharField(
        label="Public key of the issuer", required=False, max_length=64,
        help_text="64 characters, from the issuer's page of keys or from somebody you know. Without it the "
        "signature is checked, but not whose it is.",
    )  # fmt: skip

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError("The file is larger than 200 MB: ask for one without the evidence.")
        return file

    def clean_key(self) -> str:
        key = "".join(self.cleaned_data["key"].lower().split())
        if key and (len(key) != 64 or set(key) - set("0123456789abcdef")):
            raise forms.ValidationError("A key has 64 characters, 0 to 9 and a to f.")
        return key

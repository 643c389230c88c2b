"""Forms of checklists: a template, a question, an answer, a note, and what goes onto an audit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audits.conduct.models import ChecklistItem, ChecklistTemplate, ScribeNote, TemplateQuestion
from audits.conduct.vocabulary import Answer
from cmo_portal.records.forms import RecordForm

ANSWERS = [("", "Open"), *Answer.choices]


class Clauses(forms.CharField):
    """Clauses as lines of `21 CFR: 211.22(a)`; stored as `[{"source", "clause"}]`."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{ref['source']}: {ref['clause']}" for ref in value)
        return value

    def to_python(self, value: Any) -> Any:
        found = []
        for line in (value or "").splitlines():
            source, colon, clause = line.partition(":")
            if not line.strip():
                continue
            if not colon or not source.strip() or not clause.strip():
                raise ValidationError(f"Write “{line.strip()}” as source and clause, like 21 CFR: 211.22(a).")
            found.append({"source": source.strip()[:60], "clause": clause.strip()[:60]})
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.prepare_value(initial) != data)


class TemplateForm(RecordForm):
    class Meta:
        model = ChecklistTemplate
        fields = ("name", "purpose")
        help_texts = {"name": "Like: Sterile fill-finish, on site.", "purpose": "For which audits it is meant."}


class AskedForm(RecordForm):
    """A question of one's own. Its code stays free of those of the library."""

    refs = Clauses(required=False, label="Clauses", help_text="One a line, like 21 CFR: 211.22(a).")

    field_order = ("code", "system", "topic", "question", "expected_evidence", "refs", "risk_weight")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["risk_weight"] = forms.TypedChoiceField(
            choices=[(1, "1, low"), (2, "2, medium"), (3, "3, high")], coerce=int, initial=1, label="Risk weight"
        )
        if self.instance.pk:
            self.fields["risk_weight"].initial = self.instance.risk_weight
        for name, rows in (("question", 3), ("expected_evidence", 3), ("refs", 3)):
            self.fields[name].widget.attrs["rows"] = rows


class QuestionForm(AskedForm):
    class Meta:
        model = TemplateQuestion
        fields = ("code", "system", "topic", "question", "expected_evidence", "refs", "risk_weight")


class ItemForm(AskedForm):
    class Meta:
        model = ChecklistItem
        fields = ("code", "system", "topic", "question", "expected_evidence", "refs", "risk_weight")


class AnswerForm(RecordForm):
    answer = forms.ChoiceField(choices=ANSWERS, required=False, widget=forms.RadioSelect)

    class Meta:
        model = ChecklistItem
        fields = ("answer", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}


class NoteForm(RecordForm):
    class Meta:
        model = ScribeNote
        fields = ("text",)
        labels = {"text": "What you see and hear"}
        widgets = {"text": forms.Textarea(attrs={"rows": 5})}


class FindingForm(forms.Form):
    """What a line of the checklist hands on; class and clauses are settled on the finding's own page."""

    title = forms.CharField(max_length=200, label="In a few words")
    statement = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False, label="What was found")
    evidence = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False, label="Objective evidence")


class PutForm(forms.Form):
    """A published checklist to copy onto the audit."""

    template = forms.ModelChoiceField(
        ChecklistTemplate.objects.none(), to_field_name="number", label="Checklist", empty_label="Choose a checklist"
    )

    def __init__(self, *args: Any, published: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = published  # type: ignore[attr-defined]


class LibraryForm(forms.Form):
    """What the library is cut down by."""

    q = forms.CharField(required=False, label="Search", max_length=80, widget=forms.TextInput(attrs={"type": "search"}))
    system = forms.ChoiceField(required=False)
    source = forms.ChoiceField(required=False, label="Text")
    clause = forms.CharField(required=False, max_length=40, label="Clause begins with")

    def __init__(self, *args: Any, systems: list[tuple[str, str]], sources: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["system"].choices = [("", "All systems"), *systems]  # type: ignore[attr-defined]
        self.fields["source"].choices = [("", "All texts"), *((s, s) for s in sources)]  # type: ignore[attr-defined]

"""Forms of findings: the draft that saves itself, repeats, combinations, the CMO's answer, and what settles it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audits.findings import clauses
from audits.findings.guidance import GUIDES
from audits.findings.models import Finding
from audits.findings.vocabulary import DisputeOutcome, FindingClass, Verdict
from audits.findings.workflows import missing
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.forms import RecordForm
from cmo_portal.records.sign_form import MoveForm
from vendors.registry.forms import Day

# What a finding has to hold before it leaves the team, as the sentence at its field.
SENTENCES = {
    "classification": "Choose the class: no report is issued with an unclassified finding.",
    "classification_reason": "Write why it is of this class: the CMO reads the reason.",
    "statement": "Write what was found, as you would say it to somebody who was not there.",
    "evidence": "Write the objective evidence: what was seen, where and when, in which document.",
    "refs": "Name the clause that is not met, like 21 CFR 211.192.",
    "system": "Choose the system it belongs to.",
    "late_reason": "Write why the close-out meeting did not hear it.",
}


def lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ClauseField(forms.CharField):
    """Clauses one a line. `kept` are references the finding holds already: they stay, whatever the register says."""

    widget = forms.Textarea(attrs={"rows": 3, "data-clauses": "", "spellcheck": "false"})
    kept: list[dict[str, str]] = []

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        known = {clauses.written(ref): ref for ref in self.kept}
        found: list[dict[str, str]] = []
        faults = []
        for line in text.replace(";", "\n").splitlines():
            if not line.strip():
                continue
            try:
                found.append(known.get(" ".join(line.split())) or clauses.parse(line).ref)
            except ValueError as error:
                faults.append(str(error))
        if faults:
            raise ValidationError(faults)
        return found


class FindingForm(RecordForm):
    """The draft. It takes anything half done; with `finish` it says at each field what is still missing."""

    refs = ClauseField(
        label="Clauses", required=False, help_text="One a line, like 21 CFR 211.192 or EU GMP Annex 1, 9.3."
    )
    classification = forms.ChoiceField(
        label="Class",
        required=False,
        choices=[("", "Not chosen yet"), *FindingClass.choices],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Finding
        fields = (
            "title",
            "system",
            "statement",
            "evidence",
            "refs",
            "classification",
            "classification_reason",
            "product_impact",
            "is_site_wide",
            "late_reason",
        )
        widgets = {
            "statement": lines(5),
            "evidence": lines(4),
            "classification_reason": lines(3),
            "product_impact": lines(2),
            "late_reason": lines(2),
        }
        help_texts = {
            "title": "One line that names the departure, not the area.",
            "statement": "Fact, place, time, extent. No names of people.",
            "evidence": "Document numbers, batches, rooms, times: what somebody else could look at.",
            "product_impact": "Which products or batches it may touch, or why none.",
        }
        labels = {
            "statement": "What was found",
            "evidence": "Objective evidence",
            "product_impact": "Impact on product",
        }

    def __init__(self, *args: Any, finish: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.finish = finish
        field: Any = self.fields["refs"]
        field.kept = list(self.instance.refs or [])
        self.initial["refs"] = "\n".join(clauses.written(ref) for ref in field.kept)
        if not self.instance.is_late:
            del self.fields["late_reason"]
        for name in set(SENTENCES) & set(self.fields):
            field = self.fields[name]
            field.template_name = "audits/_due_field.html"  # asked later, so not called optional

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.finish:
            probe = Finding(label=self.instance.label, is_late=self.instance.is_late)
            for name in self.fields:
                if name in given and name != "version":
                    setattr(probe, name, given[name])
            for name in missing(probe):
                if name not in self.errors:
                    self.add_error(name, SENTENCES[name])
        return given


class NewFindingForm(forms.Form):
    """What a draft begins with; everything else saves itself on the next page."""

    title = forms.CharField(max_length=200, help_text="One line that names the departure, not the area.")


class ChooseAuditForm(NewFindingForm):
    """The same where nobody has said yet of which audit."""

    audit = forms.ChoiceField(
        help_text="Audits from their first day until their report goes to review.",
        error_messages={"required": "Choose the audit.", "invalid_choice": "Choose one of your audits."},
    )

    def __init__(self, *args: Any, audits: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audit"].choices = audits  # type: ignore[attr-defined]
        self.order_fields(["audit", "title"])


class CombineForm(forms.Form):
    """Several others that add up to a major, and what they add up to."""

    parts = forms.MultipleChoiceField(
        label="Findings to combine",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least two findings."},
    )
    title = forms.CharField(max_length=200, help_text="What they show together.")
    reason = forms.CharField(
        widget=lines(4), label="Why they are a major together", help_text="The CMO and an inspector read this reason."
    )

    def __init__(self, *args: Any, parts: list[Finding], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = [  # type: ignore[attr-defined]
            (part.number, f"{part.label} {part.title}") for part in parts
        ]


class RepeatForm(forms.Form):
    """Why the earlier finding is the same one come back."""

    reason = forms.CharField(widget=lines(3), label="Why it is the same", help_text="The CMO reads it.")


class StartCheckForm(forms.Form):
    """Until when the CMO answers, and which files it gets with the findings."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    due_date = forms.DateField(widget=Day, label="Answers by")
    share = forms.MultipleChoiceField(
        label="Files that the CMO gets as well",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What you leave out stays with us.",
    )

    def __init__(self, *args: Any, files: list[Attachment], labels: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(file.number, f"{labels.get(file.about_number, '')} {file.title or file.name}") for file in files]
        if choices:
            self.fields["share"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["share"]


class MultipleFiles(forms.FileField):
    """Any number of files; `clean` gives a list."""

    widget = type("ManyFiles", (forms.FileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(MultipleFiles, self).clean(each, initial) for each in data or []]


class AnswerForm(forms.Form):
    """What the CMO says of one finding."""

    verdict = forms.ChoiceField(
        choices=Verdict.choices,
        label="Your answer",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the answers."},
    )
    text = forms.CharField(
        required=False,
        max_length=8000,
        widget=lines(4),
        label="Context, or what you see differently and on what evidence",
    )
    papers = MultipleFiles(required=False, label="Files that show it", help_text="PDF, Word, Excel, picture or e-mail.")
    said_by = forms.CharField(
        max_length=120, label="Who at the CMO said it, and how", help_text="Like: Livia Bonfanti, by mail of 3 June."
    )

    def __init__(self, *args: Any, is_outside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_outside:
            del self.fields["said_by"]

    def values(self) -> dict[str, Any]:
        """The answer as the action takes it."""
        given = dict(self.cleaned_data)
        files = given.pop("papers")
        return given | {"files": files}


class SettleForm(MoveForm):
    """How a disagreement ends. The wording is taken only where the finding is reworded."""

    outcome = forms.ChoiceField(
        choices=DisputeOutcome.choices,
        widget=forms.RadioSelect,
        label="How it ends",
        error_messages={"required": "Choose how the disagreement ends."},
        help_text="A new class or a withdrawal is signed in a second step.",
    )
    note = forms.CharField(widget=lines(4), label="Note that both sides read")
    title = forms.CharField(max_length=200, required=False, label="Title, if reworded")
    statement = forms.CharField(required=False, widget=lines(4), label="What was found, if reworded")
    evidence = forms.CharField(required=False, widget=lines(3), label="Objective evidence, if reworded")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]

    def proof(self) -> dict[str, Any]:
        return {"version": self.cleaned_data["version"]}


class ReclassifyForm(MoveForm):
    """The new class, why, and the signature."""

    classification = forms.ChoiceField(
        choices=FindingClass.choices,
        widget=forms.RadioSelect,
        label="New class",
        error_messages={"required": "Choose the new class."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label, self.fields["reason"].help_text = "Why", "The CMO reads it."


class WithdrawForm(MoveForm):
    """Why the finding does not stand, and the signature."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "It stands under the signature; the CMO reads it if it has read the finding."


class NoteForm(forms.Form):
    text = forms.CharField(widget=lines(2), max_length=8000, label="Internal note")


class EndCheckForm(forms.Form):
    note = forms.CharField(max_length=300, label="Why it ends now", help_text="The CMO reads it.")


class ExtendCheckForm(forms.Form):
    due_date = forms.DateField(widget=Day, label="Answers by")
    reason = forms.CharField(max_length=300, required=False)


def guides() -> list[tuple[str, str, Any]]:
    """(code, name, guide) of every class, for the page beside the form."""
    return [(code, name, GUIDES[code]) for code, name in FindingClass.choices]

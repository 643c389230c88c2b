"""Forms of the small acts: reviews, dates, actions, the effectiveness check, and what is shared where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from audits.capa import planned
from audits.capa.models import CapaAction, CapaLink, OwnLink
from audits.conduct.visit_forms import Moment
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.forms import RecordForm
from cmo_portal.records.sign_form import MoveForm
from vendors.registry.forms import Day

OUTSIDE = "Name of whoever answered at the CMO"


def area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ReturnForm(MoveForm):
    """What is missing, and by when the next round comes."""

    response_due_date = forms.DateField(
        required=False, label="Next response by", widget=Day, help_text="Empty: the usual limit from today."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "What is still needed"
        self.fields["reason"].help_text = "The CMO reads it: say what would make the response complete."


class SendForm(MoveForm):
    """Sends the draft that the page shows, and no other that a colleague has made of it since."""

    draft_version = forms.IntegerField(widget=forms.HiddenInput)


class AcceptForm(MoveForm):
    """Acceptance, with the CMO's proposed day where one is open."""

    agree_date = forms.BooleanField(required=False)
    agreed_day = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "A word to the CMO"
        day = self.initial.get("proposed")
        if day is None:
            del self.fields["agree_date"], self.fields["agreed_day"]
        else:
            self.fields["agreed_day"].initial = day
            self.fields["agree_date"].label = f"Agree {full_day(day)}, as the CMO proposes"
            self.fields["agree_date"].initial = True

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("agree_date") and not self.cleaned_data.get("agreed_day"):
            raise ValidationError("Which day you agree to was not sent: open the page again.")
        return self.cleaned_data


class PlanCheckForm(MoveForm):
    criterion = forms.CharField(
        label="How effectiveness will show", widget=area(3), max_length=4000,
        help_text="A number to watch and what counts as success, like: no bowl set-up without smoke study.",
    )  # fmt: skip
    sample = forms.CharField(
        label="Sample", max_length=200, help_text="Over how many batches, records or months, like: the next 10 batches."
    )
    check_date = forms.DateField(
        label="To be checked on", widget=Day, help_text="A day ahead; usually after 3 to 6 months."
    )


class JudgeForm(MoveForm):
    note = forms.CharField(
        label="What the check showed", widget=area(4), max_length=8000,
        help_text="What was looked at, how many, and what was found against the criterion.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.transition.reason_needed:
            del self.fields["reason"]

    def proof(self) -> dict[str, Any]:
        self.cleaned_data.setdefault("reason", "")
        return super().proof()


MOVE_FORMS: dict[str, type[MoveForm]] = {
    "plan_check": PlanCheckForm,
    "replan_check": PlanCheckForm,
    "judge_effective": JudgeForm,
    "judge_not_effective": JudgeForm,
}
REVIEW_FORMS: dict[str, type[MoveForm]] = {"return": ReturnForm, "reask": ReturnForm, "accept": AcceptForm}


class OutsideForm(forms.Form):
    """Adds who said it, where the sponsor passes on what it received outside the portal."""

    author_name = forms.CharField(label=OUTSIDE, max_length=120)

    def __init__(self, *args: Any, outside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not outside:
            del self.fields["author_name"]


class DateForm(OutsideForm):
    date = forms.DateField(label="Done by", widget=Day)
    reason = forms.CharField(
        required=False, max_length=500, label="Why this day", widget=area(3), help_text="The other side reads it."
    )


class ExtensionForm(OutsideForm):
    new_date = forms.DateField(label="New date", widget=Day)
    reason = forms.CharField(max_length=4000, label="Why it takes longer", widget=area(3))
    interim_control = forms.CharField(max_length=4000, label="What keeps it safe until then", widget=area(3))


class ExtensionAnswerForm(forms.Form):
    note = forms.CharField(required=False, max_length=4000, label="A word to the other side", widget=area(3))


class ActionForm(RecordForm):
    class Meta:
        model = CapaAction
        fields = ("kind", "text", "owner_name", "due_date", "interim_control")
        widgets = {"due_date": Day, "text": area(3), "interim_control": area(2)}


class FinishForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    done_date = forms.DateField(label="Done on", widget=Day)
    done_note = forms.CharField(label="What was done", max_length=8000, widget=area(4))


class ContainmentForm(forms.Form):
    """What was done at once; whose word it is, where the sponsor passes it on."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    containment = forms.CharField(
        label="What was done at once", widget=area(5), max_length=20_000,
        help_text="Batches, stock and equipment looked at, what is on hold, with the day. Or why nothing was needed.",
    )  # fmt: skip
    contained_at = forms.DateTimeField(
        required=False, label="Done at", widget=Moment, input_formats=["%Y-%m-%dT%H:%M"],
        help_text="In your time zone, where it was done before you write it down. Empty: now.",
    )  # fmt: skip
    author_name = forms.CharField(label=OUTSIDE, max_length=80)

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by.company_kind == PARTNER:
            del self.fields["author_name"]


class RecordResponseForm(forms.Form):
    """A response that came by letter or mail; one action a line keeps the form as short as the letter."""

    author_name = forms.CharField(label=OUTSIDE, max_length=120)
    received_date = forms.DateField(label="Received on", widget=Day)
    containment = forms.CharField(required=False, label="What was done at once", widget=area(3), max_length=20_000)
    root_cause = forms.CharField(label="Root cause", widget=area(4), max_length=20_000)
    corrective = forms.CharField(required=False, label="How it is corrected", widget=area(3), max_length=20_000)
    preventive = forms.CharField(
        required=False, label="How it is kept from coming back", widget=area(3), max_length=20_000
    )
    actions = forms.CharField(
        label="Actions", widget=area(4), max_length=20_000,
        help_text="One a line: what is done; who; by when. Like: Add the row to form MF-F12; D. Roche; 2027-01-31",
    )  # fmt: skip
    proposed_date = forms.DateField(required=False, label="The CMO can be done by", widget=Day)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_date"].initial = timezone.localdate

    def clean_actions(self) -> list[dict[str, str]]:
        rows = []
        for place, line in enumerate(filter(str.strip, self.cleaned_data["actions"].splitlines()), 1):
            parts = [part.strip() for part in line.split(";")]
            if len(parts) != 3:
                raise ValidationError(f"Line {place}: write what is done; who; by when, with two semicolons.")
            rows.append(planned.tidy({"text": parts[0], "owner": parts[1], "due": parts[2]}))
        fault = planned.problem(rows)
        if fault:
            raise ValidationError(fault)
        return rows


class ShareForm(forms.ModelForm):  # type: ignore[type-arg]
    """What of an own CAPA one sponsor may read."""

    class Meta:
        model = OwnLink
        fields = ("is_root_cause_shared", "is_evidence_shared")
        labels = {"is_root_cause_shared": "Root cause", "is_evidence_shared": "Evidence"}


class AddLinkForm(forms.Form):
    """The findings that the CMO still has to answer and that no other CAPA of its own holds."""

    link = forms.ModelChoiceField(queryset=CapaLink.objects.none(), to_field_name="number", label="Finding")

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        taken = OwnLink.objects.visible_to(by).filter(is_removed=False).values("link")
        rows = CapaLink.objects.visible_to(by).open().exclude(pk__in=taken).with_places()
        field: Any = self.fields["link"]
        field.queryset = rows.order_by("due_date", "number")
        field.label_from_instance = in_words


def in_words(link: CapaLink) -> str:
    """`Northgate Biopharma, Linz Aseptic: F-02 Smoke studies`."""
    site = link.finding.audit.site
    return f"{site.vendor.sponsor.name}, {site.name}: {link.finding}"

"""Forms of the message log: starting a thread, and the composer below one."""

from __future__ import annotations

from typing import Any

from django import forms

from cmo_portal.accounts.models import User
from cmo_portal.lib.addresses import address_of
from cmo_portal.records.actors import PARTNER, SPONSOR
from communications.messages.audience import other_company
from communications.messages.models import LONGEST, Thread
from communications.messages.vocabulary import Ball
from vendors.registry.forms import Day
from vendors.registry.models import Vendor

SHARED, OWN = "shared", "own"
OTHER = {SPONSOR: PARTNER, PARTNER: SPONSOR}


def written(label: str, rows: int) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": "Write something."},
    )


class CmoChoice(forms.ModelChoiceField):
    """A sponsor chooses among its CMOs, a CMO among its sponsors."""

    by_sponsor = False

    def label_from_instance(self, vendor: Any) -> str:
        return str(vendor.sponsor.name if self.by_sponsor else vendor.name)


class BallForm(forms.Form):
    """What a message says beside its words: whose answer is awaited, and by when."""

    ball = forms.ChoiceField(label="Who answers next", choices=Ball.choices, required=False, initial=Ball.KEEP)
    answer_due_date = forms.DateField(label="Answer by", required=False, widget=Day)
    file = forms.FileField(label="Attach a file", required=False)

    def clean_ball(self) -> str:
        return str(self.cleaned_data["ball"] or Ball.KEEP)

    def only_own(self) -> None:
        """Where one company alone reads, there is nobody to wait for."""
        del self.fields["ball"], self.fields["answer_due_date"]

    @property
    def said(self) -> dict[str, Any]:
        """What `actions.post` takes of it."""
        values = self.cleaned_data
        file = values.get("file")
        return {
            "body": values["body"],
            "ball": values.get("ball", Ball.KEEP),
            "answer_due_date": values.get("answer_due_date"),
            "files": [file] if file else [],
        }


class ComposeForm(BallForm):
    """The composer. reply, correct: the number in the thread of the message it refers to."""

    body = written("Message", 4)
    is_decision = forms.BooleanField(label="This is a decision", required=False)
    reply = forms.IntegerField(required=False, widget=forms.HiddenInput)
    correct = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, thread: Thread, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = address_of("communications:thread-people", thread.number)
        self.fields["body"].widget.attrs |= {"data-people": people, "aria-describedby": "h-naming"}
        if not thread.is_shared:
            self.only_own()


class AgreeForm(forms.Form):
    """What is agreed: what, which side, who, by when."""

    text = forms.CharField(label="What is to be done", max_length=300)
    side = forms.ChoiceField(label="Who does it", widget=forms.RadioSelect)
    person = forms.ChoiceField(label="Person", required=False, help_text="Nobody in particular where you name none.")
    due_date = forms.DateField(label="Done by", widget=Day)

    def __init__(self, *args: Any, thread: Thread, by: User, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {by.company_kind: by.company_name, OTHER[by.company_kind]: other_company(thread, by)}
        sides: Any = [(SPONSOR, names[SPONSOR]), (PARTNER, names[PARTNER])] if thread.is_shared else []
        side, person = self.fields["side"], self.fields["person"]
        side.choices = sides or [(SPONSOR, names[SPONSOR])]  # type: ignore[attr-defined]
        side.initial = by.company_kind
        person.choices = [("", "Nobody in particular"), *((name, f"{name}, {company}") for name, company in people)]  # type: ignore[attr-defined]


class DropForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(label="Why it is not done any more", max_length=300)


class StartForm(BallForm):
    """A new thread with its first message. What it is about comes with the address."""

    cmo = CmoChoice(queryset=Vendor.objects.none(), to_field_name="number", label="CMO")
    subject = forms.CharField(max_length=160)
    body = written("Message", 6)
    readers = forms.ChoiceField(label="Who reads it", widget=forms.RadioSelect)

    field_order = ("cmo", "subject", "body", "readers", "ball", "answer_due_date", "file")

    def __init__(self, *args: Any, by: User, record: Any, can_share: bool, other: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if record is not None:
            del self.fields["cmo"]
        else:
            self.choose_cmo(by)
        if by.company_kind == PARTNER or not can_share:
            del self.fields["readers"]
        else:
            shared = f"{by.company_name} and {other or 'the CMO, if it has joined'}"
            field: Any = self.fields["readers"]
            field.choices = [(SHARED, shared), (OWN, f"Only {by.company_name}")]
            field.initial = SHARED
        if not can_share:
            self.only_own()

    def choose_cmo(self, by: User) -> None:
        field: Any = self.fields["cmo"]
        rows = Vendor.objects.visible_to(by).filter(is_retired=False).select_related("sponsor")
        if by.company_kind == PARTNER:
            field.by_sponsor, field.label = True, "Sponsor"
            field.queryset = rows.order_by("sponsor__name")
        else:
            field.queryset = rows.order_by("sort_name")

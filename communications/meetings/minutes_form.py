"""The form of minutes: what was said and decided at each line of the agenda, who was there, and what was agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import formset_factory

from cmo_portal.accounts.models import User
from cmo_portal.lib import wording
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.trail import StaleRecord
from communications.meetings.agenda import lines_of
from communications.meetings.content import EMPTY, LONGEST, MOST_ACTIONS, day_of
from communications.meetings.forms import ActionRowForm
from communications.meetings.models import AgendaLine, Meeting, MeetingPerson, MinutesDraft
from communications.meetings.promises import listed
from communications.meetings.vocabulary import DraftStatus

SPARE = 3  # empty rows of actions below those that stand; a save brings new ones
ActionRows: Any = formset_factory(ActionRowForm, extra=0, max_num=MOST_ACTIONS, absolute_max=MOST_ACTIONS)


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


@dataclass(frozen=True)
class Asked:
    """A line of the agenda with its two fields."""

    line: AgendaLine
    text: Any
    decision: Any


class MinutesForm(forms.Form):
    """version: of the draft as it was opened; empty for one that is begun. reason: what is new, from version 2 on."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="What is new in this version", required=False, max_length=2000, widget=area(2),
        help_text="Needed to share it: the other side reads it first.",
    )  # fmt: skip
    present = forms.MultipleChoiceField(
        label="Who was there", required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    summary = forms.CharField(label="In short", required=False, max_length=LONGEST, widget=area(3))

    def __init__(
        self, *args: Any, meeting: Meeting, by: User, draft: MinutesDraft | None, names: dict[str, str], **kwargs: Any
    ) -> None:
        content = draft.content if draft is not None else start_content(meeting, by)
        super().__init__(*args, **kwargs)
        self.conflict: list[tuple[str, Any, Any]] = []
        self.lines, self.meeting, self.by = lines_of(meeting, by), meeting, by
        if not meeting.revision:
            del self.fields["reason"]
        people = MeetingPerson.objects.visible_to(by).filter(meeting=meeting, is_removed=False).order_by("side", "pk")
        choices = [(row.number, f"{row.name}, {names[row.side]}") for row in people]
        self.fields["present"].choices = choices  # type: ignore[attr-defined]
        self.initial["version"] = draft.version if draft is not None else None
        self.initial["summary"], self.initial["present"] = content["summary"], content["present"]
        for line in self.lines:
            said = content["lines"].get(line.number, {})
            self.add_fields(line, said)
        given = args[0] if args and args[0] is not None else None
        rows = [row | {"due": day_of(row["due"])} for row in content["actions"]]
        rows += [{}] * min(SPARE, MOST_ACTIONS - len(rows))
        self.actions = ActionRows(given, initial=rows, prefix="actions", form_kwargs={"names": names})

    def add_fields(self, line: AgendaLine, said: dict[str, str]) -> None:
        for name, label, rows in (("text", "What was said", 3), ("decision", "Decision", 2)):
            field = forms.CharField(label=label, required=False, max_length=LONGEST, widget=area(rows))
            self.fields[f"{name}-{line.number}"] = field
            self.initial[f"{name}-{line.number}"] = said.get(name, "")

    @property
    def asked(self) -> list[Asked]:
        return [Asked(line, self[f"text-{line.number}"], self[f"decision-{line.number}"]) for line in self.lines]

    def is_valid(self) -> bool:
        fine, rows = super().is_valid(), self.actions.is_valid()  # both, so that every fault is shown at once
        return fine and bool(rows)

    def content(self) -> dict[str, Any]:
        """What was typed, as the draft keeps it."""
        values = self.cleaned_data
        lines = {
            line.number: {name: values[f"{name}-{line.number}"] for name in ("text", "decision")} for line in self.lines
        }
        rows = [row.cleaned_data for row in self.actions.forms]
        actions = [row | {"due": row["due"].isoformat()} for row in rows if row.get("text")]
        return {"summary": values["summary"], "present": values["present"], "lines": lines, "actions": actions}

    def refuse_stale(self, error: StaleRecord) -> None:
        """Shows what a colleague saved meanwhile beside what was typed; the next save carries the newer version."""
        sent: Any = self.data.copy()  # type: ignore[attr-defined]
        sent["version"] = str(error.stored.version)
        self.data = sent
        stored: Any = error.stored
        self.conflict = differences(self.lines, stored.content, self.content())
        self.add_error(None, str(error))


def start_content(meeting: Meeting, by: User) -> dict[str, Any]:
    """Where a new draft begins: empty, or for a correction with what the last version said and the actions as they are.
    Of a first draft everybody on the list is taken to have been there."""
    rows: Any = MinutesDraft.objects.open_to(by).filter(meeting=meeting, status=DraftStatus.SHARED)
    last = rows.order_by("-pk").first()
    if last is None:
        people = MeetingPerson.objects.visible_to(by).filter(meeting=meeting, is_removed=False)
        return EMPTY | {"present": list(people.values_list("number", flat=True))}
    standing = [
        {
            "number": row.number,
            "text": row.text,
            "side": row.side,
            "owner": row.holder_name,
            "due": row.due_date.isoformat(),
        }
        for row in listed(meeting, by)
        if not row.is_dropped
    ]
    return EMPTY | last.content | {"actions": standing}


def differences(lines: list[AgendaLine], theirs: dict[str, Any], yours: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """(what, saved meanwhile, typed) of everything that two drafts say differently."""
    rows = [("In short", theirs["summary"], yours["summary"])]
    for line in lines:
        for name, label in (("text", "what was said"), ("decision", "decision")):
            pair = [content["lines"].get(line.number, {}).get(name, "") for content in (theirs, yours)]
            rows.append((f"{line.title}: {label}", *pair))
    rows.append(("Actions", actions_in_words(theirs["actions"]), actions_in_words(yours["actions"])))
    rows.append(("Who was there", len(theirs["present"]), len(yours["present"])))
    return [row for row in rows if row[1] != row[2]]


def actions_in_words(rows: list[dict[str, str]]) -> str:
    sides = {SPONSOR: "sponsor", PARTNER: "CMO"}
    told = []
    for row in rows:
        day = day_of(row["due"])
        owner = f", {row['owner']}" if row["owner"] else ""
        told.append(f"{row['text']} ({sides[row['side']]}{owner}, {wording.full_day(day) if day else ''})")
    return "; ".join(told)

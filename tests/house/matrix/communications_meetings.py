"""Who gets what at the addresses of meetings: both companies of a meeting read it, its writers write, nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cmo_portal.accounts.models import User
from communications.meetings import agenda
from communications.meetings.models import AgendaLine, Meeting, MeetingAction, MeetingPerson
from tests.house.matrix import PARTNER, SPONSOR, Row, answers

OURS = tuple(name for name in SPONSOR if name != "ada")
SPEAKERS = tuple(name for name in OURS if name != "ines")  # they keep notes, and do what was agreed
PLANNERS = ("sam", "quinn")
OTHERS = tuple(name for name in OURS if name not in PLANNERS)
READERS = (*OURS, *PARTNER, "otto")


def to_come() -> list[Any]:
    """Northgate's next meeting with Alpenglow; Alpenglow writes its minutes."""
    return [Meeting.objects.get(title="Joint steering committee").number]


def past() -> list[Any]:
    """The last one: minutes out in version 2, acknowledged by Northgate."""
    return [Meeting.objects.get(title="Business review, third quarter").number]


def otters() -> list[Any]:
    return [Meeting.objects.get(title="OTX-11 weekly").number]


def cmo() -> list[Any]:
    return [Meeting.objects.get(number=past()[0]).vendor.number]


def line() -> list[Any]:
    return [AgendaLine.objects.filter(meeting__number=to_come()[0], is_removed=False).order_by("pk")[0].number]


def fresh_line(*, removed: bool = False) -> list[Any]:
    """A line of one's own, that whoever comes first takes off."""
    sam = User.objects.select_related("membership__company").get(email__startswith="sam@")
    sam.belongs = sam.membership  # type: ignore[misc]
    meeting = Meeting.objects.get(number=to_come()[0])
    made = agenda.add_line(meeting, by=sam, title=f"A line at {timezone.now() + timedelta(days=1)}")
    if removed:
        agenda.remove_line(made, by=sam)
    return [made.number]


def person() -> list[Any]:
    return [MeetingPerson.objects.filter(meeting__number=past()[0], is_removed=False).order_by("pk")[0].number]


def action(side: str) -> list[Any]:
    return [MeetingAction.objects.filter(meeting__number=past()[0], side=side)[0].number]


LIST = answers(ok=READERS, forbidden=("ada",))
BOTH = answers(ok=(*OURS, "pat", "uwe"), forbidden=("ada",), hidden=("bea", "otto"))
OF_OTTER = answers(ok=("pat", "uwe", "otto"), forbidden=("ada",), hidden=(*OURS, "bea"))
PLAN = answers(ok=(*PLANNERS, "pat", "bea", "otto"), forbidden=(*OTHERS, "ada", "uwe"))
WRITE = answers(ok=(*PLANNERS, "pat"), forbidden=(*OTHERS, "ada", "uwe"), hidden=("bea", "otto"))
NOTES = answers(ok=(*SPEAKERS, "pat"), forbidden=("ines", "ada", "uwe"), hidden=("bea", "otto"))
OF_CMO = answers(ok=OURS, forbidden=("ada",), hidden=(*PARTNER, "otto"))


def turned(given: dict[str, int], status: int, **changed: int) -> dict[str, int]:
    """The same where those who may get `status` instead of 200."""
    return {name: status if was == 200 else was for name, was in given.items()} | changed


def api(given: dict[str, int], **changed: int) -> dict[str, int]:
    return given | {"": 401} | changed


POST: dict[str, Any] = {"method": "post", "note": "nothing sent"}
NOT_WRITERS = answers(
    forbidden=(*OTHERS, "ada", "uwe"), hidden=("bea", "otto"), sam=302, quinn=302, pat=302
)  # it is not held, or the other side writes
ONCE = {**turned(WRITE, 404), "sam": 302}  # Sam was faster
API = [
    Row("api-meetings-list", api(LIST)),
    Row("api-meetings-list", api(turned(PLAN, 400)), **POST),
    Row("api-meetings-detail", api(BOTH), past),
    Row("api-meetings-detail", api(OF_OTTER), otters, note="of another sponsor"),
    Row("api-meetings-detail", api(WRITE), to_come, method="patch", note="nothing new"),
    Row("api-meetings-transitions", api(BOTH), to_come),
    Row("api-meetings-transitions", api(turned(BOTH, 400)), to_come, **POST),
    Row("api-meetings-agenda", api(BOTH), to_come),
    Row("api-meetings-add-line", api(turned(WRITE, 400)), to_come, **POST),
    Row("api-meetings-build", api(WRITE), to_come, method="post"),
    Row("api-meetings-people", api(BOTH), past),
    Row("api-meetings-add-person", api(turned(WRITE, 400)), to_come, **POST),
    Row("api-meetings-notes", api(NOTES), to_come),
    Row("api-meetings-notes", api(turned(NOTES, 400)), to_come, **POST),
    Row("api-meetings-minutes", api(BOTH), past),
    Row("api-meetings-draft", api(WRITE), past),
    Row("api-meetings-draft", api(turned(WRITE, 400)), past, **POST),
    Row("api-meetings-share", api(turned(WRITE, 400)), past, **POST),
    Row("api-meetings-acknowledge", api(turned(WRITE, 400)), past, **POST),
    Row("api-meetings-correct", api(turned(WRITE, 400)), past, **POST),
    Row("api-agenda-lines-list", api(LIST)),
    Row("api-agenda-lines-detail", api(BOTH), line),
    Row("api-agenda-lines-detail", api(WRITE), line, method="patch", note="nothing new"),
    Row("api-agenda-lines-remove", api(WRITE), fresh_line, method="post"),
    Row("api-meeting-actions-list", api(LIST)),
    Row("api-meeting-actions-detail", api(BOTH), lambda: action("partner")),
    Row(
        "api-meeting-actions-finish",
        api({**turned(NOTES, 409), "pat": 200}),
        lambda: action("partner"),
        method="post",
    ),
    Row("api-meeting-actions-drop", api(turned(NOTES, 400)), lambda: action("sponsor"), **POST),
]

ROWS = [
    *API,
    Row("communications:meeting-list", LIST),
    Row("communications:meeting-export", LIST, lambda: ["csv"]),
    Row("communications:meeting-create", PLAN),
    Row("communications:meeting-detail", BOTH, past),
    Row("communications:meeting-detail", OF_OTTER, otters, note="of another sponsor"),
    Row("communications:meeting-edit", WRITE, to_come),
    Row("communications:meeting-print", BOTH, past),
    Row("communications:meeting-calendar", BOTH, to_come),
    Row("communications:meeting-move", WRITE, lambda: [*to_come(), "cancel"]),
    Row("communications:meeting-person-add", turned(WRITE, 422), to_come, **POST),
    Row("communications:meeting-person-remove", turned(WRITE, 302), person, method="post", note="it is over"),
    Row("communications:meeting-note-add", turned(NOTES, 422), to_come, **POST),
    Row("communications:agenda-build", turned(WRITE, 302), to_come, method="post"),
    Row("communications:agenda-line-create", WRITE, to_come),
    Row("communications:agenda-line-edit", WRITE, line),
    Row("communications:agenda-line-remove", ONCE, fresh_line, method="post"),
    Row("communications:agenda-line-restore", ONCE, lambda: fresh_line(removed=True), method="post"),
    Row("communications:agenda-line-shift", turned(WRITE, 302), lambda: [*line(), "up"], method="post"),
    Row("communications:minutes-write", {**WRITE, "pat": 302}, past, note="the other side writes"),
    Row("communications:minutes-write", NOT_WRITERS, to_come, note="not held"),
    Row("communications:minutes-detail", BOTH, lambda: [*past(), 1]),
    Row("communications:minutes-pdf", BOTH, lambda: [*past(), 2]),
    Row("communications:minutes-acknowledge", turned(WRITE, 302), past, method="post", note="no version named"),
    Row("communications:minutes-correct", WRITE, past),
    Row("communications:meeting-action-finish", turned(NOTES, 302), lambda: action("partner"), method="post"),
    Row("communications:meeting-action-drop", NOTES, lambda: action("sponsor")),
    Row("communications:cmo-meetings", OF_CMO, cmo),
]

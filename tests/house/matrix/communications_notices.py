"""Who gets what at the addresses of notices: each person their own and nobody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.deadlines import DueItem
from communications.notices import actions
from communications.notices.mailbox import KeptMail
from communications.notices.models import Channel, Notice, State
from communications.notices.unsubscribe import token_for
from tests.house.matrix import EVERYBODY, PARTNER, SPONSOR, Row, answers

ALL = (*SPONSOR, *PARTNER, "otto")
everyone = answers(ok=ALL)
redirected = dict.fromkeys(EVERYBODY, 302)
of_sam = {**dict.fromkeys(ALL, 404), "sam": 200, "": 302}
posts_of_sam = {**of_sam, "sam": 302}
with_due = answers(ok=tuple(n for n in ALL if n != "ada"), forbidden=("ada",), stranger=401)


def person(name: str) -> User:
    found: User = User.objects.select_related("membership__company").get(email__startswith=f"{name}@")
    return found


def item_of_northgate() -> DueItem:
    """A certificate's end, which Northgate alone reads."""
    rows = DueItem.objects.filter(wall_owner=person("sam").company_id, kind="agreement.expires", is_open=True)
    found: DueItem = rows.order_by("pk")[0]
    return found


def notice() -> list[Any]:
    item, now = item_of_northgate(), timezone.now()
    made = Notice.objects.create(
        recipient=person("sam"),
        channel=Channel.SCREEN,
        kind=item.kind,
        record_type=item.record_type,
        record_number=item.record_number,
        title=item.title,
        due_date=item.due_date,
        due_key=item.due.key,
        offset="0d",
        created_at=now,
        state=State.SENT,
        wait_until=now,
        wall_owner=item.wall_owner,
    )
    return [made.number]


def snooze() -> list[Any]:
    sam, now = person("sam"), timezone.now()
    day = timezone.localdate() + timedelta(days=3)
    return [actions.snooze(item_of_northgate(), sam, until_date=day, reason="Audit week", by=sam, now=now).number]


def absence(*, is_cancelled: bool = False) -> list[Any]:
    sam, today = person("sam"), timezone.localdate()
    made = actions.add_absence(sam, from_date=today, until_date=today + timedelta(days=3), deputy=None, by=sam)
    if is_cancelled:
        actions.cancel_absence(made, by=sam)
    return [made.number]


def kept_mail() -> list[Any]:
    sam = person("sam")
    made = KeptMail.objects.create(
        recipient=sam,
        number="KEPT00000000MAIL",
        address=sam.email,
        subject="A mail",
        message_id="<x@y>",
        text="Text",
        html="<html><head></head></html>",
        sent_at=timezone.now(),
        wall_owner=sam.company_id,
    )
    return [made.number]


of_northgate = {**dict.fromkeys(ALL, 200), "ada": 403, "pat": 404, "uwe": 404, "bea": 404, "otto": 404, "": 302}
read_by_all = {**dict.fromkeys(ALL, 302), "": 302}

apis_of_sam = {**dict.fromkeys(ALL, 404), "ada": 403, "sam": 200, "": 401}
created = {name: 201 if answer == 200 else answer for name, answer in with_due.items()}
nothing = {name: 404 if answer == 200 else answer for name, answer in with_due.items()}
tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()

ROWS = [
    Row("communications:notice-list", everyone),
    Row("communications:notice-unread", everyone),
    Row("communications:notices-read", redirected, method="post"),
    Row("communications:notices-undo", redirected, lambda: ["2026-05-04T07:00:00.000001"], "post"),
    Row("communications:notices-undo", {**dict.fromkeys(ALL, 404), "": 302}, lambda: ["x"], "post", note="no moment"),
    Row("communications:notice-open", posts_of_sam, notice),
    Row("communications:notice-read", posts_of_sam, notice, "post"),
    Row("communications:snooze-create", of_northgate, lambda: [item_of_northgate().number]),
    Row("communications:snooze-cancel", posts_of_sam, snooze, "post"),
    Row("communications:notice-settings", everyone),
    Row("communications:absence-add", everyone),
    Row("communications:absence-cancel", posts_of_sam, absence, "post"),
    Row("communications:absence-restore", posts_of_sam, lambda: absence(is_cancelled=True), "post"),
    Row(
        "communications:unsubscribe",
        dict.fromkeys(EVERYBODY, 200),
        lambda: [token_for(person("sam"), ["certificate.expires"])],
    ),
    Row("communications:unsubscribe", dict.fromkeys(EVERYBODY, 404), lambda: ["x:y"], note="forged"),
    Row("communications:mailbox-list", everyone),
    Row("communications:mailbox-detail", of_sam, kept_mail),
    Row("communications:mailbox-html", of_sam, kept_mail),
    Row("api-notices-list", with_due),
    Row("api-notices-detail", apis_of_sam, notice),
    Row("api-notices-read", apis_of_sam, notice, "post"),
    Row("api-notice-settings-list", with_due),
    Row("api-notice-settings-change", with_due, method="post", body={"rests_at_weekends": True}),
    Row("api-absences-list", with_due),
    Row("api-absences-list", created, method="post", body={"from_date": tomorrow, "until_date": tomorrow}),
    Row("api-absences-detail", apis_of_sam, absence),
    Row("api-absences-cancel", apis_of_sam, absence, "post"),
    Row("api-snoozes-list", with_due),
    Row("api-snoozes-list", nothing, method="post", body={"due_item": "X", "until_date": tomorrow, "reason": "r"}),
    Row("api-snoozes-detail", apis_of_sam, snooze),
    Row("api-snoozes-cancel", apis_of_sam, snooze, "post"),
]

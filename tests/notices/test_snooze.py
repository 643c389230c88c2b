"""What a person lets rest waits for their day and for them alone; notices are read and unread by their person."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from cmo_portal.records.deadlines import NEVER, DueItem
from cmo_portal.records.trail import TrailEvent, write
from communications.notices import actions
from communications.notices.delivery import deliver_all
from communications.notices.models import Channel, Notice
from communications.notices.preferences import Absence, NoticeSettings, Snooze
from communications.notices.sweep import sweep
from tests.notices.test_sweep import copies
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db
ZURICH = ZoneInfo("Europe/Zurich")


def item_of(certificate: Certificate) -> DueItem:
    item: DueItem = DueItem.objects.get(record_number=certificate.number)
    return item


def snooze(certificate: Certificate, person: Any, now: datetime, days: int = 5) -> Snooze:
    until = (now + timedelta(days=days)).date()
    return actions.snooze(item_of(certificate), person, until_date=until, reason="Audit week", by=person, now=now)


def test_what_waits_goes_on_the_day(certificate: Certificate, days_before: Any, cast: Any) -> None:
    sweep(days_before(90))
    snooze(certificate, cast.sam, days_before(90))
    assert [deliver_all(days_before(days)).sent for days in (90, 88, 86)] == [0, 0, 0]
    assert deliver_all(days_before(85)).sent == 1


def test_what_was_said_already_is_said_once_more(certificate: Certificate, days_before: Any, cast: Any) -> None:
    sweep(days_before(90))
    assert deliver_all(days_before(90)).sent == 1
    snooze(certificate, cast.sam, days_before(90))
    snooze(certificate, cast.sam, days_before(89), days=6)  # another day: one snooze, moved
    assert Snooze.objects.count() == 1
    assert deliver_all(days_before(85)).sent == 0
    assert deliver_all(days_before(83)).sent == 1
    assert deliver_all(days_before(80)).sent == 0


def test_what_a_mail_server_refused_rests_too(
    certificate: Certificate, days_before: Any, cast: Any, settings: Any
) -> None:
    sweep(days_before(90))
    settings.EMAIL_BACKEND = "tests.notices.conftest.Refusing"
    assert deliver_all(days_before(90)).failed == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    snooze(certificate, cast.sam, days_before(90))
    assert deliver_all(days_before(89)).sent == 0
    assert deliver_all(days_before(85)).sent == 1


def test_a_stage_that_comes_meanwhile_waits_too(certificate: Certificate, days_before: Any, cast: Any) -> None:
    sweep(days_before(35))
    deliver_all(days_before(35))
    snooze(certificate, cast.sam, days_before(33), days=9)
    sweep(days_before(30))
    assert deliver_all(days_before(30)).sent == 0
    assert deliver_all(days_before(24)).mails == 1


def test_taken_back_it_comes_as_before(certificate: Certificate, days_before: Any, cast: Any) -> None:
    sweep(days_before(90))
    made = snooze(certificate, cast.sam, days_before(90))
    actions.cancel_snooze(made, by=cast.sam, now=days_before(90))
    assert deliver_all(days_before(90)).sent == 1
    made = snooze(certificate, cast.sam, days_before(89))
    actions.cancel_snooze(made, by=cast.sam, now=days_before(88))
    assert deliver_all(days_before(80)).sent == 0, "it was said already"


def test_what_is_late_climbs_all_the_same(certificate: Certificate, days_before: Any, cast: Any) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(
        kind="qualification.expires", holder_ref=cast.sam.ref, owner_ref=cast.leo.ref
    )
    snooze(certificate, cast.sam, days_before(-1), days=10)
    DueItem.objects.filter(record_number=certificate.number).update(next_remind_at=days_before(-3))
    sweep(days_before(-3))
    rows = Notice.objects.filter(record_number=certificate.number, channel=Channel.EMAIL)
    waits = {notice.recipient.name: notice.wait_until.date() for notice in rows}
    assert waits == {"Sam Keller": days_before(-11).date(), "Leo Marchetti": days_before(-3).date()}


@pytest.mark.parametrize("days", [-1, 0, 15])
def test_a_snooze_is_for_one_to_fourteen_days(certificate: Certificate, days_before: Any, cast: Any, days: int) -> None:
    with pytest.raises(ValidationError, match="at most 14 days"):
        snooze(certificate, cast.sam, days_before(90), days=days)


def test_nobody_puts_the_same_off_twice(certificate: Certificate, days_before: Any, cast: Any) -> None:
    made = snooze(certificate, cast.sam, days_before(90))
    names = ("user", "kind", "record_number", "due_key", "until_date", "wall_owner")
    twin = Snooze(reason="A second click", **{name: getattr(made, name) for name in names})
    with pytest.raises(ValidationError, match="put this off already"):
        write(twin, by=cast.sam, action="snooze.set")
    actions.cancel_snooze(made, by=cast.sam, now=days_before(90))
    assert snooze(certificate, cast.sam, days_before(90)).number != made.number


def test_the_mails_link_leads_to_a_form_that_asks_why(certificate: Certificate, signed_in: Any, cast: Any) -> None:
    address = f"/due-items/{item_of(certificate).number}/snooze/"
    sam, day = signed_in("sam"), (timezone.localdate() + timedelta(days=2)).isoformat()
    assert "Remind me again on" in sam.get(address).content.decode()
    assert sam.post(address, {"until_date": day, "reason": ""}).status_code == 422
    assert not Snooze.objects.exists()
    assert sam.post(address, {"until_date": day, "reason": "Waiting for the authority"}).status_code == 302
    made = Snooze.objects.get()
    event = TrailEvent.objects.get(record_number=made.number)
    assert (event.action, event.reason, made.wall_owner) == (
        "snooze.set",
        "Waiting for the authority",
        cast.sam.company_id,
    )
    assert signed_in("otto").get(address).status_code == 404
    assert signed_in("leo").post(f"/snoozes/{made.number}/cancel/").status_code == 404
    assert sam.post(f"/snoozes/{made.number}/cancel/").status_code == 302
    assert Snooze.objects.get().is_cancelled


# --- the notice centre ------------------------------------------------------------------------------------
def test_notices_are_read_one_by_one_or_all_and_unread_again(
    certificate: Certificate, add_certificate: Any, days_before: Any, signed_in: Any
) -> None:
    add_certificate("AT-2")
    add_certificate("AT-3")
    sweep(days_before(90))
    sam = signed_in("sam")

    def unread() -> int:
        return int(sam.get("/notices/unread/").json()["unread"])

    assert unread() == 3
    notice = Notice.objects.on_screen().get(record_number=certificate.number)
    assert sam.get(f"/notices/{notice.number}/").url == certificate.get_absolute_url()
    assert unread() == 2
    assert "AT-1" not in sam.get("/notices/").content.decode()
    assert "AT-1" in sam.get("/notices/?show=all").content.decode()
    said = sam.post("/notices/read/", follow=True).content.decode()
    assert unread() == 0 and "notices marked as read" in said
    undo = said.split('action="/notices/unread/')[1].split('"')[0]
    signed_in("leo").post(f"/notices/unread/{undo}")
    assert unread() == 0
    sam.post(f"/notices/unread/{undo}")
    assert unread() == 2, "what was read before stays read"


def test_a_put_off_notice_says_so_and_can_be_taken_back(
    certificate: Certificate, days_before: Any, signed_in: Any, cast: Any
) -> None:
    sweep(days_before(90))
    made = snooze(certificate, cast.sam, timezone.now())
    page = signed_in("sam").get("/notices/").content.decode()
    assert "Audit week" in page and f"/snoozes/{made.number}/cancel/" in page


@pytest.mark.parametrize("rows", [3, 300])
def test_the_list_and_the_bell_cost_as_many_queries_for_many_notices(
    certificate: Certificate, days_before: Any, rows: int, query_count: Any, signed_in: Any
) -> None:
    DueItem.objects.bulk_create(copies(item_of(certificate), rows - 1))
    sweep(days_before(90))
    sam = signed_in("sam")
    assert query_count("notices", "notice-list", lambda: sam.get("/notices/")).status_code == 200
    bell = query_count("notices", "notice-unread", lambda: sam.get("/notices/unread/"))
    assert bell.json()["unread"] == min(rows, 100)
    assert query_count("notices", "api-notices", lambda: sam.get("/api/v1/notices/")).status_code == 200


def test_a_page_that_polls_keeps_no_session_alive(signed_in: Any) -> None:
    sam = signed_in("sam")
    sam.get("/notices/unread/")
    assert "seen_at" not in sam.session
    sam.get("/notices/")
    assert "seen_at" in sam.session


# --- settings ---------------------------------------------------------------------------------------------
def test_a_person_sets_hours_and_kinds_and_nobody_else_sees_them(signed_in: Any, cast: Any) -> None:
    form = {"notices": "immediate", "digest_time": "08:30", "quiet_from": "20:00", "quiet_until": "06:30"}
    sam = signed_in("sam")
    assert sam.post("/profile/notices/", form | {"muted": ["certificate.expires"]}).status_code == 302
    own = NoticeSettings.objects.get(user=cast.sam)
    assert (own.digest_time, own.quiet_until, own.wall_owner) == (time(8, 30), time(6, 30), cast.sam.company_id)
    page = sam.get("/profile/notices/").content.decode()
    assert "08:30" in page and "checked" in page
    assert "08:30" not in signed_in("leo").get("/profile/notices/").content.decode()
    assert sam.post("/profile/notices/", form | {"version": own.version - 1, "digest_time": "09:00"}).status_code == 422
    assert sam.post("/profile/notices/", form | {"version": own.version, "quiet_until": ""}).status_code == 422
    assert sam.post("/profile/notices/", form | {"version": own.version, "muted": ["response.due"]}).status_code == 422


def test_days_away_are_added_cancelled_and_restored(signed_in: Any, cast: Any) -> None:
    sam, today = signed_in("sam"), timezone.localdate()
    form = {"from_date": today.isoformat(), "until_date": (today + timedelta(days=3)).isoformat()}
    assert sam.post("/profile/absences/add/", form | {"deputy": cast.pat.number}).status_code == 422
    assert ">Ada " not in sam.get("/profile/absences/add/").content.decode(), "an administrator reads no deadlines"
    refused = sam.post("/profile/absences/add/", form | {"deputy": cast.ada.number})
    assert refused.status_code == 422 and "may read deadlines" in refused.content.decode()
    assert sam.post("/profile/absences/add/", form | {"deputy": cast.leo.number}).status_code == 302
    made = Absence.objects.get()
    assert "Leo Marchetti" in sam.get("/profile/notices/").content.decode()
    assert signed_in("leo").post(f"/profile/absences/{made.number}/cancel/").status_code == 404
    sam.post(f"/profile/absences/{made.number}/cancel/")
    assert Absence.objects.get().is_cancelled
    sam.post(f"/profile/absences/{made.number}/restore/")
    assert not Absence.objects.get().is_cancelled


def test_the_api_does_the_same(certificate: Certificate, days_before: Any, signed_in: Any, cast: Any) -> None:
    sam, api = signed_in("sam"), "/api/v1"

    def post(path: str, **body: Any) -> Any:
        return sam.post(f"{api}/{path}/", body, content_type="application/json")

    until = (timezone.localdate() + timedelta(days=3)).isoformat()
    made = post("snoozes", due_item=item_of(certificate).number, until_date=until, reason="Audit week")
    assert made.status_code == 201 and made.json()["record_number"] == certificate.number
    assert post(f"snoozes/{made.json()['number']}/cancel").json()["is_cancelled"] is True
    far = (timezone.localdate() + timedelta(days=30)).isoformat()
    assert post("snoozes", due_item=item_of(certificate).number, until_date=far, reason="x").status_code == 400
    away = post("absences", from_date=until, until_date=until, deputy=cast.leo.number)
    assert away.status_code == 201 and away.json()["deputy"] == cast.leo.number
    assert post("absences", from_date=until, until_date=until, deputy=cast.pat.number).status_code == 400
    refused = post("absences", from_date=until, until_date=until, deputy=cast.ada.number)
    assert refused.status_code == 400 and "may read deadlines" in refused.json()["errors"]["deputy"][0]
    changed = post("notice-settings/change", notices="none", muted=["certificate.expires"], digest_time="06:00:00")
    assert changed.json() == sam.get(f"{api}/notice-settings/").json()
    assert (changed.json()["notices"], changed.json()["muted"]) == ("none", ["certificate.expires"])
    assert post("notice-settings/change", muted=["response.due"]).status_code == 400


def test_what_nobody_was_told_yet_is_said_on_the_day_too(certificate: Certificate, days_before: Any, cast: Any) -> None:
    """From the list of deadlines one puts off also what was late when it became known, of which no reminder comes."""
    DueItem.objects.filter(record_number=certificate.number).update(next_remind_at=NEVER)
    made = snooze(certificate, cast.sam, days_before(-40))
    assert deliver_all(days_before(-44)).sent == 0
    assert deliver_all(days_before(-45)).mails == 1
    assert [row.stage for row in Notice.objects.filter(recipient=cast.sam)] == ["45 days after"]
    actions.cancel_snooze(made, by=cast.sam, now=days_before(-46))
    snooze(certificate, cast.sam, days_before(-47))
    assert deliver_all(days_before(-52)).mails == 1, "and once more"


def test_an_absence_that_is_over_is_refused(signed_in: Any) -> None:
    past = timezone.localdate() - timedelta(days=3)
    typed = {"from_date": past.isoformat(), "until_date": past.isoformat(), "deputy": ""}
    answer = signed_in("sam").post("/profile/absences/add/", typed)
    assert answer.status_code == 422 and "These days are over" in answer.content.decode()
    assert not Absence.objects.exists()

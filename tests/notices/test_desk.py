"""The administrator's desk: what each look did, what was given up and why, sent again once whoever clicks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.readiness import states
from cmo_portal.records.trail import TrailEvent
from communications.notices import runs
from communications.notices.delivery import TRIES, deliver_all
from communications.notices.desk import mail_counts
from communications.notices.desk_actions import send_again, send_again_to_cmos, send_all_again
from communications.notices.models import Mail, Notice, State, SweepRun
from communications.notices.tasks import sweep_due_items
from tests.notices.places import given_up
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db
DESK = "communications:operation-list"
REFUSING = "tests.notices.conftest.Refusing"


@pytest.fixture
def dead(certificate: Certificate, days_before: Any, settings: Any) -> Mail:
    """A mail about the certificate that eight tries could not deliver."""
    settings.EMAIL_BACKEND = REFUSING
    runs.run_sweep(days_before(90))
    now = days_before(89)
    for _ in range(TRIES):
        deliver_all(now)
        now += timedelta(hours=5)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return Mail.objects.get(state=State.DEAD)


# --- what each look did --------------------------------------------------------------------------------
def test_looks_that_found_nothing_are_one_row_that_moves_along(quiet: None) -> None:
    for _ in range(3):
        runs.run_sweep(timezone.now())
    only = SweepRun.objects.get()
    assert only.ended_at is not None and only.items == 0 and states()["sweep"] == "ok"


def test_a_look_that_did_something_is_kept_with_what_it_did(certificate: Certificate, days_before: Any) -> None:
    SweepRun.objects.all().delete()
    runs.run_sweep(timezone.now())
    runs.run_sweep(days_before(90))
    runs.run_sweep(days_before(90))
    rows = list(SweepRun.objects.order_by("id").values_list("items", "claimed", "notices"))
    assert rows == [(1, 1, 2), (0, 0, 0)], "the first empty row became the full one; a new one moves along"


def test_a_look_that_fails_says_so_and_the_next_one_is_fine(
    certificate: Certificate, days_before: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*args: Any) -> None:
        raise ZeroDivisionError("nothing can be looked for")

    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError):
        patched.setattr("communications.notices.sweep.owing", fall)
        runs.run_sweep(days_before(90))
    failed = runs.latest()
    assert failed is not None and failed.error.startswith("ZeroDivisionError") and failed.ended_at
    assert states()["sweep"] == "the last one failed"
    runs.run_sweep(days_before(90))
    assert states()["sweep"] == "ok" and SweepRun.objects.filter(error="", claimed=1).exists()


def test_a_look_whose_process_died_stays_without_an_end(quiet: None) -> None:
    begun = runs.begin(by_hand=False)
    begun.started_at = timezone.now() - timedelta(hours=2)
    begun.save()
    assert "has not ended" in states()["sweep"]
    runs.run_sweep(timezone.now())
    assert SweepRun.objects.filter(ended_at=None).count() == 1 and states()["sweep"] == "ok"


def test_old_looks_end(certificate: Certificate, days_before: Any) -> None:
    old = SweepRun.objects.create(started_at=timezone.now() - timedelta(days=31), ended_at=timezone.now(), items=4)
    runs.run_sweep(days_before(90))
    assert not SweepRun.objects.filter(pk=old.pk).exists()


def test_the_task_and_the_command_keep_their_looks(quiet: None, capsys: Any) -> None:
    SweepRun.objects.all().delete()
    sweep_due_items()
    assert SweepRun.objects.get().by_hand is False
    call_command("send_due_reminders")
    assert SweepRun.objects.get().by_hand is True


def add_line(mail: Mail, item: DueItem) -> None:
    Notice.objects.create(
        recipient=mail.recipient,
        kind=item.kind,
        record_type=item.record_type,
        record_number=item.record_number,
        title=item.title,
        due_date=item.due_date,
        due_key=item.due.key,
        offset="0d",
        created_at=mail.created_at,
        wait_until=mail.created_at,
        state=State.DEAD,
        mail=mail,
        wall_owner=mail.wall_owner,
    )


# --- what was given up -----------------------------------------------------------------------------------
def test_the_desk_names_the_reader_the_reason_and_what_nobody_heard(dead: Mail, sign_in: Any) -> None:
    text = sign_in("ada").get(reverse(DESK)).text
    assert "Sam Keller" in text and "ConnectionRefusedError: no mail server" in text


def test_a_dead_letter_goes_out_once_after_it_is_sent_again(dead: Mail, cast: Any, sign_in: Any) -> None:
    before = len(outbox.outbox)
    client = sign_in("ada")
    for _ in range(2):
        assert client.post(reverse("communications:mail-send", args=[dead.key])).status_code == 302
    dead.refresh_from_db()
    assert (dead.state, dead.tries) == (State.WAITING, 0)
    deliver_all(timezone.now() + timedelta(minutes=1))
    deliver_all(timezone.now() + timedelta(minutes=2))
    dead.refresh_from_db()
    assert dead.state == State.SENT and len(outbox.outbox) == before + 1
    assert dead.key in outbox.outbox[-1].extra_headers["Message-ID"]
    assert set(Notice.objects.filter(mail=dead).values_list("state", flat=True)) == {State.SENT}
    trail = TrailEvent.objects.filter(record_number=cast.sam.number, action="mail.send_again")
    assert [event.actor_name for event in trail] == ["Ada Brunner"], "two clicks are one act"


def test_all_are_sent_again_and_the_company_says_so(cast: Any) -> None:
    keys = sorted(given_up(name).key for name in ("sam", "leo"))
    other = given_up("pat")
    assert send_all_again(cast.ada.company, by=cast.ada, now=timezone.now()) == 2
    assert send_all_again(cast.ada.company, by=cast.ada, now=timezone.now()) == 0
    other.refresh_from_db()
    assert other.state == State.DEAD, "another company's mail is not theirs to send"
    event = TrailEvent.objects.get(record_number=cast.ada.company.number, action="mail.send_again")
    assert event.says["details"] == {"mails": keys}


def test_what_was_given_up_to_cmos_is_sent_again_and_never_named(cast: Any, sign_in: Any) -> None:
    mine, theirs, strangers = given_up("sam"), given_up("pat"), given_up("pat", key="of-otter")
    for mail, sponsor in ((theirs, cast.ada), (strangers, cast.otto)):
        add_line(mail, DueItem.objects.filter(wall_owner=sponsor.company_id, is_open=True)[0])
    client = sign_in("ada")
    assert "given up to CMOs (1)" in client.get(reverse(DESK)).text
    assert client.post(reverse("communications:mail-send-cmos")).status_code == 302
    states = [Mail.objects.get(pk=each.pk).state for each in (mine, theirs, strangers)]
    assert states == [State.DEAD, State.WAITING, State.DEAD]
    event = TrailEvent.objects.get(record_number=cast.ada.company.number, action="mail.send_again")
    assert event.says["details"] == {"mails_to_cmos": 1}
    assert "given up to CMOs" not in client.get(reverse(DESK)).text
    with pytest.raises(PermissionDenied):
        send_again_to_cmos(cast.sam.company, by=cast.sam, now=timezone.now())


def test_only_an_administrator_sends_again(cast: Any) -> None:
    mail = given_up("sam")
    with pytest.raises(PermissionDenied):
        send_again(mail, by=cast.sam, now=timezone.now())
    assert send_again(mail, by=cast.ada, now=timezone.now())
    assert not send_again(mail, by=cast.ada, now=timezone.now())


# --- walls -----------------------------------------------------------------------------------------------
def test_of_other_companies_there_is_not_even_a_number(cast: Any, sign_in: Any) -> None:
    given_up("pat")
    given_up("otto")
    given_up("sam")
    counts = {row.state: row.count for row in mail_counts(cast.ada, timezone.now())}
    assert counts["dead"] == 1
    text = sign_in("ada").get(reverse(DESK)).text
    assert "Sam Keller" in text and "Pat Huber" not in text and "otto@" not in text
    runs.run_sweep(timezone.now())
    look = sign_in("ada").get("/api/v1/operations/sweeps/").json()[0]
    assert set(look) == {"started_at", "ended_at", "by_hand", "failed"}, "a look serves every company and counts none"


def test_of_records_that_nobody_heard_of_only_ones_own_are_named(cast: Any, sign_in: Any) -> None:
    mine = DueItem.objects.filter(wall_owner=cast.ada.company_id, is_open=True).first()
    theirs = DueItem.objects.filter(wall_owner=cast.otto.company_id, is_open=True).first()
    assert mine is not None and theirs is not None
    SweepRun.objects.create(
        started_at=timezone.now(), ended_at=timezone.now(), items=2, unheard=[mine.record_number, theirs.record_number]
    )
    text = sign_in("ada").get(reverse(DESK)).text
    assert mine.record_number in text and theirs.record_number not in text and mine.title not in text
    answer = sign_in("ada").get("/api/v1/operations/").json()
    assert answer["unheard"] == [mine.record_number]
    assert set(answer["parts"]) >= {"worker", "beat", "sweep"}


def test_the_desk_costs_the_same_with_many_dead_letters(sign_in: Any, query_count: Any) -> None:
    client = sign_in("ada")
    given_up("sam")
    client.get(reverse(DESK))  # the first page of a session also notes that somebody is there
    query_count("notices", "desk", lambda: client.get(reverse(DESK)))
    for n in range(30):
        given_up("sam", key=f"many{n}")
    query_count("notices", "desk", lambda: client.get(reverse(DESK)))

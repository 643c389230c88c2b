"""One mail for each person and run, tried until it is taken, and never about what is done or has moved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import write
from communications.notices.delivery import LEASE, TRIES, Delivered, deliver_all, deliver_to, people_owed
from communications.notices.models import Channel, Mail, Notice, SweepRun
from communications.notices.sweep import sweep, sweep_all
from communications.notices.tasks import deliver_notices, sweep_due_items
from tests.notices.test_sweep import copies
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db
DYING, REFUSING = "tests.notices.conftest.Dying", "tests.notices.conftest.Refusing"


def states(certificate: Certificate) -> list[str]:
    rows = Notice.objects.filter(record_number=certificate.number, channel=Channel.EMAIL).order_by("id")
    return list(rows.values_list("state", flat=True))


def html_of(sent: Any) -> str:
    (part,) = sent.alternatives
    return str(part.content)


def message_ids() -> list[str]:
    return [sent.extra_headers["Message-ID"] for sent in mail.outbox]


def test_the_mail_says_what_is_due_when_and_where(certificate: Certificate, days_before: Any, settings: Any) -> None:
    sweep(days_before(90))
    assert deliver_all(days_before(90)) == Delivered(mails=1, sent=1)
    sent = mail.outbox[0]
    day = f"{certificate.expires_date:%-d %B %Y}"
    assert sent.to == ["sam@northgate.example"]
    assert sent.subject == f"Due {day}: GMP certificate AT-1 of Linz expires"
    assert f"Due {day}, in 90 days. Ask for the new certificate" in sent.body
    assert (
        "Your company has the ball since" in sent.body
        and "Nobody in particular has it, and you may do it." in sent.body
    )
    page, html = f"{settings.SITE_URL}{certificate.get_absolute_url()}", html_of(sent)
    snooze = DueItem.objects.get(record_number=certificate.number).number
    assert f"Open: {page}\n" in sent.body and f'href="{page}"' in html
    assert f"/due-items/{snooze}/snooze/" in sent.body and f"/due-items/{snooze}/snooze/" in html
    assert "Reminded Pharma AT-1" in sent.body and "Reminded Pharma AT-1" in html
    assert states(certificate) == ["sent"]


def test_the_mail_says_how_late_it_is_and_who_holds_it(certificate: Certificate, days_before: Any, cast: Any) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(holder_ref=cast.leo.ref)
    sweep(days_before(-7))
    deliver_all(days_before(-7))
    assert mail.outbox[0].subject == "Overdue: GMP certificate AT-1 of Linz expires"
    assert "7 days late." in mail.outbox[0].body and "You have the ball since" in mail.outbox[0].body


def test_a_second_run_sends_nothing(certificate: Certificate, days_before: Any) -> None:
    sweep(days_before(90))
    deliver_all(days_before(90))
    assert deliver_all(days_before(80)) == Delivered()
    assert len(mail.outbox) == 1


def test_what_is_due_at_once_comes_in_one_mail_and_the_most_urgent_first(
    add_certificate: Callable[[str], Certificate], days_before: Any, cast: Any
) -> None:
    later, sooner = add_certificate("Z-LATER"), add_certificate("A-SOONER")
    sooner.expires_date -= timedelta(days=10)
    write(sooner, by=cast.sam, action="certificate.revise")
    sweep(days_before(80))
    assert deliver_all(days_before(80)).mails == 1
    assert mail.outbox[0].subject == "3 reminders"
    assert mail.outbox[0].body.index(sooner.reference) < mail.outbox[0].body.index(later.reference)


# --- what changed between the claim and the mail ---------------------------------------------------------
def test_what_closed_meanwhile_is_not_sent(certificate: Certificate, days_before: Any, cast: Any) -> None:
    sweep(days_before(90))
    certificate.is_retired = True
    write(certificate, by=cast.sam, action="certificate.retire")
    assert deliver_all(days_before(90)) == Delivered(dropped=1)
    assert mail.outbox == [] and states(certificate) == ["dropped"]


def test_what_moved_meanwhile_is_not_sent_and_comes_for_its_new_day(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    sweep(days_before(90))
    certificate.expires_date += timedelta(days=60)
    write(certificate, by=cast.sam, action="certificate.revise")
    assert deliver_all(days_before(90)) == Delivered(), "a digest waits until the sweep has looked at what was written"
    sweep(days_before(90))
    assert deliver_all(days_before(90)) == Delivered(dropped=1)
    sweep(days_before(30))
    assert deliver_all(days_before(30)) == Delivered(mails=1, sent=1)
    assert states(certificate) == ["dropped", "sent"]


@pytest.mark.parametrize(("hours", "goes"), [(1, False), (3, True)])
def test_sweeps_that_fail_for_hours_keep_back_no_digest(
    certificate: Certificate, add_certificate: Callable[[str], Certificate], days_before: Any, hours: int, goes: bool
) -> None:
    sweep(days_before(90))
    add_certificate("AT-2")  # of which no sweep gets hold
    began = timezone.now() - timedelta(hours=hours)
    SweepRun.objects.create(started_at=began - timedelta(hours=9), ended_at=began)
    SweepRun.objects.create(started_at=began, ended_at=began, error="DatabaseError: no room left")
    assert deliver_all(days_before(90)).sent == int(goes)


def test_who_left_meanwhile_gets_nothing(certificate: Certificate, days_before: Any, cast: Any) -> None:
    sweep(days_before(90))
    cast.sam.is_active = False
    write(cast.sam, by=cast.ada, action="account.deactivate")
    assert deliver_all(days_before(90)) == Delivered(dropped=1)
    assert mail.outbox == []


# --- crashes and dead mail servers -----------------------------------------------------------------------
def test_a_crash_after_the_mail_was_taken_repeats_it_under_the_same_id(
    add_certificate: Callable[[str], Certificate], certificate: Certificate, days_before: Any, settings: Any, cast: Any
) -> None:
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, DYING
    now = days_before(90)
    sweep(now)
    with pytest.raises(SystemExit):
        deliver_to(cast.sam.pk, now)
    settings.EMAIL_BACKEND = usual
    added = add_certificate("AT-2")
    sweep(now)
    assert deliver_to(cast.sam.pk, now) == Delivered(), "the mail is leased, and the day has its digest"
    assert deliver_to(cast.sam.pk, now + LEASE) == Delivered(mails=1, sent=1)
    assert deliver_to(cast.sam.pk, now + timedelta(days=1)) == Delivered(mails=1, sent=1)
    first, again, new = message_ids()
    assert first == again != new
    assert "AT-2" not in mail.outbox[1].body and "AT-2" in mail.outbox[2].body
    assert states(certificate) == states(added) == ["sent"]


def test_a_refused_mail_is_tried_again_later_each_time(
    certificate: Certificate, days_before: Any, settings: Any, cast: Any
) -> None:
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, REFUSING
    now = days_before(90)
    sweep(now)
    assert deliver_all(now) == Delivered(failed=1)
    assert states(certificate) == ["failed"] and people_owed(now) == []
    assert deliver_all(now + timedelta(minutes=1)) == Delivered(failed=1)
    assert deliver_all(now + timedelta(minutes=2)) == Delivered()
    settings.EMAIL_BACKEND = usual
    assert deliver_all(now + timedelta(minutes=3)) == Delivered(mails=1, sent=1)
    assert states(certificate) == ["sent"]


def test_a_mail_that_nobody_takes_is_given_up(certificate: Certificate, days_before: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = REFUSING
    now = days_before(90)
    sweep(now)
    for hour in range(TRIES):
        assert deliver_all(now + timedelta(hours=3 * hour)) == Delivered(failed=1)
    assert states(certificate) == ["dead"]
    assert deliver_all(now + timedelta(days=5)) == Delivered()
    sweep(days_before(30))
    assert states(certificate) == ["dead", "waiting"]  # the next stage is tried on its own


# --- tasks and command -----------------------------------------------------------------------------------
def test_a_mail_of_which_nobody_knows_says_that_it_may_come_twice(
    certificate: Certificate, days_before: Any, settings: Any, caplog: Any
) -> None:
    sweep(days_before(90))
    settings.EMAIL_BACKEND = "tests.notices.conftest.Silent"
    assert deliver_all(days_before(90)).failed == 1
    assert "may not have been sent" in caplog.text and Mail.objects.get().sending_since is not None
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver_all(days_before(90) + timedelta(hours=1)).mails == 1
    assert "may come twice" in caplog.text and Mail.objects.get().sending_since is None


def test_a_worker_that_is_told_to_stop_is_no_refusal(certificate: Certificate, days_before: Any, settings: Any) -> None:
    sweep(days_before(90))
    settings.EMAIL_BACKEND = "tests.notices.conftest.Stopped"
    with pytest.raises(SoftTimeLimitExceeded):
        deliver_all(days_before(90))
    sent = Mail.objects.get()
    assert (sent.state, sent.tries) == ("waiting", 0)


def test_the_bell_rings_once_for_each_person(
    certificate: Certificate, days_before: Any, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[Any] = []
    monkeypatch.setattr(deliver_notices, "apply_async", lambda args, **options: rung.append(args))
    cast.sam.notices = "immediate"  # at whatever hour this test runs
    write(cast.sam, by=cast.sam, action="profile.edit")
    today = timezone.localdate(timezone=ZoneInfo(cast.sam.time_zone))
    DueItem.objects.filter(record_number=certificate.number).update(next_remind_at=timezone.now(), due_date=today)
    sweep_due_items()
    assert rung == [(cast.sam.pk,)]
    deliver_notices(cast.sam.pk)
    deliver_notices(cast.sam.pk)
    assert len(mail.outbox) == 1


def test_the_command_does_both_and_says_what_it_did(certificate: Certificate, days_before: Any, capsys: Any) -> None:
    call_command("send_due_reminders", "--now", days_before(90).isoformat())
    said = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    assert "1 due item, 1 reminder claimed, 2 notices written." in said
    assert "1 mail sent with 1 notice; 0 closed or moved meanwhile, 0 failed." in said
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T00:00"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CommandError, match="write a date and time"):
        call_command("send_due_reminders", "--now", text)


@pytest.mark.parametrize("rows", [3, 90])
def test_a_mail_costs_as_many_queries_for_many_items(
    certificate: Certificate, days_before: Any, rows: int, query_count: Any, cast: Any
) -> None:
    item = DueItem.objects.get(record_number=certificate.number)
    DueItem.objects.bulk_create(copies(item, rows - 1))
    sweep_all(days_before(90))
    done = query_count("notices", "deliver", lambda: deliver_to(cast.sam.pk, days_before(90)))
    assert done == Delivered(mails=1, sent=rows)

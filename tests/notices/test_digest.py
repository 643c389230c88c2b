"""One mail a day at each person's own hour; what is critical at once; what a person wished, and what they cannot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import call_command

from cmo_portal.accounts.models import User
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import write
from communications.notices.delivery import Delivered, deliver_all, deliver_to
from communications.notices.models import Channel, Mail, Notice, State
from communications.notices.preferences import Absence, Mute, NoticeSettings
from communications.notices.standing_in import stand_in
from communications.notices.sweep import sweep, sweep_all
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db
ZURICH, TOKYO = ZoneInfo("Europe/Zurich"), ZoneInfo("Asia/Tokyo")


def edit(person: User, **values: Any) -> None:
    for name, value in values.items():
        setattr(person, name, value)
    write(person, by=person, action="profile.edit")


def hours(person: User, **values: Any) -> None:
    write(NoticeSettings(user=person, wall_owner=person.company_id, **values), by=person, action="notices.edit")


def waits(certificate: Certificate) -> datetime:
    notice = Notice.objects.get(record_number=certificate.number, channel=Channel.EMAIL)
    return notice.wait_until


def on_the_clock(moment: datetime, zone: ZoneInfo, hour: int, minute: int = 0) -> datetime:
    return moment.astimezone(zone).replace(hour=hour, minute=minute)


def test_the_digest_waits_for_seven_in_the_morning_at_the_persons_place(
    certificate: Certificate, days_before: Any
) -> None:
    midnight = on_the_clock(days_before(90), ZURICH, 0)
    sweep(midnight)
    assert deliver_all(midnight) == deliver_all(on_the_clock(midnight, ZURICH, 6, 59)) == Delivered()
    assert deliver_all(on_the_clock(midnight, ZURICH, 7)) == Delivered(mails=1, sent=1)


def test_a_person_in_tokyo_hears_of_a_cmo_in_basel_at_their_own_seven_o_clock(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    """The day is counted at the sponsor's place, where nobody holds the item; it is told at the person's."""
    edit(cast.sam, time_zone="Asia/Tokyo")
    midnight = on_the_clock(days_before(90), ZURICH, 0)  # seven or eight o'clock in Tokyo
    assert sweep(midnight - timedelta(minutes=1)).claimed == 0
    sweep(midnight)
    assert waits(certificate).astimezone(TOKYO).time() in {time(7), time(8)}
    assert deliver_all(midnight) == Delivered(mails=1, sent=1)
    assert Mail.objects.get().digest_date == midnight.astimezone(TOKYO).date()


def test_the_day_of_what_somebody_holds_begins_where_they_are(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    edit(cast.sam, time_zone="Asia/Tokyo")
    item = DueItem.objects.filter(record_number=certificate.number)
    begins = on_the_clock(days_before(90, hour=1), TOKYO, 0)
    item.update(holder_ref=cast.sam.ref, next_remind_at=begins - timedelta(hours=1))
    assert sweep(begins - timedelta(minutes=1)).claimed == 0
    assert sweep(begins).claimed == 1
    assert waits(certificate) == begins + timedelta(hours=7)


def test_what_comes_after_the_digest_waits_for_the_next_days(
    certificate: Certificate, add_certificate: Callable[[str], Certificate], days_before: Any
) -> None:
    morning = on_the_clock(days_before(90), ZURICH, 7)
    sweep(morning)
    assert deliver_all(morning) == Delivered(mails=1, sent=1)
    second = add_certificate("AT-2")
    sweep(morning + timedelta(hours=2))
    assert deliver_all(morning + timedelta(hours=2)) == Delivered()
    assert waits(second) == on_the_clock(days_before(89), ZURICH, 7)
    assert deliver_all(waits(second)) == Delivered(mails=1, sent=1)
    assert certificate.reference not in mail.outbox[1].body and second.reference in mail.outbox[1].body


def test_a_digest_that_went_nowhere_leaves_the_day_to_what_comes_later(
    certificate: Certificate, add_certificate: Callable[[str], Certificate], days_before: Any, cast: Any
) -> None:
    sweep(days_before(90))
    certificate.is_retired = True
    write(certificate, by=cast.sam, action="certificate.retire")
    assert deliver_all(days_before(90)) == Delivered(dropped=1)
    add_certificate("AT-2")
    sweep(days_before(90, hour=9))
    assert deliver_all(days_before(90, hour=9)) == Delivered(mails=1, sent=1)


def test_the_command_travels_from_day_to_day(certificate: Certificate, days_before: Any) -> None:
    for days in (90, 90, 30, 30, 14):
        call_command("send_due_reminders", "--now", days_before(days).isoformat())
    assert len(mail.outbox) == 3


# --- what cannot wait -------------------------------------------------------------------------------------
def test_what_is_critical_goes_at_once_and_breaks_quiet_hours(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    hours(cast.sam, quiet_from=time(20), quiet_until=time(8), rests_at_weekends=True)
    DueItem.objects.filter(record_number=certificate.number).update(is_urgent=True)
    night = on_the_clock(days_before(90), ZURICH, 0)
    sweep(night)
    assert deliver_all(night) == Delivered(mails=1, sent=1)
    assert Mail.objects.get().digest_date is None, "the day's digest still comes"


def test_hours_before_an_instant_are_counted_on_the_clock(certificate: Certificate, days_before: Any) -> None:
    due = days_before(60, hour=14)
    item = DueItem.objects.filter(record_number=certificate.number)
    item.update(is_urgent=True, due_at=due, due_date=due.date(), next_remind_at=due - timedelta(hours=30))
    from vendors.registry.deadline_policies import DeadlinePolicy

    sponsor = item.get().wall_owner
    policy = DeadlinePolicy(sponsor_id=sponsor, kind="certificate.expires", offsets=["24h", "2h", "-1h"])
    write(policy, by=User.objects.get(email__startswith="ada@"), action="policy.add")
    told = []
    for hour in range(-30, 3):
        sweep(due + timedelta(hours=hour))
        told += [hour] * deliver_all(due + timedelta(hours=hour)).mails
    assert told == [-24, -2, 1]


# --- wishes -----------------------------------------------------------------------------------------------
def test_who_wants_mail_at_once_gets_it_except_in_quiet_hours(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    edit(cast.sam, notices="immediate")
    hours(cast.sam, quiet_from=time(20), quiet_until=time(6))
    sweep(on_the_clock(days_before(90), ZURICH, 0))
    assert waits(certificate) == on_the_clock(days_before(90), ZURICH, 6)
    sweep(on_the_clock(days_before(30), ZURICH, 9))
    assert deliver_all(on_the_clock(days_before(30), ZURICH, 9)).mails == 1


def test_who_rests_at_weekends_hears_on_monday(certificate: Certificate, days_before: Any, cast: Any) -> None:
    hours(cast.sam, rests_at_weekends=True)
    saturday = next(days for days in range(90, 80, -1) if days_before(days).weekday() == 5)
    item = DueItem.objects.filter(record_number=certificate.number)
    item.update(due_date=days_before(saturday - 90).date())
    sweep(days_before(saturday))
    assert waits(certificate) == on_the_clock(days_before(saturday - 2), ZURICH, 7)


def test_a_worker_that_comes_back_at_night_wakes_nobody(certificate: Certificate, days_before: Any, cast: Any) -> None:
    hours(cast.sam, quiet_from=time(20), quiet_until=time(6))
    sweep(days_before(90))
    assert deliver_all(on_the_clock(days_before(90), ZURICH, 23)) == Delivered()
    assert deliver_all(on_the_clock(days_before(89), ZURICH, 7)) == Delivered(mails=1, sent=1)


def test_who_wants_only_what_is_obligatory_reads_the_rest_in_the_portal(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    edit(cast.sam, notices="none")
    sweep(days_before(90))
    rows = Notice.objects.filter(record_number=certificate.number)
    assert list(rows.values_list("channel", flat=True)) == [Channel.SCREEN]
    DueItem.objects.filter(record_number=certificate.number).update(
        kind="qualification.expires", holder_ref=cast.sam.ref
    )
    sweep(days_before(30))
    assert rows.filter(kind="qualification.expires", channel=Channel.EMAIL).count() == 1


def test_a_kind_that_is_switched_off_is_not_mailed_also_when_it_was_waiting(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    sweep(days_before(90))
    mute = Mute(user=cast.sam, kind="certificate.expires", wall_owner=cast.sam.company_id)
    write(mute, by=cast.sam, action="notices.mute")
    assert deliver_all(days_before(90)) == Delivered(dropped=1)
    sweep(days_before(30))
    assert Notice.objects.filter(record_number=certificate.number, channel=Channel.EMAIL).count() == 1


def test_what_is_obligatory_cannot_be_switched_off(cast: Any) -> None:
    from django.core.exceptions import ValidationError

    mute = Mute(user=cast.sam, kind="response.due", wall_owner=cast.sam.company_id)
    with pytest.raises(ValidationError, match="obligatory"):
        write(mute, by=cast.sam, action="notices.mute")


# --- whoever is away --------------------------------------------------------------------------------------
@pytest.fixture
def away(days_before: Any) -> Callable[..., Absence]:
    def make(person: User, deputy: User | None, days: int = 90) -> Absence:
        day = days_before(days).date()
        made = Absence(
            user=person, from_date=day, until_date=day + timedelta(days=5), deputy=deputy, wall_owner=person.company_id
        )
        write(made, by=person, action="absence.add")
        return made

    return make


def mailed(certificate: Certificate) -> list[tuple[str, str, str | None]]:
    rows = Notice.objects.filter(record_number=certificate.number, channel=Channel.EMAIL)
    rows = rows.exclude(state=State.PASSED)
    return sorted(rows.values_list("recipient__name", "level", "on_behalf_of__name"))


def test_the_deputy_is_mailed_and_the_person_reads_it_when_back(
    certificate: Certificate, days_before: Any, cast: Any, away: Any
) -> None:
    away(cast.sam, cast.leo)
    sweep(days_before(90))
    stand_in(days_before(90))
    assert mailed(certificate) == [("Leo Marchetti", "deputy", "Sam Keller")]
    screens = Notice.objects.filter(record_number=certificate.number, channel=Channel.SCREEN)
    assert set(screens.values_list("recipient__name", flat=True)) == {"Leo Marchetti", "Sam Keller"}
    deliver_all(days_before(90))
    assert mail.outbox[0].to == ["leo@northgate.example"] and "Sam Keller" in mail.outbox[0].body


def test_a_deputy_who_is_away_has_a_deputy(certificate: Certificate, days_before: Any, cast: Any, away: Any) -> None:
    away(cast.sam, cast.leo)
    away(cast.leo, cast.quinn)
    away(cast.quinn, cast.sam)  # a circle ends
    sweep(days_before(90))
    stand_in(days_before(90))
    assert mailed(certificate) == [("Quinn Abara", "deputy", "Sam Keller")]


def test_a_deputy_who_may_not_read_it_is_not_told(
    certificate: Certificate, days_before: Any, cast: Any, away: Any
) -> None:
    away(cast.sam, cast.eva)
    DueItem.objects.filter(record_number=certificate.number).update(kind="audit.begins", holder_ref=cast.sam.ref)
    sweep(days_before(30))
    stand_in(days_before(30))
    assert mailed(certificate) == [("Sam Keller", "holder", None)]


def test_who_is_back_or_cancelled_their_absence_is_told(
    certificate: Certificate, days_before: Any, cast: Any, away: Any
) -> None:
    made = away(cast.sam, cast.leo)
    made.is_cancelled = True
    write(made, by=cast.sam, action="absence.cancel")
    away(cast.sam, cast.quinn, days=100)  # over by then
    sweep(days_before(90))
    stand_in(days_before(90))
    assert mailed(certificate) == [("Sam Keller", "holder", None)]


def test_of_two_absences_the_one_with_a_deputy_counts(
    certificate: Certificate, days_before: Any, cast: Any, away: Any
) -> None:
    away(cast.sam, cast.leo)
    away(cast.sam, None)
    sweep(days_before(90))
    stand_in(days_before(90))
    assert mailed(certificate) == [("Leo Marchetti", "deputy", "Sam Keller")]


def test_a_deputy_of_another_company_is_refused(cast: Any, away: Any) -> None:
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError, match="works here"):
        away(cast.sam, cast.pat)


def test_a_run_twice_at_once_sends_once(certificate: Certificate, days_before: Any, cast: Any) -> None:
    sweep_all(days_before(90))
    assert deliver_to(cast.sam.pk, days_before(90)).mails == 1
    assert deliver_to(cast.sam.pk, days_before(90)) == Delivered()
    assert datetime.now(UTC) < days_before(90), "the test travels, it does not wait"

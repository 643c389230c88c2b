"""Who stands in is decided on the day the mail goes, however long it waited; and everybody is told once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from cmo_portal.accounts.models import User
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.numbers import random_text
from cmo_portal.records.trail import write
from communications.notices import actions
from communications.notices.delivery import Delivered, deliver_all, deliver_to
from communications.notices.models import Channel, Notice, State
from communications.notices.preferences import Absence, Mute, NoticeSettings
from communications.notices.standing_in import stand_in
from communications.notices.sweep import sweep
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture
def evening(certificate: Certificate, days_before: Any, cast: Any) -> datetime:
    """A reminder is claimed in Sam's quiet hours: the mail goes the next morning."""
    own = NoticeSettings(user=cast.sam, wall_owner=cast.sam.company_id, quiet_from=time(18), quiet_until=time(6))
    write(own, by=cast.sam, action="notices.edit")
    now: datetime = days_before(90, hour=20)
    sweep(now)
    assert deliver_all(now) == Delivered()
    return now


@pytest.fixture
def away(evening: datetime) -> Callable[..., Absence]:
    def make(person: User, deputy: User | None, after: int, days: int = 0) -> Absence:
        """From so many days after the evening of the claim, for one day and `days` more."""
        day = (evening + timedelta(days=after)).date()
        made = Absence(
            user=person, from_date=day, until_date=day + timedelta(days=days), deputy=deputy,
            wall_owner=person.company_id,
        )  # fmt: skip
        write(made, by=person, action="absence.add")
        return made

    return make


def to() -> list[str]:
    return [sent.to[0].split("@")[0] for sent in mail.outbox]


def morning(evening: datetime, days: int = 1) -> datetime:
    return (evening + timedelta(days=days)).replace(hour=8)


def test_who_is_away_on_the_day_of_the_mail_has_it_passed_on(evening: datetime, away: Any, cast: Any) -> None:
    """At the claim Sam was there, and had not even entered the absence."""
    away(cast.sam, cast.leo, after=1)
    assert deliver_all(morning(evening)) == Delivered(mails=1, sent=1)
    assert to() == ["leo"] and "You stand in for Sam Keller" in mail.outbox[0].body


def test_who_is_back_on_the_day_of_the_mail_gets_it(evening: datetime, away: Any, cast: Any) -> None:
    away(cast.sam, cast.leo, after=0)
    assert stand_in(evening) == 0, "the mail does not go today"
    assert deliver_all(morning(evening)) == Delivered(mails=1, sent=1)
    assert to() == ["sam"]


def test_the_person_finds_it_under_the_bell_and_the_page_says_what_became_of_the_mail(
    evening: datetime, away: Any, certificate: Certificate, cast: Any, sign_in: Any
) -> None:
    away(cast.sam, cast.leo, after=1)
    deliver_all(morning(evening))
    screens = Notice.objects.filter(record_number=certificate.number, channel=Channel.SCREEN)
    assert sorted(screens.values_list("recipient__name", "level")) == [
        ("Leo Marchetti", "deputy"), ("Sam Keller", "holder"),
    ]  # fmt: skip
    item = DueItem.objects.get(record_number=certificate.number)
    page = sign_in("sam").get(reverse("communications:deadline-detail", args=[item.number])).content.decode()
    assert "Passed on to a deputy" in page


def test_a_deputy_who_wants_no_mail_of_the_kind_leaves_it_where_it_is(evening: datetime, away: Any, cast: Any) -> None:
    mute = Mute(user=cast.leo, kind="certificate.expires", wall_owner=cast.leo.company_id)
    write(mute, by=cast.leo, action="notices.mute")
    away(cast.sam, cast.leo, after=1)
    assert deliver_all(morning(evening)) == Delivered(mails=1, sent=1)
    assert to() == ["sam"]


def test_looking_twice_passes_on_once(evening: datetime, away: Any, cast: Any) -> None:
    away(cast.sam, cast.leo, after=1)
    now = morning(evening)
    assert [stand_in(now), stand_in(now)] == [1, 0]
    assert [deliver_all(now).mails, deliver_all(now).mails, deliver_all(now + timedelta(days=1)).mails] == [1, 0, 0]
    assert to() == ["leo"]


def test_an_absence_that_is_cancelled_before_the_mail_gives_it_back(evening: datetime, away: Any, cast: Any) -> None:
    made = away(cast.sam, cast.leo, after=1)
    early = morning(evening).replace(hour=1)
    assert stand_in(early) == 1
    made.is_cancelled = True
    write(made, by=cast.sam, action="absence.cancel")
    assert stand_in(early) == 1 and stand_in(early) == 0
    assert deliver_all(morning(evening)).sent == 1 and to() == ["sam"]
    line = Notice.objects.get(recipient=cast.sam, channel=Channel.EMAIL, state=State.SENT)
    assert (line.level, line.on_behalf_of) == ("holder", None)


def test_another_deputy_by_the_day_of_the_mail_takes_it_over(evening: datetime, away: Any, cast: Any) -> None:
    away(cast.sam, cast.leo, after=1)
    early = morning(evening).replace(hour=1)
    stand_in(early)
    away(cast.leo, cast.quinn, after=1)
    assert stand_in(early) == 1
    assert deliver_all(morning(evening)).sent == 1 and to() == ["quinn"]
    assert "You stand in for Sam Keller" in mail.outbox[0].body


def test_two_who_stand_in_for_each_other_end_with_one_mail(evening: datetime, away: Any, cast: Any) -> None:
    away(cast.sam, cast.leo, after=1, days=3)
    early = morning(evening).replace(hour=1)
    stand_in(early)
    away(cast.leo, cast.sam, after=1, days=3)
    for _ in range(3):
        stand_in(early)
    assert deliver_all(morning(evening)).sent == 1
    assert deliver_all(morning(evening, days=2)).sent == 0 and len(to()) == 1


def test_a_deputy_who_has_left_by_then_gives_it_back(evening: datetime, away: Any, cast: Any) -> None:
    away(cast.sam, cast.leo, after=1)
    early = morning(evening).replace(hour=1)
    stand_in(early)
    cast.leo.is_active = False
    write(cast.leo, by=cast.ada, action="account.deactivate")
    assert deliver_all(morning(evening)).sent == 1 and to() == ["sam"]


def test_a_deputy_who_is_told_anyway_is_told_once(
    evening: datetime, away: Any, certificate: Certificate, cast: Any
) -> None:
    line = Notice.objects.get(record_number=certificate.number, channel=Channel.EMAIL)
    line.pk, line.number, line.recipient = None, random_text(16), cast.leo
    line.save(force_insert=True)
    away(cast.sam, cast.leo, after=1)
    assert deliver_all(morning(evening)).sent == 1
    assert to() == ["leo"] and "You stand in" not in mail.outbox[0].body


def test_what_was_put_off_until_a_day_away_goes_to_the_deputy_that_day(
    evening: datetime, away: Any, certificate: Certificate, cast: Any
) -> None:
    item = DueItem.objects.get(record_number=certificate.number)
    until = morning(evening, days=5)
    actions.snooze(item, cast.sam, until_date=until.date(), reason="Audit week", by=cast.sam, now=evening)
    away(cast.sam, cast.leo, after=5)
    assert [deliver_all(morning(evening, days=days)).sent for days in (1, 4)] == [0, 0]
    assert deliver_all(until).sent == 1 and to() == ["leo"]


def test_what_is_critical_goes_to_the_deputy_at_once(certificate: Certificate, days_before: Any, cast: Any) -> None:
    day = days_before(90).date()
    made = Absence(user=cast.sam, from_date=day, until_date=day, deputy=cast.leo, wall_owner=cast.sam.company_id)
    write(made, by=cast.sam, action="absence.add")
    DueItem.objects.filter(record_number=certificate.number).update(is_urgent=True)
    sweep(days_before(90, hour=3))
    assert deliver_all(days_before(90, hour=3)).sent == 1 and to() == ["leo"]


def test_what_was_settled_meanwhile_is_neither_passed_on_nor_sent(
    evening: datetime, away: Any, certificate: Certificate, cast: Any
) -> None:
    away(cast.sam, cast.leo, after=1)
    certificate.is_retired = True
    write(certificate, by=cast.sam, action="certificate.retire")
    assert stand_in(morning(evening)) == 0
    assert deliver_all(morning(evening)) == Delivered(dropped=1) and to() == []


def test_a_mail_that_goes_before_anybody_looked_goes_to_the_deputy_as_well(
    certificate: Certificate, days_before: Any, cast: Any
) -> None:
    """A task that the bell before has rung for packs what the sweep has claimed a moment ago."""
    day, now = days_before(90).date(), days_before(90, hour=3)
    made = Absence(user=cast.sam, from_date=day, until_date=day, deputy=cast.leo, wall_owner=cast.sam.company_id)
    write(made, by=cast.sam, action="absence.add")
    DueItem.objects.filter(record_number=certificate.number).update(is_urgent=True)
    sweep(now)
    assert deliver_to(cast.sam.pk, now) == Delivered() and to() == []
    assert deliver_to(cast.leo.pk, now).sent == 1 and to() == ["leo"]
    assert deliver_all(now) == Delivered()


def test_a_deputy_of_two_keeps_it_for_the_one_who_is_still_away(
    evening: datetime, away: Any, certificate: Certificate, cast: Any
) -> None:
    line = Notice.objects.get(record_number=certificate.number, channel=Channel.EMAIL)
    line.pk, line.number, line.recipient = None, random_text(16), cast.quinn
    line.save(force_insert=True)
    made = away(cast.sam, cast.leo, after=1)
    away(cast.quinn, cast.leo, after=1)
    early = morning(evening).replace(hour=1)
    assert stand_in(early) == 2
    made.is_cancelled = True
    write(made, by=cast.sam, action="absence.cancel")
    for _ in range(2):
        stand_in(early)
    assert deliver_all(morning(evening)).sent == 2 and sorted(to()) == ["leo", "sam"]
    (said,) = [sent.body for sent in mail.outbox if sent.to[0].startswith("leo")]
    assert "You stand in for Quinn" in said

"""Calendar feeds: a secret address that shows a person's deadlines to any calendar, by the rules of RFC 5545."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cmo_portal.accounts.actions import edit
from cmo_portal.records.deadlines import kinds
from cmo_portal.records.trail import TrailEvent, write
from communications.deadlines import feeds
from communications.deadlines.feeds import ASKED_AN_HOUR, address_of, feed_of, make_feed, revoke_feed
from communications.notices.feeds import CalendarFeed
from tests.deadlines.makers import a_moment, alpenglow, certificate, change, in_days, silence
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def of_the_test(db: None, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    silence()


def path_of(token: str) -> str:
    return reverse("communications:feed", args=[token])


def read(token: str, query: str = "", **headers: str) -> Any:
    """As a calendar program asks: no session, no cookie."""
    return Client().get(path_of(token) + query, headers=headers)


def events(answer: Any) -> list[Any]:
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT"))


@pytest.fixture
def token(cast: Any) -> str:
    return make_feed(cast.pat, name="Phone", by=cast.pat)[1]


# --- what it says ---------------------------------------------------------------------------------------------------


def test_a_day_is_an_all_day_event_and_an_instant_a_timed_one(token: str, cast: Any) -> None:
    certificate(cast, "day", in_days(5))
    instant = a_moment(days=6).replace(microsecond=0)
    change(certificate(cast, "hour", in_days(6)), due_at=instant)
    day, hour = events(read(token))
    assert day["DTSTART"].dt == in_days(5) and not isinstance(day["DTSTART"].dt, datetime)
    assert day["DTEND"].dt == in_days(6), "the end of an all-day event is the day after"
    assert hour["DTSTART"].dt == instant and hour["DTEND"].dt > instant
    assert str(day["SUMMARY"]) == "GMP certificate day of Works day expires"
    assert "Waits for you." in str(day["DESCRIPTION"]) and "With Northgate Biopharma." in str(day["DESCRIPTION"])


def test_the_file_keeps_the_rules_of_the_standard(token: str, cast: Any) -> None:
    """RFC 5545: 3.1 lines end with CRLF and hold at most 75 octets; 3.6 what must stand; 3.3.11 what is escaped."""
    certificate(cast, "Prüfung; Nr. 7, ein langer Name 日本 " + "x" * 30, in_days(5))
    certificate(cast, "other", in_days(7))
    answer = read(token)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    body: bytes = answer.content
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line for line in lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no character is torn by a fold
    assert any(line.startswith(b" ") for line in lines), "the long title is folded"
    unfolded = body.replace(b"\r\n ", b"").decode()
    assert "Prüfung\\; Nr. 7\\, ein langer Name 日本" in unfolded
    head = unfolded.split("BEGIN:VEVENT")[0]
    for needed in ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:", "X-WR-CALNAME:CMO Portal: Phone"):
        assert needed in head
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in head
    for event in unfolded.split("BEGIN:VEVENT")[1:]:
        for needed in ("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "LAST-MODIFIED", "SEQUENCE"):
            assert len(re.findall(rf"^{needed}[;:]", event, re.M)) == 1, needed
        assert re.search(r"^DTSTAMP:\d{8}T\d{6}Z\r$", event, re.M), "in UTC"
    assert "VALARM" not in unfolded and "STATUS" not in unfolded
    uids = re.findall(r"^UID:(.+)\r$", unfolded, re.M)
    assert len(set(uids)) == 2


def test_the_library_finds_no_fault_and_writes_it_again_alike(token: str, cast: Any) -> None:
    certificate(cast, "AT-1", in_days(5))
    body = read(token).content
    calendar = Calendar.from_ical(body)
    assert [(fault, event["UID"]) for event in calendar.walk() for fault in event.errors] == []
    assert calendar.to_ical() == body


def test_a_moved_date_is_the_same_entry_with_a_higher_sequence(token: str, cast: Any) -> None:
    item = change(
        certificate(cast, "AT-1", in_days(5)), opened_at=a_moment(-3), armed_at=a_moment(-3), held_since=a_moment(-3)
    )
    (before,) = events(read(token))
    again = Certificate.objects.get(number=item.record_number)
    again.expires_date = in_days(40)
    write(again, by=cast.sam, action="certificate.edit")
    (after,) = events(read(token))
    assert after["UID"] == before["UID"] and after["DTSTART"].dt == in_days(40)
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt


def test_what_is_done_leaves(token: str, cast: Any) -> None:
    item = certificate(cast, "AT-1", in_days(5))
    made = Certificate.objects.get(number=item.record_number)
    made.is_retired = True
    write(made, by=cast.sam, action="certificate.retire")
    assert events(read(token)) == []


def test_mine_or_all_of_my_side_never_the_other_side(cast: Any) -> None:
    change(certificate(cast, "mine", in_days(5)), side="sponsor", holder_ref=cast.sam.ref)
    change(certificate(cast, "leos", in_days(5)), side="sponsor", holder_ref=cast.leo.ref)
    certificate(cast, "theirs", in_days(5))
    _, token = make_feed(cast.sam, name="Phone", by=cast.sam)
    titles = [str(event["SUMMARY"]) for event in events(read(token))]
    assert titles == ["GMP certificate mine of Works mine expires"]
    side = {str(event["SUMMARY"]).split()[2] for event in events(read(token, "?show=side"))}
    assert side == {"mine", "leos"}


def test_walls_hold(cast: Any) -> None:
    certificate(cast, "AT-1", in_days(5))
    for person, number in ((cast.pat, 1), (cast.bea, 0), (cast.otto, 0)):
        _, token = make_feed(person, name="Phone", by=person)
        assert len(events(read(token, "?show=side"))) == number


def test_a_confidential_kind_gives_its_title_for_mail(token: str, cast: Any, monkeypatch: Any) -> None:
    item = certificate(cast, "SECRET", in_days(5))

    real = kinds["certificate.expires"]
    monkeypatch.setitem(
        kinds,
        "certificate.expires",
        replace(real, mail_title=lambda c: f"A paper of a site in {c.site.vendor.country} ends"),
    )
    body = read(token).content.replace(b"\r\n ", b"").decode()
    assert "SUMMARY:A paper of a site in AT ends" in body and "SECRET" not in body and "Northgate" not in body
    assert f"/deadlines/{item.number}/" in body


def test_an_entry_is_told_in_the_persons_own_time(cast: Any) -> None:
    edit(cast.pat, by=cast.pat, version=cast.pat.version, action="profile.edit", time_zone="Asia/Tokyo")
    _, token = make_feed(cast.pat, name="Phone", by=cast.pat)
    certificate(cast, "AT-1", date(2027, 3, 28))
    (event,) = events(read(token))
    assert event["DTSTART"].dt == date(2027, 3, 28), "a day is a day, wherever it is read"


# --- how it is served -----------------------------------------------------------------------------------------------


def test_an_unchanged_feed_is_not_sent_again(token: str, cast: Any) -> None:
    certificate(cast, "AT-1", in_days(5))
    first = read(token)
    again = read(token, **{"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and again.content == b"" and again["ETag"] == first["ETag"]
    certificate(cast, "AT-2", in_days(6))
    assert read(token, **{"If-None-Match": first["ETag"]}).status_code == 200
    assert "private" in first["Cache-Control"] and "public" not in first["Cache-Control"]


def test_whatever_is_amiss_the_answer_is_the_same(token: str, cast: Any) -> None:
    unknown = "A" * 43
    feed, revoked = make_feed(cast.pat, name="Old", by=cast.pat)
    revoke_feed(feed, by=cast.pat)
    _, of_uwe = make_feed(cast.uwe, name="Phone", by=cast.uwe)
    edit(cast.uwe, by=cast.uwe, version=cast.uwe.version, action="test", is_active=False)
    _, of_leo = make_feed(cast.leo, name="Phone", by=cast.leo)
    membership = cast.leo.membership
    membership.roles = ["administrator"]
    write(membership, by=cast.ada, action="test")
    answers = {each: read(each) for each in (unknown, revoked, of_uwe, of_leo)}
    assert {answer.status_code for answer in answers.values()} == {404}
    forgery = re.compile(r'name="csrf-token" content="\w+"')  # of the page's frame, another each time
    pages = [forgery.sub("", answer.content.decode()) for answer in answers.values()]
    assert len({page.replace(each, "") for each, page in zip(answers, pages, strict=True)}) == 1
    assert read(token).status_code == 200


def test_too_many_askings_are_refused_and_no_log_holds_the_address(token: str, monkeypatch: Any, caplog: Any) -> None:
    monkeypatch.setattr(feeds, "ASKED_AN_HOUR", 3)
    assert ASKED_AN_HOUR == 120
    assert [read(token).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert token not in caplog.text


def test_made_up_addresses_are_counted_nowhere(monkeypatch: Any) -> None:
    monkeypatch.setattr(feeds, "ASKED_AN_HOUR", 3)
    assert {read("B" * 43).status_code for _ in range(5)} == {404}


def test_the_address_takes_nothing(token: str) -> None:
    assert Client().post(path_of(token)).status_code == 405


# --- the person's own page ------------------------------------------------------------------------------------------


def test_the_address_is_shown_once_and_kept_nowhere(cast: Any, sign_in: Any) -> None:
    pat = sign_in("pat")
    made = pat.post("/profile/feeds/", {"name": "My phone"})
    assert made.status_code == 302 and made["Location"] == "/profile/feeds/", "a reload makes no second one"
    assert "shown once" not in sign_in("uwe").get("/profile/feeds/").content.decode(), "it is Pat's alone"
    page = pat.get("/profile/feeds/")
    assert page["Cache-Control"] == "no-store"
    (token,) = set(re.findall(r"/feeds/([\w-]+)\.ics", page.content.decode()))
    assert read(token).status_code == 200
    assert token not in str(dict(pat.session))
    again = pat.get("/profile/feeds/").content.decode()
    assert "My phone" in again and token not in again and token[:6] in again
    feed = CalendarFeed.objects.get(name="My phone")
    assert token not in str([getattr(feed, field.attname) for field in feed._meta.concrete_fields])
    assert not TrailEvent.objects.filter(body__contains=token).exists()
    assert feed.last_used_at is not None, "and the page says when it was read last"


def test_revoking_is_ones_own(cast: Any, sign_in: Any, token: str) -> None:
    feed = CalendarFeed.objects.get(user=cast.pat)
    address = reverse("communications:feed-revoke", args=[feed.number])
    assert sign_in("uwe").post(address).status_code == 404
    assert read(token).status_code == 200
    assert sign_in("pat").post(address).status_code == 302
    assert read(token).status_code == 404
    assert TrailEvent.objects.filter(action="feed.revoke", record_number=feed.number).exists()
    assert sign_in("pat").post(address).status_code == 404


def test_a_feed_wants_a_name_and_there_are_not_too_many(cast: Any, sign_in: Any, monkeypatch: Any) -> None:
    pat = sign_in("pat")
    assert "Give the feed a name" in pat.post("/profile/feeds/", {"name": " "}).content.decode()
    monkeypatch.setattr(feeds, "MOST_FEEDS", 1)
    pat.post("/profile/feeds/", {"name": "One"})
    assert "revoke one that you no longer use" in pat.post("/profile/feeds/", {"name": "Two"}).content.decode()


def test_reading_notes_the_time_at_most_once_an_hour(token: str, cast: Any) -> None:
    now = timezone.now()
    for minutes, expected in ((0, 0), (30, 0), (61, 61)):
        assert feed_of(token, now + timedelta(minutes=minutes)) is not None
        noted = CalendarFeed.objects.get(user=cast.pat).last_used_at
        assert noted == now + timedelta(minutes=expected)


def test_addresses_name_the_installation(settings: Any) -> None:
    settings.SITE_URL = "https://portal.example"
    assert address_of("x" * 8) == "https://portal.example/feeds/xxxxxxxx.ics"
    assert address_of("x" * 8, side=True).endswith(".ics?show=side")


def test_site_of_alpenglow_is_shared() -> None:
    """What the tests above rest on: the CMO reads its own site's papers."""
    assert alpenglow().vendor.company is not None

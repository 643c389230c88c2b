"""A critical finding is contained within hours: a clock of the CMO that stops when it is recorded, by whatever way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from audits.capa.actions import follow_class, submit
from audits.capa.actions import open_link as open_for
from audits.capa.clocks import respond_by
from audits.capa.containment import record_containment, told_at
from audits.capa.models import CapaLink
from audits.capa.overdue import open_missing
from audits.conduct.models import Meeting
from audits.programme.limits_actions import set_limits
from cmo_portal.records.deadlines import NEVER, DueItem, ReminderEntry
from cmo_portal.records.rebuilding import drift
from cmo_portal.records.trail import TrailEvent, write
from cmo_portal.records.workflow import WrongState
from communications.notices.models import Level, Notice
from communications.notices.sweep import sweep
from tests.capa.makers import force, fresh, issued_finding, open_link, site_of, write_draft

pytestmark = pytest.mark.django_db
KIND = "finding.contain"


@pytest.fixture
def link(cast: Any) -> CapaLink:
    return fresh(open_link(cast.leo, site_of("Northgate"), "critical"))


def item_of(link: CapaLink) -> DueItem:
    return DueItem.objects.get(kind=KIND, record_number=link.number)


def test_a_critical_finding_starts_a_clock_of_hours_and_no_other_does(link: CapaLink, cast: Any) -> None:
    assert abs(link.contain_at - timezone.now() - timedelta(hours=72)) < timedelta(minutes=5)
    item = item_of(link)
    assert (item.is_open, item.side, item.is_urgent, item.due_at) == (True, "partner", True, link.contain_at)
    other = open_link(cast.leo, site_of("Northgate"), "major")
    assert other.contain_at is None and not DueItem.objects.filter(kind=KIND, record_number=other.number).exists()


def test_the_sponsor_sets_the_hours(cast: Any) -> None:
    set_limits(cast.sam.company, {"containment_hours": 24}, by=cast.sam, reason="Stricter")
    link = open_link(cast.leo, site_of("Northgate"), "critical")
    assert abs(link.contain_at - timezone.now() - timedelta(hours=24)) < timedelta(minutes=5)


def test_reminders_come_by_the_hour_and_climb_by_the_hour(link: CapaLink, cast: Any) -> None:
    DueItem.objects.exclude(pk=item_of(link).pk).update(next_remind_at=NEVER)
    due = link.contain_at
    stages = [(25, []), (24, ["24h"]), (4, ["24h", "4h"]), (0, ["24h", "4h", "0h"]), (-4, ["24h", "4h", "0h", "-4h"])]
    for hours, claimed in stages:
        sweep(due - timedelta(hours=hours) + timedelta(minutes=1))
        rows = ReminderEntry.objects.filter(kind=KIND, record_number=link.number).order_by("id")
        assert list(rows.values_list("offset", flat=True)) == claimed
    told = Notice.objects.filter(kind=KIND, offset="-4h", channel="email").values_list("recipient__name", "level")
    assert ("Pat Huber", Level.HOLDER) in set(told) and {level for _, level in told} == {Level.HOLDER, Level.OWNER}


def test_the_cmo_records_it_and_the_clock_stops(link: CapaLink, sign_in: Any) -> None:
    pat, address = sign_in("pat"), reverse("audits:containment-record", args=[link.number])
    assert "Record the containment" in pat.get(link.get_absolute_url()).text
    assert pat.post(address, {"containment": " ", "version": link.version}).status_code == 422
    answer = pat.post(address, {"containment": "Batches quarantined.", "version": link.version})
    assert answer.status_code == 302
    link = fresh(link)
    assert link.contained_at is not None and link.contained_by_name == "Pat Huber"
    item = item_of(link)
    assert (item.is_open, item.next_remind_at) == (False, None)
    page = sign_in("sam").get(link.get_absolute_url()).text
    assert "Recorded in time" in page and "Batches quarantined." in page
    assert pat.get(address).status_code == 302, "there is nothing more to record"


def test_a_response_that_says_what_was_done_at_once_records_it(link: CapaLink, cast: Any) -> None:
    write_draft(link, cast.pat)
    submit(link, by=cast.pat)
    link = fresh(link)
    assert link.contained_at is not None and link.containment.startswith("Batches L2604-01")
    assert not item_of(link).is_open


def test_the_sponsor_records_only_for_a_cmo_that_has_not_joined(link: CapaLink, cast: Any) -> None:
    with pytest.raises(WrongState):
        record_containment(link, by=cast.sam, containment="They phoned.", author_name="D. Roche")
    with pytest.raises(PermissionDenied):
        record_containment(link, by=cast.quinn, containment="They phoned.", author_name="D. Roche")
    alone = fresh(open_link(cast.leo, site_of("Northgate", "Athlone"), "critical"))
    assert not alone.has_joined
    with pytest.raises(ValidationError, match="who at the CMO"):
        record_containment(alone, by=cast.sam, containment="They phoned.")
    record_containment(alone, by=cast.sam, containment="They phoned.", author_name="D. Roche")
    assert fresh(alone).contained_by_name == "D. Roche, recorded by Sam Keller"


def test_it_is_recorded_once_and_only_where_it_is_asked_for(link: CapaLink, cast: Any) -> None:
    record_containment(link, by=cast.pat, containment="Stopped.")
    with pytest.raises(WrongState, match="recorded already"):
        record_containment(fresh(link), by=cast.pat, containment="Again.")
    major = fresh(open_link(cast.leo, site_of("Northgate"), "major"))
    with pytest.raises(WrongState, match="not critical"):
        record_containment(major, by=cast.pat, containment="Stopped.")


def test_the_clock_follows_the_class(cast: Any) -> None:
    finding = issued_finding(cast.leo, site_of("Northgate"), "major")
    link = open_for(finding, cast.leo)
    assert link is not None
    finding.classification = "critical"
    write(finding, by=cast.quinn, action="finding.reclassify")
    follow_class(finding, cast.quinn)
    assert fresh(link).contain_at is not None and item_of(link).is_open
    finding.classification = "major"
    write(finding, by=cast.quinn, action="finding.reclassify")
    follow_class(finding, cast.quinn)
    assert fresh(link).contain_at is None and not item_of(link).is_open
    assert not [line for line in drift(timezone.now()) if link.number in line]


def classed(finding: Any, classification: str, by: Any) -> None:
    finding.classification = classification
    write(finding, by=by, action="finding.reclassify")
    follow_class(finding, by)


def test_a_round_that_said_it_starts_no_hours_when_the_class_rises(cast: Any) -> None:
    finding = issued_finding(cast.leo, site_of("Northgate"), "major")
    link = open_for(finding, cast.leo)
    assert link is not None
    write_draft(link, cast.pat)
    submit(link, by=cast.pat)
    finding.refresh_from_db()
    classed(finding, "critical", cast.quinn)
    assert fresh(link).contain_at is None


def test_a_finding_lowered_and_raised_again_gets_its_capa_again(cast: Any) -> None:
    finding = issued_finding(cast.leo, site_of("Northgate"), "major")
    link = open_for(finding, cast.leo)
    assert link is not None
    classed(finding, "observation", cast.quinn)
    assert fresh(link).status == "withdrawn"
    classed(finding, "critical", cast.quinn)
    again = fresh(link)
    assert (again.status, again.closed_date, again.ball) == ("proposed", None, "partner")
    assert again.response_due_date > timezone.localdate() and again.contain_at is not None and item_of(link).is_open
    assert not [line for line in drift(timezone.now()) if link.number in line]


def test_a_finding_made_critical_is_answered_within_the_days_of_a_critical_one(cast: Any) -> None:
    set_limits(cast.sam.company, {"response_critical_days": 2}, by=cast.sam, reason="Our rule")
    finding = issued_finding(cast.leo, site_of("Northgate"), "major")
    link = open_for(finding, cast.leo)
    assert link is not None
    classed(finding, "critical", cast.quinn)
    assert fresh(link).response_due_date == respond_by(fresh(link), timezone.localdate())
    before = fresh(link).response_due_date
    classed(finding, "major", cast.quinn)
    assert fresh(link).response_due_date == before, "the day that was told never moves away"


def test_hours_of_a_link_opened_late_begin_when_it_opens(cast: Any) -> None:
    finding = issued_finding(cast.leo, site_of("Northgate"), "critical")
    finding.issued_date = timezone.localdate() - timedelta(days=21)
    write(finding, by=cast.leo, action="finding.note")
    assert open_missing() == 1
    made = CapaLink.objects.get(finding=finding)
    assert made.contain_at is not None and made.contain_at > timezone.now()


def test_who_may_not_record_it_for_an_absent_cmo_reads_who_may(cast: Any, sign_in: Any) -> None:
    alone = fresh(open_link(cast.leo, site_of("Northgate", "Athlone"), "critical"))
    page = sign_in("quinn").get(reverse("audits:containment-record", args=[alone.number]), follow=True)
    assert "has not joined the portal" in page.content.decode()


def test_the_api_records_it(link: CapaLink, sign_in: Any) -> None:
    address = f"/api/v1/capas/{link.number}/containment/"
    pat = sign_in("pat")
    assert pat.post(address, {}, content_type="application/json").status_code == 400
    answer = pat.post(address, {"containment": "Stopped."}, content_type="application/json")
    assert answer.status_code == 200 and answer.json()["contained_by_name"] == "Pat Huber"
    assert pat.post(address, {"containment": "Again."}, content_type="application/json").status_code == 409
    assert sign_in("bea").post(address, {"containment": "x"}, content_type="application/json").status_code == 404


# --- done before it is written down -----------------------------------------------------------------------


def typed(moment: datetime) -> str:
    """As Pat's form holds it."""
    return timezone.localtime(moment, ZoneInfo("Europe/Vienna")).strftime("%Y-%m-%dT%H:%M")


def told_days_ago(link: CapaLink, days: int) -> CapaLink:
    """The link as it is some days after its report."""
    then = timezone.now() - timedelta(days=days)
    force(link.finding, issued_date=timezone.localdate(then))
    force(link, created_at=then, contain_at=then + timedelta(hours=72))
    return fresh(link)


def test_what_was_done_at_night_counts_from_the_night_and_both_moments_stay(link: CapaLink, sign_in: Any) -> None:
    link = told_days_ago(link, 4)
    night = (link.contain_at - timedelta(hours=5)).replace(second=0, microsecond=0)
    pat, address = sign_in("pat"), reverse("audits:containment-record", args=[link.number])
    body = {"containment": "Line stopped.", "contained_at": typed(night), "version": link.version}
    assert pat.post(address, body).status_code == 302
    link = fresh(link)
    assert link.contained_at == night and timezone.now() - link.containment_recorded_at < timedelta(minutes=2)
    event = TrailEvent.objects.get(record_number=link.number, action="capa.contain")
    assert event.at - night > timedelta(hours=24) and {"contained_at", "containment_recorded_at"} <= set(
        event.says["changes"]
    )
    page = sign_in("sam").get(link.get_absolute_url()).text
    assert "Contained in time" in page and "Recorded late" not in page and "Containment recorded" in page


@pytest.mark.parametrize(
    ("hours", "sentence"), [(1, "Give a moment that has passed"), (-24 * 9, "was told of the finding on")]
)
def test_an_odd_moment_is_refused_and_the_form_kept(
    hours: int, sentence: str, link: CapaLink, cast: Any, sign_in: Any
) -> None:
    link, at = told_days_ago(link, 4), timezone.now() + timedelta(hours=hours)
    with pytest.raises(ValidationError, match=sentence):
        record_containment(link, by=cast.pat, containment="Stopped.", contained_at=at)
    address = reverse("audits:containment-record", args=[link.number])
    body = {"containment": "Line 4 stopped.", "contained_at": typed(at), "version": link.version}
    answer = sign_in("pat").post(address, body)
    assert answer.status_code == 422 and sentence in answer.text
    assert "Line 4 stopped." in answer.text and body["contained_at"] in answer.text
    assert fresh(link).contained_at is None and item_of(link).is_open


def test_the_minute_in_which_it_was_told_is_not_too_early(link: CapaLink, cast: Any) -> None:
    told = told_at(link).replace(second=0, microsecond=0)
    record_containment(link, by=cast.pat, containment="Stopped.", contained_at=told)
    assert fresh(link).contained_at == told


def test_it_was_told_at_the_close_out_meeting_unless_it_was_raised_after_it(link: CapaLink, cast: Any) -> None:
    link = told_days_ago(link, 4)
    held = timezone.now() - timedelta(days=20)
    write(Meeting(audit=link.finding.audit, kind="closeout", held_at=held), by=cast.leo, action="meeting.record")
    record_containment(link, by=cast.pat, containment="Stopped.", contained_at=held + timedelta(hours=2))
    late = told_days_ago(fresh(open_link(cast.leo, site_of("Northgate"), "critical", is_late=True, late_reason="x")), 4)
    write(Meeting(audit=late.finding.audit, kind="closeout", held_at=held), by=cast.leo, action="meeting.record")
    with pytest.raises(ValidationError, match="was told of the finding"):
        record_containment(late, by=cast.pat, containment="Stopped.", contained_at=held + timedelta(hours=2))


def test_the_api_takes_the_moment_too(link: CapaLink, sign_in: Any) -> None:
    link = told_days_ago(link, 2)
    pat, address = sign_in("pat"), f"/api/v1/capas/{link.number}/containment/"

    def post(at: str) -> Any:
        return pat.post(address, {"containment": "Stopped.", "contained_at": at}, content_type="application/json")

    ahead = (timezone.now() + timedelta(hours=1)).isoformat()
    assert post(ahead).status_code == 400 and post("at night").status_code == 400
    at = timezone.now() - timedelta(hours=6)
    answer = post(at.isoformat())
    assert answer.status_code == 200
    assert parse_datetime(answer.json()["contained_at"]) == at
    assert parse_datetime(answer.json()["containment_recorded_at"]) > at

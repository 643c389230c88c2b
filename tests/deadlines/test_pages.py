"""The list, one deadline, the days ahead and the first page say what is due, by when and whose move it is."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from cmo_portal.records.deadlines import DueItem, words_of
from cmo_portal.records.trail import TrailEvent, write
from communications.deadlines.words import addresses_of
from communications.notices.sweep import sweep_all
from tests.days import day_of
from tests.deadlines.makers import a_moment, alpenglow, certificate, change, in_days, silence
from vendors.registry.deadline_policies import DeadlinePolicy
from vendors.registry.models import Vendor

pytestmark = pytest.mark.django_db
LIST = "/deadlines/"


def text(answer: Any) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\u00a0", " ")


@pytest.fixture(autouse=True)
def of_the_test(db: None) -> None:
    silence()


# --- the list -------------------------------------------------------------------------------------------------------


def test_a_row_says_what_by_when_and_whose_move(cast: Any, sign_in: Any) -> None:
    item = certificate(cast, "AT-1", day_of(cast.pat, -3))
    change(item, held_since=a_moment(-5), sponsor_seconds=12 * 86400)
    said = text(sign_in("pat").get(LIST))
    assert "GMP certificate AT-1 of Works AT-1 expires" in said
    assert "3 days late" in said and "Northgate Biopharma" in said
    assert re.search(r"You since .* Your side 5 days, Northgate Biopharma 12 days", said)
    other = text(sign_in("sam").get(LIST))
    assert "Your side 12 days, Alpenglow Pharma Services 5 days" in other, "the sponsor's time counts as the CMO's does"


def test_hours_are_told_where_hours_count(cast: Any, sign_in: Any) -> None:
    soon, gone = certificate(cast, "H-1", in_days(0)), certificate(cast, "H-2", in_days(0))
    change(soon, due_at=a_moment(hours=5) + timedelta(minutes=5))
    change(gone, due_at=a_moment(hours=-3))
    said = text(sign_in("sam").get(LIST))
    assert "in 5 hours" in said and "3 hours late" in said
    late = text(sign_in("sam").get(LIST + "?when=late"))
    assert "H-2" in late and "H-1" not in late


def test_an_instant_of_today_is_due_today_wherever_its_day_is_told(cast: Any, sign_in: Any) -> None:
    """The day of an instant is told in UTC: at the reader's place it may be another one."""
    cast.sam.time_zone = "Pacific/Auckland"
    write(cast.sam, by=cast.sam, action="profile.edit")
    tomorrow = datetime.combine(
        timezone.now().astimezone(ZoneInfo(cast.sam.time_zone)).date() + timedelta(days=1), time(), ZoneInfo("UTC")
    ).replace(tzinfo=ZoneInfo(cast.sam.time_zone))
    last = tomorrow - timedelta(minutes=1)
    item = change(certificate(cast, "H-1", in_days(0)), side="sponsor", holder_ref=cast.sam.ref)
    for written in (-1, 0, 1):  # whichever day stands beside the instant
        change(item, due_at=last, due_date=last.date() + timedelta(days=written))
        assert "certificate H-1 of" in text(sign_in("sam").get(LIST + "?when=today"))
        assert "certificate H-1 of" in sign_in("sam").get("/").content.decode().split('id="h-due-today"', 1)[1]
        change(item, due_at=tomorrow + timedelta(minutes=1))
        assert "certificate H-1 of" not in text(sign_in("sam").get(LIST + "?when=today"))
        assert "certificate H-1 of" in text(sign_in("sam").get(LIST + "?when=7"))
        assert 'id="h-due-today"' not in sign_in("sam").get("/").content.decode()


def test_a_colleague_is_named_and_the_other_side_only_by_its_company(cast: Any, sign_in: Any) -> None:
    item = certificate(cast, "AT-1", in_days(2))
    change(item, side="sponsor", holder_ref=cast.leo.ref)
    assert cast.leo.name in text(sign_in("sam").get(LIST))
    assert cast.leo.name not in text(sign_in("pat").get(LIST))
    assert "Northgate Biopharma since" in text(sign_in("pat").get(LIST))


BALLS = {"me": "mine", "colleague": "leos", "side": "mine leos", "other": "theirs"}


@pytest.mark.parametrize("ball", BALLS)
def test_filter_by_who_has_the_ball(ball: str, cast: Any, sign_in: Any) -> None:
    certificate(cast, "theirs", in_days(4))
    change(certificate(cast, "mine", in_days(4)), side="sponsor", holder_ref=cast.sam.ref)
    change(certificate(cast, "leos", in_days(4)), side="sponsor", holder_ref=cast.leo.ref)
    said = text(sign_in("sam").get(f"{LIST}?ball={ball}"))
    found = {word for word in ("mine", "leos", "theirs") if f"certificate {word} of" in said}
    assert found == set(BALLS[ball].split())


def test_what_nobody_holds_is_mine_when_i_may_do_it(cast: Any, sign_in: Any) -> None:
    change(certificate(cast, "open", in_days(4)), side="sponsor")
    assert "certificate open of" in text(sign_in("sam").get(LIST + "?ball=me"))
    assert "certificate open of" in text(sign_in("eva").get(LIST + "?ball=colleague"))
    assert "certificate open of" not in text(sign_in("eva").get(LIST + "?ball=me"))


WHEN = {"late": "-1", "today": "0", "7": "0 7", "30": "0 7 30", "90": "0 7 30 90"}


@pytest.mark.parametrize("when", WHEN)
def test_filter_by_when_it_is_due(when: str, cast: Any, sign_in: Any) -> None:
    for days in (-1, 0, 7, 30, 90, 91):
        certificate(cast, f"day{days}", day_of(cast.sam, days))
    said = text(sign_in("sam").get(f"{LIST}?when={when}"))
    assert set(re.findall(r"certificate day(-?\d+) of", said)) == set(WHEN[when].split())


def test_other_filters_words_and_an_answer_that_is_none(cast: Any, sign_in: Any) -> None:
    change(certificate(cast, "AT-1", in_days(4)), facet="critical")
    sam = sign_in("sam")
    number = alpenglow().vendor.number
    for query in ("q=at-1", "q=alpenglow works", "kind=certificate.expires", f"cmo={number}", "facet=critical"):
        assert "certificate AT-1 of" in text(sam.get(f"{LIST}?{query}")), query
    for query in ("q=nothing", "kind=capa.due", "facet=major", "kind=nonsense", "ball=nonsense", "when=nonsense"):
        said = text(sam.get(f"{LIST}?{query}"))
        assert "certificate AT-1 of" not in said and "No deadline answers to this" in said, query


def test_a_cmo_filters_by_sponsor(cast: Any, sign_in: Any) -> None:
    certificate(cast, "AT-1", in_days(4))
    northgate, otter = cast.sam.company.number, cast.otto.company.number
    assert "certificate AT-1 of" in text(sign_in("pat").get(f"{LIST}?sponsor={northgate}"))
    assert "certificate AT-1 of" not in text(sign_in("pat").get(f"{LIST}?sponsor={otter}"))


@pytest.mark.parametrize(("sort", "first"), [("due", "A"), ("-due", "B"), ("since", "B"), ("-since", "A")])
def test_the_list_sorts(sort: str, first: str, cast: Any, sign_in: Any) -> None:
    change(certificate(cast, "A", in_days(1)), held_since=a_moment(-1))
    change(certificate(cast, "B", in_days(2)), held_since=a_moment(-9))
    said = text(sign_in("sam").get(f"{LIST}?sort={sort}"))
    assert re.findall(r"certificate ([AB]) of", said)[0] == first


def test_pages_follow_each_other_without_gap(cast: Any, sign_in: Any) -> None:
    for n in range(30):
        certificate(cast, f"N{n:02}", in_days(n % 3))
    sam, url, found = sign_in("sam"), LIST, []
    while url:
        html = sam.get(url).content.decode()
        found += re.findall(r">GMP certificate (N\d\d) of [^<]+</a><small>", html)
        following = re.search(r'href="([^"]+)" rel="next"', html)
        url = following[1].replace("&amp;", "&") if following else ""
    assert sorted(found) == [f"N{n:02}" for n in range(30)] and found[:10] == sorted(
        found[:10], key=lambda n: int(n[1:]) % 3
    )


def test_nothing_due_teaches(sign_in: Any) -> None:
    assert "Whatever has a date comes here by itself" in text(sign_in("sam").get(LIST))


def test_walls(cast: Any, sign_in: Any) -> None:
    item = certificate(cast, "AT-1", in_days(1))
    detail = reverse("communications:deadline-detail", args=[item.number])
    for name, sees in {"sam": True, "pat": True, "bea": False, "otto": False}.items():
        assert ("certificate AT-1 of" in text(sign_in(name).get(LIST))) is sees
        assert sign_in(name).get(detail).status_code == (200 if sees else 404)
    assert sign_in("ada").get(LIST).status_code == 403


def test_a_view_is_kept(sign_in: Any) -> None:
    sam, query = sign_in("sam"), {"page": "communications:deadline-list", "query": "when=late"}
    assert "Save this view" in text(sam.get(LIST + "?when=late"))
    assert sam.post("/views/save/?page=communications%3Adeadline-list&query=when%3Dlate", {"name": "What is late"}).url
    assert "What is late" in text(sam.get(LIST)), query


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_is_the_list_and_stands_in_the_trail(kind: str, cast: Any, sign_in: Any) -> None:
    certificate(cast, "late", in_days(-2))
    certificate(cast, "far", in_days(50))
    answer = sign_in("sam").get(reverse("communications:deadline-export", args=[kind]) + "?when=late")
    body = b"".join(answer.streaming_content)
    if kind == "csv":
        said = body.decode("utf-8-sig")
        assert said.startswith('"Number","What","Kind","CMO or sponsor"')
        assert "certificate late of" in said and "certificate far of" not in said
        assert '"Alpenglow Pharma Services"' in said
    else:
        assert body[:2] == b"PK"
    event = TrailEvent.objects.get(action="deadline.export", actor_ref=cast.sam.number)
    assert '"rows":1' in event.body.replace(" ", "")
    assert sign_in("sam").get(reverse("communications:deadline-export", args=["exe"])).status_code == 404


# --- one deadline ---------------------------------------------------------------------------------------------------


def test_one_deadline_tells_its_clocks_and_reminders(cast: Any, sign_in: Any) -> None:
    item = certificate(cast, "AT-1", in_days(10))
    said = text(sign_in("pat").get(reverse("communications:deadline-detail", args=[item.number])))
    assert "Reminded 90, 30, 14 and 7 days before and on the day." in said
    assert "When late: 7 days after." in said
    expected = timezone.localtime(item.armed_at) + timedelta(days=3)
    assert f"The next one comes on {expected:%a} {expected.day} {expected:%b}" in said
    assert "You have got no reminder of this one yet." in said


def test_a_cmo_reads_when_it_is_reminded_and_not_who_hears_of_it_at_its_sponsor(cast: Any, sign_in: Any) -> None:
    escalation = {"-3d": "owner", "-5d": "manager", "-9d": "facilitators"}
    policy = DeadlinePolicy(
        sponsor=cast.sam.company, kind="certificate.expires", offsets=["5b", "24h"], escalation=escalation
    )
    write(policy, by=cast.ada, action="policy.add")
    item = certificate(cast, "AT-1", in_days(40))
    address = reverse("communications:deadline-detail", args=[item.number])
    sam, pat = (text(sign_in(name).get(address)) for name in ("sam", "pat"))
    assert "Reminded 5 business days, 24 hours before. When late: 3 days after, also to whoever answers" in sam
    assert "When late: 3 days after; 5 days after; 9 days after, also to the facilitators of both sides." in pat
    change(item, side="sponsor")
    sam, pat = (text(sign_in(name).get(address)) for name in ("sam", "pat"))
    assert "also to whoever answers" in sam and "5 business days" not in pat and "days after" not in pat


def test_one_reads_only_ones_own_reminders(cast: Any, sign_in: Any) -> None:
    item = certificate(cast, "AT-1", in_days(7))
    change(item, armed_at=a_moment(-3), next_remind_at=a_moment(-1))
    sweep_all(timezone.now())
    address = reverse("communications:deadline-detail", args=[item.number])
    pat = text(sign_in("pat").get(address))
    assert "7 days before" in pat.split("What you were told")[1] and "You have the ball" in pat
    assert "You have got no reminder of this one yet." in text(sign_in("uwe").get(address))


def test_what_is_done_says_so(cast: Any, sign_in: Any) -> None:
    item = change(certificate(cast, "AT-1", in_days(7)), is_open=False, closed_at=a_moment(-1))
    said = text(sign_in("sam").get(reverse("communications:deadline-detail", args=[item.number])))
    assert "Done" in said and "Closed" in said and "Reminders" not in said


def test_what_was_put_off_says_so_and_leads_back(cast: Any, sign_in: Any) -> None:
    item = change(certificate(cast, "AT-1", in_days(7)), holder_ref="")
    address, pat = reverse("communications:deadline-detail", args=[item.number]), sign_in("pat")
    assert "Nobody in particular has it" in text(pat.get(address))
    form = reverse("communications:snooze-create", args=[item.number]) + "?from=deadlines"
    answer = pat.post(form, {"until_date": in_days(3).isoformat(), "reason": "Audit week"})
    assert answer["Location"] == address
    assert "Audit week Take back" in text(pat.get(address))


# --- the days ahead, the CMO's tab, search --------------------------------------------------------------------------


def test_timeline_shows_lanes_and_the_same_as_a_table(cast: Any, sign_in: Any) -> None:
    certificate(cast, "near", in_days(20))
    certificate(cast, "far", in_days(100))
    page = sign_in("sam").get("/deadlines/timeline/")
    html = page.content.decode()
    assert '<text class="lane"' in html and ">Alpenglow Pharma Services</text>" in html
    assert "certificate near of" in text(page) and "certificate far of" not in text(page)
    by_kind = sign_in("sam").get("/deadlines/timeline/?by=kind").content.decode()
    assert ">Certificate expires</text>" in by_kind
    assert ">Northgate Biopharma</text>" in sign_in("pat").get("/deadlines/timeline/").content.decode()


def test_a_cmos_page_has_its_deadlines(cast: Any, sign_in: Any) -> None:
    certificate(cast, "AT-1", in_days(4))
    tab = reverse("communications:cmo-deadlines", args=[alpenglow().vendor.number])
    assert "certificate AT-1 of" in text(sign_in("sam").get(tab))
    assert tab in sign_in("sam").get(alpenglow().vendor.get_absolute_url()).content.decode()
    other = Vendor.objects.filter(sponsor=cast.sam.company).exclude(pk=alpenglow().vendor_id).first()
    elsewhere = text(sign_in("sam").get(reverse("communications:cmo-deadlines", args=[other.number])))
    assert "certificate AT-1 of" not in elsewhere and "Nothing is due" in elsewhere


def test_search_finds_what_is_due(cast: Any, sign_in: Any) -> None:
    item = certificate(cast, "ZQ-778", day_of(cast.sam, 4))
    found = sign_in("sam").get("/search/?q=ZQ-778").content.decode()
    assert item.title in found and "in 4 days" in found.replace("\u00a0", " ")
    assert item.title not in sign_in("bea").get("/search/?q=ZQ-778").content.decode()


def test_navigation_leads_there(sign_in: Any) -> None:
    for name in ("sam", "pat"):
        assert f'href="{LIST}"' in sign_in(name).get("/profile/").content.decode()
    assert f'href="{LIST}"' not in sign_in("ada").get("/profile/").content.decode()


# --- the first page -------------------------------------------------------------------------------------------------


def parts(html: str) -> dict[str, str]:
    """Heading of a part of the first page that tells of deadlines -> what stands under it."""
    pieces = re.split(r'<h2 id="h-due-\w+">([^<]+)</h2>', html)
    return dict(zip(pieces[1::2], (piece.split("</section>", 1)[0] for piece in pieces[2::2]), strict=True))


def test_first_page_groups_by_who_waits_for_whom(cast: Any, sign_in: Any) -> None:
    certificate(cast, "theirs", in_days(-2))
    change(certificate(cast, "mine", in_days(0)), side="sponsor", holder_ref=cast.sam.ref)
    change(certificate(cast, "leos", in_days(-1)), side="sponsor", holder_ref=cast.leo.ref)
    certificate(cast, "soon", in_days(9))
    html = sign_in("sam").get("/").content.decode()
    found = parts(html)
    assert "certificate mine of" in found["Needs you today"]
    assert "certificate leos of" in found["Waiting on a colleague"] and cast.leo.name in found["Waiting on a colleague"]
    assert "certificate theirs of" in found["Waiting on the CMO"]
    assert "certificate soon of" in found["Waiting on the CMO"]
    assert all("certificate theirs of" not in found[title] for title in ("Needs you today", "Soon") if title in found)
    partner = parts(sign_in("pat").get("/").content.decode())
    assert "certificate theirs of" in partner["Needs you today"] and "certificate soon of" in partner["Soon"]
    assert "certificate leos of" in partner["What your sponsor owes you"]


def test_counters_of_what_is_late_lead_to_the_list(cast: Any, sign_in: Any) -> None:
    for n in range(2):
        certificate(cast, f"late{n}", in_days(-2))
    change(certificate(cast, "mine", in_days(-1)), side="sponsor", holder_ref=cast.sam.ref)
    sam = sign_in("sam")
    links = re.findall(
        r'<a href="([^"]+)">Late, waits for ([^<]+?) <span class="n">(\d+)', sam.get("/").content.decode()
    )
    assert [(who, number) for _, who, number in links] == [("you", "1"), ("the CMO", "2")]
    for address, _, number in links:
        assert len(re.findall(r'<th scope="row"', sam.get(address.replace("&amp;", "&")).content.decode())) == int(
            number
        )


def test_more_than_a_few_lead_to_the_list(cast: Any, sign_in: Any) -> None:
    for n in range(8):
        certificate(cast, f"N{n}", in_days(-2))
    html = sign_in("pat").get("/").content.decode()
    section = html.split('id="h-due-today"', 1)[1].split("</section>", 1)[0]
    assert len(re.findall(r"certificate N\d of", section)) == 6
    assert 'href="/deadlines/?ball=me"' in section.replace("&amp;", "&")


def test_nothing_stands_on_the_first_page_twice(cast: Any, sign_in: Any) -> None:
    """The demo's own rows, opened again: what deadlines show, no other card repeats."""
    DueItem.objects.filter(kind__startswith="audit").update(is_open=True, due_date=in_days(3), closed_at=None)
    DueItem.objects.filter(kind__in=("capa.due", "response.due", "response.review")).update(
        is_open=True, due_date=in_days(3), closed_at=None
    )
    for name in ("sam", "leo", "pat"):
        html = sign_in(name).get("/").content.decode()
        deadlines, rest = html.split('id="h-due-soon"', 1)[1].split("</section>", 1)
        due, others = (re.findall(r'<div class="what"><a href="([^"#]+)', part) for part in (deadlines, rest))
        assert due, name
        assert not set(due) & set(others), name


def test_without_anything_due_the_first_page_has_no_such_section(sign_in: Any) -> None:
    assert "h-due-" not in sign_in("sam").get("/").content.decode()


# --- small parts ----------------------------------------------------------------------------------------------------


def test_an_address_that_needs_more_than_the_number_is_looked_up(django_assert_num_queries: Any) -> None:
    check = DueItem.objects.filter(kind="factual_check.due").first()
    paper = DueItem.objects.filter(kind="certificate.expires").first()
    assert check is not None and paper is not None
    with django_assert_num_queries(1):
        found = addresses_of([check, paper])
    assert found["factual_check.due", check.record_number].endswith("/factual-check/")
    assert found["certificate.expires", paper.record_number] == f"/certificates/{paper.record_number}/"


def test_a_kind_without_words_of_its_own_is_named_by_its_code() -> None:
    assert words_of("capa.due") == "CAPA due"
    assert words_of("change_notice.answer") == "Change notice answer"

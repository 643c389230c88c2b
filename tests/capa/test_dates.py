"""The date both sides agree on is the clock; a later one is asked for with what keeps things safe."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audits.capa import actions, dates
from audits.capa.clocks import settle
from audits.capa.models import CapaLink, DateProposal, Extension
from audits.capa.workflows import date_is_agreed
from cmo_portal.records.workflow import WrongState
from tests.capa.makers import accepted, answered, fresh, in_days, today

pytestmark = pytest.mark.django_db


def test_neither_side_agrees_its_own_day(link: CapaLink, cast: Any) -> None:
    dates.propose_date(link, in_days(30), by=cast.pat)
    with pytest.raises(WrongState, match="Your side proposed this date"):
        dates.agree(fresh(link), by=cast.pat)
    dates.agree(fresh(link), by=cast.quinn)
    link = fresh(link)
    assert (link.status, link.agreed_date) == ("date_agreed", in_days(30))
    proposal = DateProposal.objects.get(link=link)
    assert (proposal.status, proposal.answered_by_name) == ("agreed", cast.quinn.name)


def test_a_day_is_answered_with_another_and_both_stay_on_record(link: CapaLink, cast: Any) -> None:
    link = answered(link, cast.pat)
    actions.review(link, "accept", by=cast.leo)
    assert fresh(link).ball == "sponsor"
    dates.propose_date(fresh(link), in_days(20), by=cast.leo, reason="The batch in May needs it.")
    link = fresh(link)
    assert link.ball == "partner"
    dates.propose_date(link, in_days(25), by=cast.pat, reason="Steel comes on day 22.")
    assert fresh(link).ball == "sponsor"
    dates.agree(fresh(link), by=cast.leo)
    rows = DateProposal.objects.filter(link=link).order_by("pk").values_list("proposed_by", "status")
    assert list(rows) == [("partner", "countered"), ("sponsor", "countered"), ("partner", "agreed")]
    assert fresh(link).agreed_date == in_days(25)


def test_ones_own_open_day_is_replaced_not_answered(link: CapaLink, cast: Any) -> None:
    dates.propose_date(link, in_days(30), by=cast.pat)
    dates.propose_date(fresh(link), in_days(35), by=cast.pat)
    rows = DateProposal.objects.filter(link=link).order_by("pk").values_list("status", flat=True)
    assert list(rows) == ["withdrawn", "open"]


@pytest.mark.refuses("capa.date_is_agreed")
def test_nothing_proposed_nothing_agreed(link: CapaLink, cast: Any) -> None:
    with pytest.raises(WrongState, match="No date is proposed"):
        dates.agree(link, by=cast.sam)
    assert date_is_agreed(link, cast.sam) == "No date is agreed yet: agree one first."


def test_a_day_gone_by_is_not_proposed(link: CapaLink, cast: Any) -> None:
    with pytest.raises(ValidationError, match="still to come"):
        dates.propose_date(link, in_days(-1), by=cast.pat)


@pytest.mark.parametrize("name", ["eva", "ines", "uwe", "ada"])
def test_who_holds_no_right_to_dates_proposes_none(name: str, link: CapaLink, cast: Any) -> None:
    person = getattr(cast, name)
    for act in (
        lambda: dates.propose_date(link, in_days(30), by=person),
        lambda: dates.agree(link, by=person),
        lambda: dates.ask_extension(link, in_days(30), by=person, reason="x", interim_control="y"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_an_agreed_date_moves_by_extension_only(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    with pytest.raises(WrongState, match="ask for a later one"):
        dates.propose_date(link, in_days(60), by=cast.pat)


def ask(link: CapaLink, by: Any, **changed: Any) -> Extension:
    given = {"reason": "The steel is late.", "interim_control": "Every set-up is watched by a second person."} | changed
    return dates.ask_extension(link, given.pop("new_date", in_days(60)), by=by, **given)


def test_a_later_date_is_answered_by_the_other_side(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    extension = ask(link, cast.pat)
    assert (fresh(link).ball, fresh(link).agreed_date) == ("sponsor", in_days(40))
    with pytest.raises(WrongState, match="Your side asked"):
        dates.answer_extension(extension, granted=True, by=cast.pat)
    with pytest.raises(WrongState, match="asked for already"):
        ask(fresh(link), cast.pat)
    extension.link = fresh(link)
    dates.answer_extension(extension, granted=True, by=cast.sam)
    link = fresh(link)
    assert (link.agreed_date, link.ball, link.due_date) == (in_days(60), "partner", in_days(60))
    with pytest.raises(WrongState, match="answered already"):
        dates.answer_extension(extension, granted=True, by=cast.sam)


def test_keeping_the_date_needs_the_reason(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    extension = ask(link, cast.pat)
    extension.link = fresh(link)
    with pytest.raises(ValidationError, match="Write why the date stays"):
        dates.answer_extension(extension, granted=False, by=cast.leo)
    dates.answer_extension(extension, granted=False, by=cast.leo, note="The May batch needs it.")
    assert fresh(link).agreed_date == in_days(40)
    assert Extension.objects.get(pk=extension.pk).status == "refused"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": " "}, "the other side decides"),
        ({"interim_control": ""}, "the other side decides"),
        ({"new_date": in_days(40)}, "later date than the agreed"),
        ({"new_date": in_days(-3)}, "still to come"),
    ],
)
def test_an_extension_says_why_and_what_keeps_it_safe(
    changed: dict[str, Any], sentence: str, link: CapaLink, cast: Any
) -> None:
    link = accepted(link, cast.pat, cast.leo)
    with pytest.raises(ValidationError, match=sentence):
        ask(link, cast.pat, **changed)


def test_before_a_date_is_agreed_none_is_extended(link: CapaLink, cast: Any) -> None:
    with pytest.raises(WrongState, match="between the agreed date"):
        ask(link, cast.pat)


def test_the_sponsor_passes_on_the_day_of_an_absent_cmo_and_agrees_it(absent: CapaLink, cast: Any) -> None:
    dates.propose_date(absent, in_days(30), by=cast.sam, outside=True, author_name="R. Bianchi")
    dates.agree(fresh(absent), by=cast.sam)
    assert fresh(absent).agreed_date == in_days(30)


def test_the_sponsor_never_passes_on_a_day_of_a_cmo_that_has_joined(link: CapaLink, cast: Any) -> None:
    with pytest.raises(WrongState, match="answers here itself"):
        dates.propose_date(link, in_days(30), by=cast.sam, outside=True)
    with pytest.raises(PermissionDenied):
        dates.propose_date(link, in_days(30), by=cast.quinn, outside=True)


def test_each_sides_days_are_counted_the_same_way(link: CapaLink, cast: Any, monkeypatch: Any) -> None:
    """Seven days with the CMO, then five with the sponsor: the clock of each runs only while it holds the ball."""
    link.ball_since_date = in_days(-12)
    settle(link, in_days(-5), response_status="submitted")
    assert (link.partner_days, link.sponsor_days, link.ball) == (7, 0, "sponsor")
    assert link.days_of("sponsor", today()) == 5 and link.days_of("partner", today()) == 7
    link.response_status = "submitted"
    settle(link, today(), response_status="returned")
    assert (link.partner_days, link.sponsor_days, link.ball) == (7, 5, "partner")

"""Scores are owed by each evaluator until they are in, then the close by the owner; no CMO learns of either."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from cmo_portal.records.deadlines import DueItem, kinds
from cmo_portal.records.trail import write
from communications.notices.recipients import People
from tests.selection.places import candidate, draft, scoring
from vendors.registry.models import Site
from vendors.selection import actions, marking
from vendors.selection.assembling import load
from vendors.selection.models import PanelMember, Selection

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_step() -> Any:
    """Whatever happened, the check of the installation finds nothing amiss."""
    yield
    call_command("rebuild_due_items", "--check", verbosity=0)


def owing(selection: Selection) -> dict[str, Any]:
    """First name -> day, of whoever has the ball."""
    numbers = [selection.number, *PanelMember.objects.filter(selection=selection).values_list("number", flat=True)]
    rows = DueItem.objects.filter(kind__in=("scores.due", "selection.close"), record_number__in=numbers, is_open=True)
    people = People(list(rows), timezone.now())
    return {
        f"{telling.person.name.split()[0]} {item.kind}": item.due_date
        for item in rows
        for telling in people.to_tell(item)
    }


def hand_in(person: Any) -> None:
    board = load(scoring(), person)
    for gap in [gap for gap in marking.gaps(board) if gap.is_blocking]:
        marking.explain_mark(gap.criterion, gap.candidate, by=person, comment="As seen on site.")
    marking.submit_marks(load(scoring(), person), by=person, with_gaps=True)


def scores(*names: str) -> set[str]:
    return {f"{name} scores.due" for name in names}


def test_each_evaluator_owes_their_own_until_they_are_in(cast: Any) -> None:
    selection = scoring()
    assert owing(selection) == dict.fromkeys(scores("Tom", "Priya", "Quinn", "Sam"), selection.scoring_due_date)
    hand_in(cast.tom)
    assert set(owing(selection)) == scores("Priya", "Quinn", "Sam")
    marking.take_back_marks(scoring(), by=cast.tom)
    assert set(owing(selection)) == scores("Tom", "Priya", "Quinn", "Sam")


def all_in(cast: Any) -> Selection:
    for person in (cast.tom, cast.priya, cast.quinn, cast.sam):
        hand_in(person)
    return scoring()


def test_then_the_owner_owes_the_close(cast: Any) -> None:
    selection = all_in(cast)
    assert set(owing(selection)) == {"Sam selection.close"}
    actions.move(selection, "close", by=cast.sam)
    assert owing(selection) == {}


def test_a_candidate_that_comes_later_gives_the_ball_back_to_the_panel(cast: Any) -> None:
    selection = all_in(cast)
    taken = selection.candidates.values("site")
    site = Site.objects.filter(vendor__sponsor=selection.sponsor, is_retired=False).exclude(pk__in=taken)[0]
    late = actions.add_candidate(selection, site, by=cast.sam, reason="Their offer came today.")
    assert set(owing(selection)) == scores("Eva", "Tom", "Priya", "Quinn", "Sam")
    actions.withdraw_candidate(late, by=cast.sam, reason="They stepped back.")
    assert set(owing(selection)) == {"Sam selection.close"}


def test_the_day_moves_for_everybody_and_none_is_owed_without_one(cast: Any) -> None:
    selection = scoring()
    new = selection.scoring_due_date + timedelta(days=9)
    actions.revise_selection(selection, by=cast.sam, scoring_due_date=new)
    assert set(owing(selection).values()) == {new}
    actions.revise_selection(scoring(), by=cast.sam, scoring_due_date=None)
    assert owing(selection) == {}


def test_who_is_taken_off_the_panel_owes_nothing_more(cast: Any) -> None:
    selection = scoring()
    member = PanelMember.objects.select_related("person").get(selection=selection, person=cast.tom)
    member.selection = selection
    actions.unseat(member, by=cast.sam, reason="On leave.")
    assert set(owing(selection)) == scores("Priya", "Quinn", "Sam")
    actions.seat(scoring(), cast.tom, by=cast.sam)
    assert set(owing(selection)) == scores("Tom", "Priya", "Quinn", "Sam")


def test_nothing_is_owed_before_scoring_opens_nor_after_it_is_cancelled(cast: Any) -> None:
    before = draft()
    actions.revise_selection(before, by=cast.sam, scoring_due_date=timezone.localdate() + timedelta(days=9))
    assert owing(before) == {}
    actions.move(draft(), "open", by=cast.sam)
    assert set(owing(before)) == scores("Eva")
    actions.move(Selection.objects.get(pk=before.pk), "cancel", by=cast.sam, reason="The study was stopped.")
    assert owing(before) == {}


def test_reopened_scores_that_are_in_leave_the_ball_with_the_owner(cast: Any) -> None:
    actions.move(all_in(cast), "close", by=cast.sam)
    selection = Selection.objects.get(title__startswith="NGB-214")
    actions.move(selection, "reopen", by=cast.sam, reason="A price was wrong.")
    assert set(owing(selection)) == {"Sam selection.close"}


def test_once_an_evaluator_has_left_those_are_told_who_may_name_another(cast: Any) -> None:
    cast.tom.is_active = False
    write(cast.tom, by=cast.ada, action="account.deactivate")
    member = PanelMember.objects.get(selection=scoring(), person=cast.tom)
    item = DueItem.objects.get(kind="scores.due", record_number=member.number)
    told = {telling.person.name for telling in People([item], timezone.now()).to_tell(item)}
    assert told == {cast.sam.name}


def test_no_cmo_and_nobody_who_only_reads_results_learns_of_it(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    for name in ("pat", "ines", "otto", "uwe"):
        rows = DueItem.objects.open_to(getattr(cast, name)).filter(kind__in=("scores.due", "selection.close"))
        assert not rows.filter(title__contains=selection.title).exists(), name
    assert selection.title in sign_in("tom").get("/deadlines/?kind=scores.due").content.decode()
    assert selection.title not in sign_in("ines").get("/deadlines/?kind=scores.due").content.decode()


def test_no_mail_names_what_is_selected_for(cast: Any) -> None:
    selection = scoring()
    member = PanelMember.objects.filter(selection=selection, person=cast.tom).get()
    assert kinds["scores.due"].mailed(member) == f"Scores of {cast.tom.name} for selection {selection.number}"
    assert kinds["selection.close"].mailed(selection) == f"Close scoring of selection {selection.number}"
    assert DueItem.objects.get(kind="scores.due", record_number=member.number).vendor_ref == ""
    assert candidate(selection).site.name not in kinds["scores.due"].title(member)


def test_its_row_leads_to_the_scores(cast: Any, sign_in: Any) -> None:
    page = sign_in("tom").get("/deadlines/?kind=scores.due&ball=me").content.decode()
    assert f"/selections/{scoring().number}/scores/" in page

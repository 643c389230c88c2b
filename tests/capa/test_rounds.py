"""A response in rounds: drafted in private, sent whole, accepted or returned with a reason, every round kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.signals import post_save

from audits.capa import actions
from audits.capa.models import CapaAction, CapaLink, DateProposal, Response, ResponseDraft
from audits.capa.workflows import RESPONSE
from cmo_portal.records import attachments
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from tests.capa.makers import (
    ACTION,
    accepted,
    answered,
    fresh,
    in_days,
    issued_finding,
    pdf,
    site_of,
    today,
    write_draft,
)

pytestmark = pytest.mark.django_db


def test_a_link_opens_with_its_finding_and_the_cmo_has_the_ball(link: CapaLink) -> None:
    assert (link.response_status, link.status, link.ball) == ("due", "proposed", "partner")
    assert link.ball_since_date == today()
    assert link.response_due_date == link.due_date and link.response_due_date > today()
    assert link.suggested_date is not None and link.suggested_date > link.response_due_date
    assert link.number.startswith("CAPA-")


@pytest.mark.parametrize("classification", ["observation", "positive"])
def test_what_asks_for_no_response_gets_no_link(classification: str, cast: Any) -> None:
    finding = issued_finding(cast.leo, site_of("Northgate"), classification)
    assert actions.open_link(finding, cast.leo) is None


def test_the_limit_follows_the_class(cast: Any) -> None:
    site = site_of("Northgate")
    days = [
        actions.open_link(issued_finding(cast.leo, site, each), cast.leo).suggested_date  # type: ignore[union-attr]
        for each in ("critical", "major", "other")
    ]
    assert days == sorted(days) and len(set(days)) == 3


def test_only_who_answers_for_the_cmo_drafts(link: CapaLink, cast: Any) -> None:
    for name in ("uwe", "sam", "quinn", "ines"):
        with pytest.raises(PermissionDenied):
            actions.draft_of(link, getattr(cast, name))


@pytest.mark.refuses("capa.draft_is_complete")
def test_a_draft_that_lacks_something_is_not_sent(link: CapaLink, cast: Any) -> None:
    with pytest.raises(WrongState, match="Write the response first"):
        actions.submit(link, by=cast.pat)
    write_draft(link, cast.pat, root_cause="", containment="", actions=[])
    with pytest.raises(WrongState) as refused:
        actions.submit(link, by=cast.pat)
    for sentence in ("Write the root cause.", "Write what was done at once", "Name at least one action"):
        assert sentence in str(refused.value)
    assert not Response.objects.filter(link=link).exists()
    assert fresh(link).response_status == "due" and link.rounds == 0


def test_sending_makes_a_round_with_actions_a_date_and_moves_the_finding(link: CapaLink, cast: Any) -> None:
    link = answered(link, cast.pat)
    response = Response.objects.get(link=link)
    assert (response.round, response.status, response.author_name) == (1, "submitted", cast.pat.name)
    assert response.root_cause.startswith("Form MF-F12") and response.five_whys[1] == "The form has no row for it"
    action = CapaAction.objects.get(link=link)
    assert (action.owner_name, action.due_date) == ("D. Roche", in_days(30))
    assert response.actions[0]["number"] == action.number
    assert DateProposal.objects.get(link=link).date == in_days(40)
    assert link.finding.status == "responded"
    assert (link.ball, link.rounds, link.responded_date) == ("sponsor", 1, today())
    assert link.due_date == link.answer_due_date


def test_while_it_is_read_nobody_writes_on(link: CapaLink, cast: Any) -> None:
    link = answered(link, cast.pat)
    with pytest.raises(WrongState, match="with the sponsor"):
        actions.save_draft(actions.draft_of(link, cast.pat), by=cast.pat, root_cause="Changed")
    with pytest.raises(WrongState, match="needs the status"):
        actions.submit(link, by=cast.pat)


def test_a_return_needs_its_reason_and_gives_a_new_day(link: CapaLink, cast: Any) -> None:
    link = answered(link, cast.pat)
    with pytest.raises(WrongState, match="needs a reason"):
        actions.review(link, "return", by=cast.leo)
    assert fresh(link).response_status == "submitted"
    actions.review(link, "return", by=cast.leo, reason="Look at the other media fills.", response_due_date=in_days(9))
    link = fresh(link)
    assert (link.response_status, link.ball, link.due_date) == ("returned", "partner", in_days(9))
    response = Response.objects.get(link=link)
    assert (response.status, response.reviewer_name) == ("returned", cast.leo.name)
    assert response.review_reason == "Look at the other media fills."
    assert link.finding.status == "issued"


def test_a_day_in_the_past_is_no_new_day(link: CapaLink, cast: Any) -> None:
    link = answered(link, cast.pat)
    with pytest.raises(ValidationError, match="today or later"):
        actions.review(link, "return", by=cast.leo, reason="More", response_due_date=in_days(-1))


def test_rounds_are_kept_and_counted_and_actions_are_revised_not_doubled(link: CapaLink, cast: Any) -> None:
    link = answered(link, cast.pat)
    first = CapaAction.objects.get(link=link)
    actions.review(link, "return", by=cast.leo, reason="More")
    link = fresh(link)
    draft = actions.draft_of(link, cast.pat)
    assert draft.root_cause.startswith("Form MF-F12") and draft.actions[0]["number"] == first.number
    rows = [draft.actions[0] | {"owner": "A. O'Hanlon"}, ACTION | {"text": "Train", "due": in_days(20).isoformat()}]
    actions.save_draft(draft, by=cast.pat, actions=rows, root_cause="Deeper")
    actions.submit(link, by=cast.pat)
    link = fresh(link)
    assert link.rounds == 2
    assert [row.root_cause[:6] for row in Response.objects.filter(link=link).order_by("round")] == ["Form M", "Deeper"]
    kept = CapaAction.objects.filter(link=link, is_removed=False).order_by("pk")
    assert [row.owner_name for row in kept] == ["A. O'Hanlon", "D. Roche"] and kept[0].pk == first.pk
    actions.review(link, "return", by=cast.leo, reason="Fewer")
    link = fresh(link)
    draft = actions.draft_of(link, cast.pat)
    actions.save_draft(draft, by=cast.pat, actions=draft.actions[:1])
    actions.submit(link, by=cast.pat)
    assert CapaAction.objects.filter(link=link, is_removed=False).count() == 1
    assert CapaAction.objects.filter(link=link).count() == 2


def test_files_of_a_draft_go_with_the_round_as_rows_of_their_own(link: CapaLink, cast: Any) -> None:
    draft = write_draft(link, cast.pat)
    kept = attachments.attach(draft, pdf("analysis.pdf"), by=cast.pat, title="Root cause report")
    assert not attachments.Attachment.objects.visible_to(cast.sam).filter(pk=kept.pk).exists()
    response = actions.submit(link, by=cast.pat)
    copy = attachments.attachments_of(response, cast.sam).get()
    assert (copy.name, copy.title, copy.sha256) == ("analysis.pdf", "Root cause report", kept.sha256)
    assert copy.pk != kept.pk and copy.number != kept.number
    with copy.file.open("rb") as content:
        assert content.read().startswith(b"%PDF")
    assert not attachments.attachments_of(draft, cast.pat).exists()


def test_accepting_may_agree_the_day_in_one_act(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    assert (link.response_status, link.status, link.agreed_date) == ("accepted", "date_agreed", in_days(40))
    assert (link.ball, link.due_date) == ("partner", in_days(40))


def test_an_accepted_response_can_be_asked_for_anew_until_the_work_is_done(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    actions.review(link, "reask", by=cast.sam, reason="A second case was found.")
    link = fresh(link)
    assert (link.response_status, link.ball, link.finding.status) == ("returned", "partner", "issued")


@pytest.mark.parametrize("name", ["eva", "ines", "pat", "uwe", "ada"])
def test_who_may_not_review_does_not(name: str, link: CapaLink, cast: Any) -> None:
    link = answered(link, cast.pat)
    with pytest.raises(PermissionDenied):
        actions.review(link, "accept", by=getattr(cast, name))


def test_two_people_at_one_draft_lose_nothing(link: CapaLink, cast: Any) -> None:
    mine = write_draft(link, cast.pat)
    theirs = ResponseDraft.objects.get(pk=mine.pk)
    theirs.link = link
    actions.save_draft(theirs, by=cast.pat, root_cause="Theirs", version=theirs.version)
    with pytest.raises(StaleRecord):
        actions.save_draft(mine, by=cast.pat, root_cause="Mine", version=mine.version)
    assert ResponseDraft.objects.get(pk=mine.pk).root_cause == "Theirs"


def test_a_sponsor_records_what_an_absent_cmo_answered(absent: CapaLink, cast: Any) -> None:
    rows = [ACTION | {"due": in_days(30).isoformat()}]
    response = actions.record_response(
        absent, by=cast.sam, author_name="R. Bianchi", received_date=today(), root_cause="Limits were copied",
        actions=rows, proposed_date=in_days(50),
    )  # fmt: skip
    link = fresh(absent)
    assert response.is_recorded_by_sponsor and response.author_name == "R. Bianchi"
    assert (link.response_status, link.rounds, link.finding.status) == ("submitted", 1, "responded")
    proposal = DateProposal.objects.get(link=link)
    assert (proposal.proposed_by, proposal.is_recorded_by_sponsor) == ("partner", True)


def test_a_sponsor_never_speaks_for_a_cmo_that_has_joined(link: CapaLink, cast: Any) -> None:
    given = {"author_name": "P. Huber", "received_date": today(), "root_cause": "x", "actions": []}
    with pytest.raises(WrongState, match="has joined the portal"):
        actions.record_response(link, by=cast.sam, **given)
    offer = next(o for o in RESPONSE.offers(link, cast.sam) if o.transition.name == "record_response")
    assert offer.refusal == "The CMO has joined the portal and answers here itself."


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"received_date": in_days(1)}, "today or before"),
        ({"actions": []}, "at least one action"),
        ({"actions": [{"text": "Train"}]}, "lacks who and by when"),
    ],
)
def test_a_record_from_outside_is_refused_where_it_lacks(
    given: dict[str, Any], sentence: str, absent: CapaLink, cast: Any
) -> None:
    whole = {"author_name": "R. Bianchi", "received_date": today(), "root_cause": "x",
             "actions": [ACTION | {"due": in_days(9).isoformat()}]}  # fmt: skip
    with pytest.raises(ValidationError, match=sentence):
        actions.record_response(absent, by=cast.sam, **(whole | given))


@pytest.mark.refuses("capa.has_a_new_round")
@pytest.mark.parametrize(
    ("name", "sentence"), [("submit", "Write the response first."), ("record_response", "Write the response first.")]
)
def test_no_round_no_move(name: str, sentence: str, absent: CapaLink, cast: Any) -> None:
    transition = RESPONSE.by_name[name]
    assert transition.form_guard is not None and transition.form_guard(absent, cast.sam) == sentence


def test_a_colleagues_newer_words_stop_the_sending_and_are_not_lost(link: CapaLink, cast: Any) -> None:
    write_draft(link, cast.pat)
    mine, theirs = fresh(link), fresh(link)

    def types_on(sender: Any, **kwargs: Any) -> None:
        """A colleague saves after the draft was read and before the round is written."""
        post_save.disconnect(types_on, sender=CapaAction)
        actions.save_draft(actions.draft_of(theirs, cast.pat), by=cast.pat, root_cause="The newer words.")

    post_save.connect(types_on, sender=CapaAction)
    try:
        with pytest.raises(WrongState, match="wrote on the response meanwhile"):
            actions.submit(mine, by=cast.pat)
    finally:
        post_save.disconnect(types_on, sender=CapaAction)
    assert not Response.objects.filter(link=link).exists()
    assert fresh(link).response_status == mine.response_status == "due"

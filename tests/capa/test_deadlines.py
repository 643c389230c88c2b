"""Each place of a CAPA where somebody holds the ball is a deadline; so is each action of its plan."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from audits.capa import actions, dates, work
from audits.capa.models import CapaAction, CapaLink
from audits.findings.deciding import reclassify
from cmo_portal.records.deadlines import DueItem, kinds
from communications.notices.recipients import People
from tests.capa.makers import PROOF, accepted, answered, fresh, implemented, in_days, today, write_draft

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_step() -> Any:
    """Whatever happened, the check of the installation finds nothing amiss."""
    yield
    call_command("rebuild_due_items", "--check", verbosity=0)


def later(days: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=days))


def item(kind: str, number: str) -> DueItem | None:
    return DueItem.objects.filter(kind=kind, record_number=number, is_open=True).first()


def told(found: DueItem) -> set[str]:
    """First names of whom the next reminder tells."""
    people = People([found], timezone.now())
    return {telling.person.name.split()[0] for telling in people.to_tell(found)}


def answer_of(link: CapaLink) -> DueItem | None:
    return item("capa.answer", link.number)


def actions_of(link: CapaLink) -> list[DueItem | None]:
    return [item("action.due", action.number) for action in CapaAction.objects.filter(link=link).order_by("pk")]


# --- the date that both sides agree -----------------------------------------------------------------------


def test_until_the_response_is_accepted_no_answer_is_owed(link: CapaLink, cast: Any) -> None:
    assert answer_of(link) is None
    answered(link, cast.pat)
    assert answer_of(link) is None, "the review is what is owed"
    actions.review(fresh(link), "accept", by=cast.leo)
    owed = answer_of(link)
    assert owed is not None and (owed.side, owed.due_date) == ("sponsor", fresh(link).due_date)


def test_the_answer_goes_with_the_ball_and_only_its_holder_is_told(link: CapaLink, cast: Any) -> None:
    answered(link, cast.pat)
    actions.review(fresh(link), "accept", by=cast.leo)
    owed = answer_of(link)
    assert owed is not None and {"Sam", "Leo", "Quinn"} <= told(owed) and "Pat" not in told(owed)
    dates.propose_date(fresh(link), in_days(20), by=cast.leo, reason="The batch in May needs it.")
    owed = answer_of(link)
    assert owed is not None and (owed.side, told(owed)) == ("partner", {"Pat"})
    dates.agree(fresh(link), by=cast.pat)
    assert answer_of(link) is None and item("capa.due", link.number) is not None


def test_a_later_date_that_the_cmo_asks_for_waits_for_the_sponsor(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    assert answer_of(link) is None
    made = dates.ask_extension(link, in_days(60), by=cast.pat, reason="Steel is late.", interim_control="Two people.")
    owed = answer_of(link)
    assert owed is not None and (owed.side, owed.due_date) == ("sponsor", fresh(link).answer_due_date)
    made.link = fresh(link)
    dates.answer_extension(made, granted=False, by=cast.leo, note="The May batch needs it.")
    assert answer_of(link) is None


def test_a_later_date_that_the_sponsor_asks_for_starts_the_cmos_clock_that_day(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    with later(days=30):
        made = dates.ask_extension(
            fresh(link), in_days(60), by=cast.sam, reason="We ship later.", interim_control="None needed."
        )
        owed = answer_of(link)
        assert owed is not None and owed.side == "partner" and owed.due_date > today(), "it is not late at once"
        made.link = fresh(link)
        dates.answer_extension(made, granted=True, by=cast.pat)
        assert answer_of(link) is None


def test_one_that_the_sponsor_asks_for_on_the_day_itself_is_owed_too(link: CapaLink, cast: Any) -> None:
    """No clock moves then: the ball is where it was, and the day to answer is the same."""
    link = accepted(link, cast.pat, cast.leo)
    dates.ask_extension(link, in_days(60), by=cast.sam, reason="We ship later.", interim_control="None needed.")
    owed = answer_of(link)
    assert owed is not None and told(owed) == {"Pat"}


def test_what_was_not_effective_needs_a_new_date(link: CapaLink, cast: Any) -> None:
    done = implemented(link, cast.pat, cast.leo)
    work.plan_check(done, by=cast.leo, criterion="No repeat", sample="Three runs", check_date=in_days(30))
    with later(days=31):
        work.judge(fresh(link), "judge_not_effective", by=cast.leo, note="It came back.")
        owed = answer_of(link)
        assert owed is not None and owed.side == "partner"


# --- what the sponsor owes at the end ---------------------------------------------------------------------


def test_evidence_waits_for_those_who_review_and_the_close_for_those_who_close(link: CapaLink, cast: Any) -> None:
    done = implemented(link, cast.pat, cast.leo)
    owed = item("capa.evidence", link.number)
    assert owed is not None and (owed.side, owed.due_date) == ("sponsor", done.answer_due_date)
    assert "Sam" in told(owed)
    work.plan_check(done, by=cast.leo, criterion="No repeat", sample="Three runs", check_date=in_days(30))
    assert item("capa.evidence", link.number) is None
    with later(days=31):
        work.judge(fresh(link), "judge_effective", by=cast.leo, note="No repeat in three runs.")
        owed = item("capa.close", link.number)
        assert owed is not None and "Quinn" in told(owed) and "Sam" not in told(owed)
        work.close(fresh(link), by=cast.quinn, credentials=PROOF)
        assert not DueItem.objects.filter(record_number=link.number, is_open=True).exists()


def test_evidence_that_is_sent_back_is_owed_no_longer(link: CapaLink, cast: Any) -> None:
    done = implemented(link, cast.pat, cast.leo)
    work.move_link(done, "send_back", by=cast.leo, reason="The form is missing.")
    assert item("capa.evidence", link.number) is None and item("capa.due", link.number) is not None


# --- actions of the plan ----------------------------------------------------------------------------------


def test_an_action_is_owed_by_the_cmo_from_its_sending_until_it_is_done(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    (owed,) = actions_of(link)
    assert owed is not None and (owed.side, owed.due_date, told(owed)) == ("partner", in_days(30), {"Pat"})
    action = CapaAction.objects.select_related("link").get(link=link)
    work.finish_action(action, by=cast.pat, done_date=today(), done_note="Version 5 is in use.")
    assert actions_of(link) == [None]


def test_a_new_round_moves_the_day_and_what_it_leaves_out_is_owed_no_longer(link: CapaLink, cast: Any) -> None:
    link = answered(link, cast.pat)
    actions.review(link, "return", by=cast.leo, reason="Sooner, please.")
    planned: dict[str, Any] = actions.draft_of(fresh(link), cast.pat).actions[0]
    new = {"kind": "preventive", "text": "Train the shift", "owner": "K. Wimmer", "interim": "", "number": ""}
    write_draft(fresh(link), cast.pat, actions=[planned | {"due": in_days(10).isoformat()}])
    actions.submit(fresh(link), by=cast.pat)
    assert [found and found.due_date for found in actions_of(link)] == [in_days(10)]
    actions.review(fresh(link), "return", by=cast.leo, reason="Another one, please.")
    write_draft(fresh(link), cast.pat, actions=[new | {"due": in_days(20).isoformat()}])
    actions.submit(fresh(link), by=cast.pat)
    assert [found and found.due_date for found in actions_of(link)] == [None, in_days(20)]


def test_an_action_that_is_dropped_is_owed_no_longer(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    action = CapaAction.objects.select_related("link__finding__audit__site__vendor").get(link=link)
    work.drop_action(action, by=cast.leo, reason="The line is sold.")
    assert actions_of(link) == [None]


def test_actions_go_and_come_with_their_finding_and_follow_its_class(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)

    def classify(code: str) -> None:
        finding = fresh(link).finding
        reclassify(finding, by=cast.quinn, classification=code, reason="Looked at again.", credentials=PROOF)

    classify("critical")
    (owed,) = actions_of(link)
    assert owed is not None and (owed.facet, owed.is_urgent) == ("critical", True)
    classify("observation")
    assert actions_of(link) == [None]
    classify("major")
    (owed,) = actions_of(link)
    assert owed is not None and owed.facet == "major"


def test_the_action_of_an_absent_cmo_waits_for_who_looks_after_it(absent: CapaLink, cast: Any) -> None:
    actions.record_response(
        absent, by=cast.leo, author_name="R. Bianchi", received_date=today(), root_cause="x", containment="y",
        actions=[{"kind": "corrective", "text": "Limits anew", "owner": "L. B.", "due": in_days(20).isoformat()}],
    )  # fmt: skip
    (owed,) = actions_of(absent)
    assert owed is not None and "Sam" in told(owed)


# --- where they show --------------------------------------------------------------------------------------


def test_pages_timeline_api_and_mail_words_have_them(link: CapaLink, cast: Any, sign_in: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    action = CapaAction.objects.get(link=link)
    pat = sign_in("pat")
    page = pat.get("/deadlines/?kind=action.due&ball=me").content.decode()
    assert reverse("audits:action-detail", args=[action.number]) in page and action.text[:40] in page
    assert action.text[:40] in pat.get(reverse("communications:deadline-timeline")).content.decode()
    rows = pat.get("/api/v1/due-items/", {"record": action.number}).json()["results"]
    assert [date.fromisoformat(row["due_date"]) for row in rows] == [action.due_date]
    said = kinds["action.due"].mailed(action)
    assert said == f"Corrective action for F-01 of {link.finding.audit.number} at {link.finding.audit.site.name}"
    assert action.number not in sign_in("bea").get("/deadlines/?kind=action.due").content.decode()


def test_the_demo_has_each_of_them_for_a_sponsor() -> None:
    seeded = DueItem.objects.filter(is_open=True).values_list("kind", flat=True)
    assert {"capa.answer", "action.due", "capa.evidence", "capa.close"} <= set(seeded)

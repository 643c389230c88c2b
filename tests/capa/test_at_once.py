"""Two people at once: what one of them read has changed by the time they act, and nothing happens that nobody meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits.capa import actions, dates, own, work
from audits.capa.models import CapaAction, CapaLink, OwnLink, Response, ResponseDraft
from audits.findings import deciding
from cmo_portal.records import attachments
from cmo_portal.records.workflow import WrongState
from tests.capa.makers import PROOF, accepted, answered, force, fresh, implemented, in_days, open_link, pdf, write_draft
from tests.meanwhile import right_after

pytestmark = pytest.mark.django_db


def test_a_day_is_agreed_only_as_it_was_read(link: CapaLink, cast: Any, sign_in: Any) -> None:
    dates.propose_date(link, in_days(30), by=cast.pat)
    client = sign_in("quinn")
    page = client.get(link.get_absolute_url()).content.decode()
    assert f'name="day" value="{in_days(30).isoformat()}"' in page
    dates.propose_date(fresh(link), in_days(300), by=cast.pat)
    client.post(reverse("audits:date-agree", args=[link.number]), {"day": in_days(30).isoformat()})
    assert fresh(link).agreed_date is None
    client.post(reverse("audits:date-agree", args=[link.number]), {"day": "soon"})
    assert fresh(link).agreed_date is None
    client.post(reverse("audits:date-agree", args=[link.number]), {"day": in_days(300).isoformat()})
    assert fresh(link).agreed_date == in_days(300)


def test_accepting_agrees_no_day_that_came_after_the_page_was_opened(link: CapaLink, cast: Any, sign_in: Any) -> None:
    link = answered(link, cast.pat)
    client, address = sign_in("leo"), reverse("audits:response-move", args=[link.number, "accept"])
    form = client.get(address).context["form"]
    sent = {"version": link.version, "reason": "", "agree_date": "on", "agreed_day": form["agreed_day"].value()}
    dates.propose_date(fresh(link), in_days(300), by=cast.pat)
    answer = client.post(address, sent)
    assert "is proposed: nothing is agreed yet" in answer.content.decode()
    assert (fresh(link).response_status, fresh(link).agreed_date) == ("submitted", None)


@pytest.mark.refuses("capa.work_has_not_ended")
def test_an_action_is_not_added_to_work_that_was_reported_meanwhile(link: CapaLink, cast: Any) -> None:
    stale = accepted(link, cast.pat, cast.leo)
    link = CapaLink.objects.get(pk=link.pk)
    for action in CapaAction.objects.filter(link=link):
        work.finish_action(action, by=cast.pat, done_date=in_days(0), done_note="In use.")
    attachments.attach(link, pdf(), by=cast.pat)
    work.move_link(fresh(link), "report_done", by=cast.pat)
    with pytest.raises(WrongState, match="reported as implemented"):
        work.add_action(stale, by=cast.pat, text="One more", owner_name="D. Roche", due_date=in_days(9))
    assert not CapaAction.objects.filter(link=link, done_date=None).exists()


def test_nothing_is_written_into_a_draft_that_was_sent_meanwhile(link: CapaLink, cast: Any) -> None:
    write_draft(link, cast.pat)
    stale = fresh(link)
    actions.submit(fresh(link), by=cast.pat)
    with pytest.raises(WrongState, match="with the sponsor"):
        actions.save_draft(actions.draft_of(stale, cast.pat), by=cast.pat, containment="Too late.")


def test_the_api_agrees_and_grants_only_what_was_read(link: CapaLink, cast: Any, sign_in: Any) -> None:
    leo, path = sign_in("leo"), f"/api/v1/capas/{link.number}/"
    link = answered(link, cast.pat)
    read, sent = {"agree_date": True, "agreed_day": in_days(40).isoformat()}, {"name": "accept"}
    dates.propose_date(fresh(link), in_days(300), by=cast.pat)
    refused = leo.post(f"{path}transitions/", sent | read, content_type="application/json")
    assert refused.status_code == 409 and "is proposed: nothing is agreed yet" in refused.json()["detail"]
    refused = leo.post(f"{path}dates/agree/", {"date": in_days(40).isoformat()}, content_type="application/json")
    assert refused.status_code == 409 and "is proposed: nothing is agreed yet" in refused.json()["detail"]
    assert (fresh(link).response_status, fresh(link).agreed_date) == ("submitted", None)


def test_the_api_sends_no_draft_that_a_colleague_changed_and_keeps_both_texts(
    link: CapaLink, cast: Any, sign_in: Any
) -> None:
    pat, path = sign_in("pat"), f"/api/v1/capas/{link.number}/responses/"
    read = write_draft(link, cast.pat).version
    actions.save_draft(actions.draft_of(link, cast.pat), by=cast.pat, root_cause="What the colleague wrote")
    mine = {"root_cause": "What I wrote", "draft_version": read}
    refused = pat.post(path, mine, content_type="application/json")
    assert refused.status_code == 409
    assert {"stored": "What the colleague wrote", "sent": "What I wrote"}.items() <= refused.json()["conflict"][
        0
    ].items()
    blind = pat.post(path, {"root_cause": "What I wrote"}, content_type="application/json")
    assert blind.status_code == 400 and "draft_version" in blind.json()["errors"]
    unread = pat.post(path, {"draft_version": read}, content_type="application/json")
    assert unread.status_code == 409 and "read it again, then send it" in unread.json()["detail"]
    assert ResponseDraft.objects.get(link=link).root_cause == "What the colleague wrote"
    assert not Response.objects.filter(link=link).exists()


def test_a_refused_sending_keeps_nothing_of_what_came_with_it(link: CapaLink, cast: Any, sign_in: Any) -> None:
    draft = write_draft(link, cast.pat)
    sent = {"root_cause": "", "containment": "New", "draft_version": draft.version}
    refused = sign_in("pat").post(f"/api/v1/capas/{link.number}/responses/", sent, content_type="application/json")
    assert refused.status_code == 409 and refused.json()["detail"] == "Write the root cause."
    kept = ResponseDraft.objects.get(link=link)
    assert (kept.version, kept.containment) == (draft.version, draft.containment)


def test_the_page_sends_only_the_draft_that_it_shows(link: CapaLink, cast: Any, sign_in: Any) -> None:
    write_draft(link, cast.pat)
    client, address = sign_in("pat"), reverse("audits:response-send", args=[link.number])
    opened = client.get(address)
    assert 'name="draft_version"' in opened.content.decode()
    sent = {name: opened.context["form"][name].value() for name in ("version", "draft_version")}
    actions.save_draft(actions.draft_of(link, cast.pat), by=cast.pat, root_cause="What the colleague wrote")
    answer = client.post(address, sent)
    assert answer.status_code == 422 and "read it again, then send it" in answer.content.decode()
    assert fresh(link).response_status == "due"


def test_a_capa_that_was_withdrawn_meanwhile_takes_no_finding(link: CapaLink, cast: Any) -> None:
    capa = own.open_capa(by=cast.pat, title="Forms of media fills")
    stale = type(capa).objects.get(pk=capa.pk)
    own.withdraw_capa(capa, by=cast.pat, reason="A twin.")
    with pytest.raises(WrongState, match="is withdrawn"):
        own.add_link(stale, link, by=cast.pat)
    assert not OwnLink.objects.filter(capa=capa).exists()


def test_a_returned_response_is_not_called_complete_and_its_actions_are_not_late(
    link: CapaLink, cast: Any, sign_in: Any
) -> None:
    write_draft(link, cast.pat)
    actions.submit(fresh(link), by=cast.pat)
    actions.review(fresh(link), "return", by=cast.leo, reason="Name the form.")
    client = sign_in("pat")
    page = client.get(reverse("audits:response-edit", args=[link.number])).content.decode()
    assert "Everything that is needed is there" not in page
    assert "Answer what your sponsor still needs" in page
    page = client.get(link.get_absolute_url()).content.decode()
    work_list = page[page.index('id="h-work"') :]
    assert 'class="due' not in work_list[: work_list.index("</section>")]


def test_a_finding_that_was_closed_meanwhile_is_taken_into_no_capa(link: CapaLink, cast: Any, sign_in: Any) -> None:
    capa = own.open_capa(by=cast.pat, title="Forms of media fills")
    force(link, status="closed")
    with pytest.raises(WrongState, match="is closed"):
        own.add_link(capa, link, by=cast.pat)
    sent = {"capa_link": link.number}
    answer = sign_in("pat").post(f"/api/v1/own-capas/{capa.number}/links/", sent, content_type="application/json")
    assert answer.status_code == 409 and not OwnLink.objects.filter(capa=capa).exists()


def test_a_finding_that_a_colleague_takes_into_another_capa_meanwhile_is_refused_in_a_sentence(
    link: CapaLink, cast: Any, sign_in: Any
) -> None:
    mine, other = (own.open_capa(by=cast.pat, title=title) for title in ("Forms", "Forms of media fills"))
    client, address = sign_in("pat"), reverse("audits:own-link-add", args=[mine.number])
    with right_after("SELECT audits_capa WHERE LIMIT 21", lambda: own.add_link(other, link, by=cast.pat)) as came:
        answer = client.post(address, {"link": link.number}, follow=True)
    assert came and answer.status_code == 200
    assert OwnLink.objects.get(link=link).capa == other


LOCKED = re.compile(r'FROM "audits_(finding|capalink)" WHERE .* FOR NO KEY UPDATE')


@pytest.mark.postgres
def test_whoever_takes_finding_and_link_takes_the_finding_first(link: CapaLink, cast: Any) -> None:
    """Two acts that took them the other way round would wait for each other until one of them fails."""

    def order(act: Callable[[], Any]) -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            act()
        taken = [found[1] for query in asked if (found := LOCKED.search(query["sql"]))]
        return list(dict.fromkeys(taken))

    both = ["finding", "capalink"]
    write_draft(link, cast.pat)
    assert order(lambda: actions.submit(fresh(link), by=cast.pat)) == both
    assert order(lambda: actions.review(fresh(link), "return", by=cast.leo, reason="Name the form.")) == both
    implemented(fresh(link), cast.pat, cast.leo)
    again = {"by": cast.leo, "criterion": "No intervention left out", "sample": "3 fills", "check_date": in_days(1)}
    work.plan_check(fresh(link), **again)
    force(link, check_date=in_days(0))
    assert order(lambda: work.judge(fresh(link), "judge_effective", by=cast.leo, note="None left out.")) == ["capalink"]
    assert order(lambda: work.close(fresh(link), by=cast.quinn, credentials=PROOF)) == both
    raised = open_link(cast.leo, link.finding.audit.site, "other", label="F-02")
    reasons = {"classification": "major", "reason": "It came back.", "credentials": PROOF}
    assert order(lambda: deciding.reclassify(raised.finding, by=cast.quinn, **reasons)) == both

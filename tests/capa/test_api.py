"""The API of CAPAs: the pages' actions and sentences, narrower for the CMO of what is the sponsor's."""

from __future__ import annotations

from typing import Any

import pytest

from audits.capa import actions, dates
from audits.capa.models import Capa, CapaAction, CapaLink, OwnLink, Response, ResponseDraft
from tests.capa.makers import accepted, answered, force, implemented, in_days, today
from tests.days import day_of

pytestmark = pytest.mark.django_db
PASSWORD = "Demo-portal-2026"


def send(client: Any, path: str, body: dict[str, Any], method: str = "post") -> Any:
    return getattr(client, method)(f"/api/v1/{path}", body, content_type="application/json")


def content(**changed: Any) -> dict[str, Any]:
    return {
        "containment": "Stopped", "root_cause": "No row", "five_whys": ["a", "b"],
        "cause_tree": {"text": "x", "causes": [{"text": "y", "causes": []}]},
        "actions": [{"text": "Add it", "owner": "D. R.", "due": in_days(20).isoformat()}],
        "proposed_date": in_days(30).isoformat(),
    } | changed  # fmt: skip


def test_the_cmo_reads_no_field_of_the_sponsors_and_both_read_the_clocks(
    link: CapaLink, cast: Any, sign_in: Any
) -> None:
    force(link, ball_since_date=day_of(cast.pat))
    theirs = sign_in("pat").get(f"/api/v1/capas/{link.number}/").json()
    ours = sign_in("sam").get(f"/api/v1/capas/{link.number}/").json()
    assert set(ours) - set(theirs) == {"cmo", "has_joined"}
    assert theirs["ball"] == ours["ball"] == "partner" and ours["days_of_cmo"] == 0
    assert not {name for name in ours if "own" in name}


def test_a_draft_is_kept_and_sent_over_the_api(link: CapaLink, sign_in: Any) -> None:
    pat, path = sign_in("pat"), f"capas/{link.number}/"
    kept = send(pat, f"{path}draft/", content(), "put")
    assert kept.status_code == 200 and kept.json()["version"] == 1
    stale = send(pat, f"{path}draft/", {"root_cause": "y", "version": 0}, "put")
    assert stale.status_code == 409 and "conflict" in stale.json()
    assert send(pat, f"{path}responses/", {"draft_version": 1}).status_code == 201
    assert Response.objects.get(link=link).root_cause == "No row"
    late = send(pat, f"{path}draft/", {"root_cause": "z", "version": 2}, "put")
    assert late.status_code == 409 and "with the sponsor" in late.json()["detail"]


def test_a_round_sent_whole_says_what_it_lacks(link: CapaLink, sign_in: Any) -> None:
    pat, path = sign_in("pat"), f"capas/{link.number}/responses/"
    refused = send(pat, path, content(root_cause=""))
    assert refused.status_code == 409 and refused.json()["detail"] == "Write the root cause."
    assert send(pat, path, content()).status_code == 201
    rows = pat.get(f"/api/v1/{path}").json()["responses"]
    assert [row["round"] for row in rows] == [1] and rows[0]["actions"][0]["number"]


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"cause_tree": {"text": 1}}, "cause_tree"),
        ({"actions": [{"text": "x", "due": "soon"}]}, "actions"),
        ({"five_whys": ["x"] * 6}, "five_whys"),
        ({"self_check": ["nothing"]}, "self_check"),
    ],
)
def test_a_draft_of_a_wrong_shape_is_refused_at_its_field(
    bad: dict[str, Any], field: str, link: CapaLink, sign_in: Any
) -> None:
    refused = send(sign_in("pat"), f"capas/{link.number}/draft/", bad, "put")
    assert refused.status_code == 400 and field in refused.json()["errors"]
    assert not ResponseDraft.objects.filter(link=link).exists()


def test_transitions_offer_and_make_the_moves_of_both_tables(link: CapaLink, cast: Any, sign_in: Any) -> None:
    link = answered(link, cast.pat)
    leo, path = sign_in("leo"), f"capas/{link.number}/transitions/"
    offers = {row["name"] for row in leo.get(f"/api/v1/{path}").json()["transitions"]}
    assert offers == {"return", "accept"}
    assert send(leo, path, {"name": "return"}).status_code == 409
    assert send(leo, path, {"name": "submit"}).status_code == 400
    assert send(leo, path, {"name": "return", "reason": "x", "note": "y"}).status_code == 400
    blind = send(leo, path, {"name": "accept", "agree_date": True})
    assert blind.status_code == 400 and "agreed_day" in blind.json()["errors"]
    day = in_days(40).isoformat()
    done = send(leo, path, {"name": "accept", "agree_date": True, "agreed_day": day})
    assert done.status_code == 200 and done.json()["agreed_date"] == in_days(40).isoformat()
    assert send(sign_in("pat"), path, {"name": "accept"}).status_code == 403


def test_the_whole_way_over_the_api(link: CapaLink, cast: Any, sign_in: Any) -> None:
    implemented(link, cast.pat, cast.leo)
    leo, quinn, path = sign_in("leo"), sign_in("quinn"), f"capas/{link.number}/transitions/"
    assert send(leo, path, {"name": "plan_check", "criterion": "x"}).status_code == 400
    plan = {"name": "plan_check", "criterion": "x", "sample": "3", "check_date": in_days(9).isoformat()}
    assert send(leo, path, plan).status_code == 200
    assert send(leo, path, {"name": "judge_effective", "note": "3 of 3"}).status_code == 409
    force(link, check_date=today(), ball_since_date=today())
    assert send(leo, path, {"name": "judge_effective", "note": "3 of 3"}).status_code == 200
    assert send(leo, path, {"name": "close", "password": PASSWORD}).status_code == 409
    assert send(quinn, path, {"name": "close", "password": "wrong"}).status_code == 403
    assert send(quinn, path, {"name": "close", "password": PASSWORD}).json()["status"] == "closed"


def test_dates_and_extensions_over_the_api(link: CapaLink, cast: Any, sign_in: Any) -> None:
    link = answered(link, cast.pat)
    actions.review(link, "accept", by=cast.leo)
    pat, leo, path = sign_in("pat"), sign_in("leo"), f"capas/{link.number}/"
    assert send(leo, f"{path}dates/", {"date": in_days(20).isoformat()}).status_code == 201
    day = {"date": in_days(20).isoformat()}
    assert send(leo, f"{path}dates/agree/", day).status_code == 409
    assert send(pat, f"{path}dates/agree/", {}).status_code == 400
    assert send(pat, f"{path}dates/agree/", day).json()["agreed_date"] == in_days(20).isoformat()
    assert [row["status"] for row in pat.get(f"/api/v1/{path}dates/").json()["dates"]] == ["countered", "agreed"]
    ask = {"new_date": in_days(50).isoformat(), "reason": "Late", "interim_control": "Watched"}
    assert send(pat, f"{path}extensions/", ask).status_code == 201
    asked = {"extension": leo.get(f"/api/v1/{path}extensions/").json()["extensions"][0]["number"], "granted": True}
    assert send(pat, f"{path}extensions/answer/", asked).status_code == 409
    assert send(leo, f"{path}extensions/answer/", {"granted": True}).status_code == 400
    assert send(leo, f"{path}extensions/answer/", asked | {"granted": False}).status_code == 400
    assert send(leo, f"{path}extensions/answer/", asked | {"extension": "EXT-NONE"}).status_code == 404
    assert send(leo, f"{path}extensions/answer/", asked).json()["agreed_date"] == in_days(50).isoformat()
    assert send(leo, f"{path}extensions/answer/", asked).status_code == 409
    assert send(leo, f"{path}dates/", {"date": in_days(9).isoformat(), "outside": True}).status_code == 409


def test_actions_over_the_api(link: CapaLink, cast: Any, sign_in: Any) -> None:
    accepted(link, cast.pat, cast.leo)
    pat, leo = sign_in("pat"), sign_in("leo")
    body = {"text": "Train", "owner_name": "A. B.", "due_date": in_days(9).isoformat(), "kind": "preventive"}
    assert send(pat, f"capas/{link.number}/actions/", body).status_code == 201
    assert send(leo, f"capas/{link.number}/actions/", body).status_code == 409
    row = CapaAction.objects.get(link=link, text="Train")
    finished = send(pat, f"capa-actions/{row.number}/finish/", {"done_date": today().isoformat(), "done_note": "Done"})
    assert finished.json()["done_date"] == today().isoformat()
    assert send(leo, f"capa-actions/{row.number}/drop/", {"reason": "x"}).status_code == 409
    assert len(pat.get(f"/api/v1/capas/{link.number}/actions/").json()["actions"]) == 2


def test_a_sponsor_records_for_an_absent_cmo(absent: CapaLink, link: CapaLink, sign_in: Any) -> None:
    sam = sign_in("sam")
    body = content(author_name="R. Bianchi", received_date=today().isoformat())
    lacking = send(sam, f"capas/{absent.number}/responses/", content())
    assert set(lacking.json()["errors"]) == {"author_name", "received_date"}
    assert send(sam, f"capas/{absent.number}/responses/", body).status_code == 201
    row = sam.get(f"/api/v1/capas/{absent.number}/responses/").json()["responses"][0]
    assert row["is_recorded_by_sponsor"] and row["author_name"] == "R. Bianchi"
    refused = send(sam, f"capas/{link.number}/responses/", body)
    assert refused.status_code == 409 and "has joined" in refused.json()["detail"]
    assert send(sign_in("eva"), f"capas/{absent.number}/responses/", body).status_code == 403


def test_filters_and_order(link: CapaLink, otters: CapaLink, cast: Any, sign_in: Any) -> None:
    pat = sign_in("pat")

    def numbers(query: str) -> list[str]:
        return [row["number"] for row in pat.get(f"/api/v1/capas/?page_size=100&{query}").json()["results"]]

    assert {link.number, otters.number} <= set(numbers("ball=partner"))
    assert link.number not in numbers("ball=sponsor")
    assert numbers(f"finding={link.finding.number}") == [link.number]
    force(link, status="date_agreed", response_status="accepted", agreed_date=in_days(-1), due_date=in_days(-1))
    assert link.number in numbers("overdue=true") and link.number in numbers("late=true")
    dues = [row["due_date"] for row in pat.get("/api/v1/capas/?page_size=100").json()["results"]]
    assert dues == sorted(dues)


def test_own_capas_over_the_api(link: CapaLink, cast: Any, sign_in: Any) -> None:
    pat = sign_in("pat")
    made = send(pat, "own-capas/", {"title": "One cause", "root_cause": "No review"})
    assert made.status_code == 201
    path = f"own-capas/{made.json()['number']}/"
    assert send(pat, path, {"title": "One cause for all", "version": 1}, "patch").status_code == 200
    assert send(pat, path, {"title": "x", "version": 1}, "patch").status_code == 409
    chosen = {"capa_link": link.number, "is_root_cause_shared": True}
    assert send(pat, f"{path}links/", chosen).json()["links"][0]["is_root_cause_shared"]
    assert send(pat, f"{path}copy/", {"capa_link": link.number}).json()["copied"]
    assert ResponseDraft.objects.get(link=link).root_cause == "No review"
    assert send(pat, f"{path}copy/", {"capa_link": link.number}).status_code == 409
    assert send(pat, f"{path}links/", {"capa_link": link.number, "is_evidence_shared": True}).status_code == 200
    assert OwnLink.objects.get(link=link, is_removed=False).is_evidence_shared
    assert pat.get(f"/api/v1/{path}").json()["link_count"] == 1
    assert send(pat, f"{path}take_out/", {"capa_link": link.number}).json()["links"] == []
    assert Capa.objects.filter(title="One cause for all").exists()
    assert dates.open_proposal(link) is None


def test_an_own_capa_is_withdrawn_with_the_reason_and_taken_back_into_use(
    link: CapaLink, sign_in: Any, cast: Any
) -> None:
    pat = sign_in("pat")
    path = f"own-capas/{send(pat, 'own-capas/', {'title': 'One cause'}).json()['number']}/"
    send(pat, f"{path}links/", {"capa_link": link.number})
    assert "reason" in send(pat, f"{path}withdraw/", {}).json()["errors"]
    busy = send(pat, f"{path}withdraw/", {"reason": "Merged."})
    assert busy.status_code == 409 and "take them out first" in busy.json()["detail"]
    send(pat, f"{path}take_out/", {"capa_link": link.number})
    assert send(pat, f"{path}withdraw/", {"reason": "Merged."}).json()["is_withdrawn"] is True
    closed = send(pat, f"{path}links/", {"capa_link": link.number})
    assert closed.status_code == 409 and "take it back into use" in closed.json()["detail"]
    assert send(pat, f"{path}restore/", {}).json()["is_withdrawn"] is False

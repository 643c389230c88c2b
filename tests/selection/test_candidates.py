"""Candidates that come or go while scoring is open: with a reason, in the trail, and told to the panel."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import WrongState
from tests.selection.places import address, candidate, leaf, scored, scoring
from vendors.registry.models import Site
from vendors.selection import actions, marking
from vendors.selection.assembling import load
from vendors.selection.hooks import scores_to_finish
from vendors.selection.models import Candidate, Selection

pytestmark = pytest.mark.django_db
REASON = "Its second line was qualified last week."


def another_site(selection: Selection) -> Site:
    standing = Candidate.objects.filter(selection=selection).values("site")
    found = Site.objects.filter(vendor__sponsor=selection.sponsor, is_retired=False, vendor__is_retired=False)
    return found.exclude(pk__in=standing).select_related("vendor").order_by("pk")[0]


def test_a_candidate_that_comes_late_needs_a_reason(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    site = another_site(selection)
    with pytest.raises(ValidationError, match="the panel reads the reason"):
        actions.add_candidate(selection, site, by=cast.sam)
    client, url = sign_in("sam"), address("candidate-add", selection)
    assert (
        f'href="{url}?site={site.number}"'
        in client.get(address("selection-candidates", selection), {"q": site.name}).content.decode()
    )
    assert "The panel is told" in client.get(url, {"site": site.number}).content.decode()
    assert client.post(url, {"site": site.number, "reason": " "}).status_code == 422
    assert client.post(url, {"site": site.number, "reason": REASON}).status_code == 302
    added = Candidate.objects.get(selection=selection, site=site)
    event = TrailEvent.objects.get(record_number=added.number)
    assert (event.action, event.reason, added.why_added) == ("candidate.add", REASON, REASON)


def test_the_panel_is_told_what_is_new_until_it_is_scored(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    url = address("selection-scores", selection)
    added = actions.add_candidate(selection, another_site(selection), by=cast.sam, reason=REASON)
    tom, eva = sign_in("tom"), sign_in("eva")
    page = tom.get(url).content.decode()
    assert REASON in page
    assert "It is yours to score." in page
    assert "Take your scores back to score it." in eva.get(url).content.decode(), "Eva has submitted already"
    assert REASON not in sign_in("leo").get(url).content.decode(), "Leo is not on the panel"
    added.selection = selection
    for node in load(selection, cast.tom).marked_leaves:
        node.selection = selection
        marking.give_mark(node, added, "3", by=cast.tom)
    assert "It is yours to score." not in tom.get(url).content.decode()


def test_who_had_submitted_finds_the_new_candidate_on_the_home_page(cast: Any) -> None:
    selection = scoring()

    def waits() -> bool:
        return any(selection.number in row["url"] for row in scores_to_finish(cast.eva) or [])

    assert not waits()
    added = actions.add_candidate(selection, another_site(selection), by=cast.sam, reason=REASON)
    assert waits()
    actions.withdraw_candidate(added, by=cast.sam, reason="It has no slot.")
    assert not waits()


def test_a_withdrawal_is_told_with_its_reason_and_keeps_the_note(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    stands = candidate(selection)
    client, url = sign_in("sam"), f"/api/v1/candidates/{stands.number}/"
    assert client.post(f"{url}withdraw/", {}, content_type="application/json").status_code == 400
    answer = client.post(f"{url}withdraw/", {"reason": "The line is sold."}, content_type="application/json")
    assert answer.json()["why_withdrawn"] == "The line is sold."
    assert answer.json()["note"] == stands.note
    assert (
        "is withdrawn: The line is sold." in sign_in("tom").get(address("selection-scores", selection)).content.decode()
    )
    with pytest.raises(WrongState, match="is withdrawn already"):
        actions.withdraw_candidate(Candidate.objects.get(pk=stands.pk), by=cast.sam, reason="Again.")
    assert client.post(f"{url}return/").json()["is_withdrawn"] is False
    back = candidate(selection)
    marking.give_mark(leaf(selection), back, "", by=cast.tom)
    page = sign_in("tom").get(address("selection-scores", selection)).content.decode()
    assert "It was withdrawn and stands again. It is yours to score." in page
    marking.give_mark(leaf(selection), back, "2", by=cast.tom)


def test_nobody_comes_once_scoring_is_closed(cast: Any, sign_in: Any) -> None:
    selection = scored()
    site = another_site(selection)
    with pytest.raises(WrongState, match="must stand at Criteria and weights or Scoring"):
        actions.add_candidate(selection, site, by=cast.sam, reason=REASON)
    body = {"selection": selection.number, "site": site.number, "reason": REASON}
    assert sign_in("sam").post("/api/v1/candidates/", body, content_type="application/json").status_code == 409


def test_the_api_offers_the_moves_of_a_selection(sign_in: Any) -> None:
    url = f"/api/v1/selections/{scoring().number}/transitions/"
    offers = sign_in("sam").get(url).json()["transitions"]
    assert [offer["name"] for offer in offers] == ["close", "cancel"]
    assert sign_in("eva").get(url).json()["transitions"] == [], "an evaluator has no right to a move"
    refused = sign_in("sam").post(url, {"name": "cancel"}, content_type="application/json")
    assert refused.status_code == 409
    assert "needs a reason" in refused.json()["detail"]
    assert sign_in("eva").post(url, {"name": "close"}, content_type="application/json").status_code == 403
    closed = sign_in("sam").post(url, {"name": "close"}, content_type="application/json")
    assert closed.json()["status"] == "scored"

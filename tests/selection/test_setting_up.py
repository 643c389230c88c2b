"""Criteria, weights, candidates, panel and the moves of a selection."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cmo_portal.accounts.models import Company
from cmo_portal.lib.spreadsheets import read_rows
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import WrongState
from tests.selection.places import address, candidate, draft, leaf, scored, scoring
from vendors.registry.supply import Qualification
from vendors.selection import actions, tree_actions
from vendors.selection.models import Candidate, Criterion, PanelMember, Selection, Status
from vendors.selection.templates_library import GROUPS, PRESETS

pytestmark = pytest.mark.django_db
BRIEF = {
    "title": "New one",
    "modality": "mab",
    "dosage_form": "vial_lyo",
    "service": "fill_finish",
    "supply_stage": "clinical",
    "stage": "need",
    "missing": "exclude",
    "scale_low": 0,
    "scale_high": 5,
}


def test_every_template_is_balanced_and_anchored() -> None:
    assert all(sum(preset.weights) == 100 for preset in PRESETS.values())
    assert all(sum(leaf.weight for leaf in group.leaves) == 100 for group in GROUPS)
    marked = [leaf for group in GROUPS for leaf in group.leaves if leaf.kind == "scale"]
    assert all(len(leaf.anchors) == 6 and len(set(leaf.anchors)) == 6 for leaf in marked)
    assert len(marked) == 10


def test_a_new_selection_comes_with_its_criteria(sign_in: Any) -> None:
    answer = sign_in("sam").post("/selections/new/", {**BRIEF, "preset": "early_clinical"})
    assert answer.status_code == 302
    made = Selection.objects.get(title="New one")
    top = made.criteria.filter(parent=None).order_by("position")
    assert [int(node.weight) for node in top] == [35, 5, 25, 20, 15]
    assert made.criteria.count() == 17


def test_weights_off_100_name_the_siblings_and_the_amount(sign_in: Any) -> None:
    selection = draft()
    top = Criterion.objects.filter(selection=selection, parent=None).order_by("position")
    body = {f"weight_{node.number}": str(weight) for node, weight in zip(top, (35, 5, 25, 20, 10), strict=True)}
    answer = sign_in("sam").post(address("criteria-weigh", selection), body)
    assert answer.status_code == 422
    said = (
        "The weights at the top level (Capability, Capacity, Availability, Regulatory record, Price) "
        "sum to 95, not 100: add 5."
    )
    assert said in answer.content.decode()
    assert Criterion.objects.get(pk=top.last().pk).weight == 15
    body[f"weight_{top.last().number}"] = "15"
    body[f"weight_{top.first().number}"] = "35"
    assert sign_in("sam").post(address("criteria-weigh", selection), body).status_code == 302


@pytest.mark.refuses("selection.ready_to_score")
def test_scoring_opens_only_when_all_is_there(cast: Any, sign_in: Any) -> None:
    northgate = Company.objects.get(name="Northgate Biopharma")
    selection = actions.create_selection(northgate, by=cast.sam, owner=cast.sam, **BRIEF)
    with pytest.raises(WrongState) as refusal:
        actions.move(selection, "open", by=cast.sam)
    said = "Add at least two candidates. Add criteria: at least one must be marked on the scale. "
    assert str(refusal.value) == said + "Name the people who score."
    page = sign_in("sam").get(f"/selections/{selection.number}/moves/open/")
    assert page.status_code == 409
    assert "Name the people who score." in page.content.decode()


def test_scoring_does_not_open_with_weights_off_100(cast: Any) -> None:
    selection = draft()
    tree_actions.add_criterion(selection, None, by=cast.sam, name="Partnership", weight=Decimal(10))
    with pytest.raises(WrongState, match=r"Partnership\) sum to 110, not 100: take 10 off"):
        actions.move(selection, "open", by=cast.sam)


def test_a_draft_that_is_whole_opens_and_then_stands_fixed(cast: Any, sign_in: Any) -> None:
    selection = draft()
    actions.move(selection, "open", by=cast.sam)
    assert selection.status == Status.SCORING
    with pytest.raises(WrongState, match="stand fixed"):
        tree_actions.weigh(selection, {leaf(selection): Decimal(100)}, by=cast.sam, parent=None, versions={})
    answer = sign_in("sam").get(address("criteria-weigh", selection), HTTP_HX_REQUEST="true")
    assert answer.status_code == 409
    assert "stand fixed since scoring opened" in answer.content.decode()


def test_only_a_runner_moves_a_selection(cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        actions.move(scoring(), "close", by=cast.eva)


def test_taking_an_evaluator_off_while_scoring_runs_needs_a_reason(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    member = PanelMember.objects.get(selection=selection, person=cast.eva)
    url = address("panel-unseat", selection, member)
    answer = sign_in("sam").post(url)
    assert answer.status_code == 422 and "Enter “Reason”" in answer.content.decode()
    with pytest.raises(ValidationError, match="Say why the marks of Eva Lindqvist are not to count"):
        actions.unseat(member, by=cast.sam)
    assert sign_in("sam").post(url, {"reason": "She works for the CMO now."}).status_code == 302
    assert PanelMember.objects.get(pk=member.pk).is_retired
    assert "She works for the CMO now." in sign_in("sam").get(address("selection-history", selection)).content.decode()


def test_a_draft_panel_changes_without_a_word(cast: Any, sign_in: Any) -> None:
    selection = draft()
    member = actions.seat(selection, cast.tom, by=cast.sam)
    assert sign_in("sam").post(address("panel-unseat", selection, member)).status_code == 302
    assert PanelMember.objects.get(pk=member.pk).is_retired


@pytest.mark.refuses("selection.somebody_submitted")
def test_closing_needs_one_scorecard_and_reopening_a_reason(cast: Any) -> None:
    selection = scoring()
    member = PanelMember.objects.get(selection=selection, person=cast.eva)
    actions.unseat(member, by=cast.sam, reason="She works for the CMO now.")
    with pytest.raises(WrongState, match="Nobody has submitted scores yet"):
        actions.move(selection, "close", by=cast.sam)
    done = scored()
    with pytest.raises(WrongState, match="needs a reason"):
        actions.move(done, "reopen", by=cast.sam)
    actions.move(done, "reopen", by=cast.sam, reason="A quote was wrong.")
    assert done.status == Status.SCORING


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "linear", "unit": ""}, "unit"),
        ({"kind": "linear", "unit": "EUR", "low": Decimal(1)}, "high"),
        ({"kind": "linear", "unit": "EUR", "low": Decimal(5), "high": Decimal(5)}, "high"),
        ({"kind": "target", "unit": "EUR", "target": Decimal(1)}, "ceiling"),
        (
            {"kind": "target", "unit": "EUR", "target": Decimal(9), "ceiling": Decimal(5), "direction": "lower"},
            "ceiling",
        ),
        (
            {"kind": "target", "unit": "kg", "target": Decimal(1), "ceiling": Decimal(5), "direction": "higher"},
            "ceiling",
        ),
    ],
)
def test_a_calculated_leaf_needs_anchors_that_work(values: dict[str, Any], field: str, cast: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        tree_actions.add_criterion(draft(), None, by=cast.sam, name="Cost", weight=Decimal(0), **values)
    assert field in refusal.value.message_dict


def test_a_retired_group_takes_its_leaves_along(cast: Any) -> None:
    selection = draft()
    tree_actions.retire_criterion(leaf(selection, "Price"), by=cast.sam)
    assert not Criterion.objects.filter(selection=selection, name="Price per unit", is_retired=False).exists()


def test_a_site_stands_once_and_only_of_ones_own_cmos(cast: Any) -> None:
    selection, stands = draft(), candidate(scoring())
    with pytest.raises(ValidationError, match="stands in the selection already"):
        actions.add_candidate(selection, stands.site, by=cast.sam)
    foreign = Candidate.objects.filter(selection__sponsor__name="Otter Therapeutics").first()
    assert foreign is not None
    with pytest.raises(ValidationError, match="one of your CMOs"):
        actions.add_candidate(selection, foreign.site, by=cast.sam)


def test_sites_are_found_and_added(sign_in: Any) -> None:
    selection, site = draft(), candidate(scoring(), 4).site
    client = sign_in("sam")
    url = address("selection-candidates", selection)
    found = client.get(url, {"q": site.city.lower() or site.name}).content.decode()
    assert f'name="site" value="{site.number}"' in found
    assert client.post(address("candidate-add", selection), {"site": site.number}).status_code == 302
    assert Candidate.objects.filter(selection=selection, site=site).exists()


def test_a_withdrawn_candidate_stays_visible_with_the_reason(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    stands = candidate(selection, 2)
    client = sign_in("sam")
    body = {"reason": "The line is sold."}
    assert client.post(address("candidate-withdraw", selection, stands), body).status_code == 302
    page = client.get(address("selection-candidates", selection)).content.decode()
    assert "The line is sold." in page
    client.post(address("candidate-return", selection, stands))
    assert not Candidate.objects.get(pk=stands.pk).is_withdrawn


def test_the_qualification_of_exactly_this_scope_stands_beside_the_candidate(sign_in: Any) -> None:
    from cmo_portal.records.actors import SETUP
    from cmo_portal.records.trail import write

    selection = scoring()
    site = candidate(selection, 3).site
    Qualification.objects.filter(site=site)
    for form, status in (("vial_lyo", "suspended"), ("tablet", "approved")):
        if not Qualification.objects.filter(site=site, service="fill_finish", dosage_form=form).exists():
            row = Qualification(vendor=site.vendor, site=site, service="fill_finish", dosage_form=form, status=status)
            write(row, by=SETUP, action="qualification.test")
    page = sign_in("sam").get(address("selection-candidates", selection)).content.decode()
    row = page[page.index(site.name) :]
    assert "Suspended" in row[: row.index("</tr>")]


def test_only_people_with_the_right_to_score_sit_on_a_panel(cast: Any, sign_in: Any) -> None:
    selection = draft()
    for name in ("ines", "ada", "otto", "pat"):
        with pytest.raises(ValidationError, match="has no right to score"):
            actions.seat(selection, getattr(cast, name), by=cast.sam)
    offered = sign_in("sam").get(address("selection-panel", selection)).content.decode()
    options = offered[offered.index("<select") :]
    assert "Leo Marchetti" in options
    assert "Ines Duarte" not in options
    assert sign_in("sam").post(address("selection-panel", selection), {"person": cast.leo.number}).status_code == 302


def test_a_template_cannot_be_planted_over_a_tree(cast: Any) -> None:
    with pytest.raises(ValidationError, match="has criteria already"):
        tree_actions.plant(draft(), "balanced", by=cast.sam)


def test_the_scale_stands_fixed_once_marks_are_given(cast: Any) -> None:
    with pytest.raises(WrongState, match="scale cannot change"):
        actions.revise_selection(scoring(), by=cast.sam, scale_high=9)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_leaves_as_it_is_filtered_and_the_trail_knows(kind: str, cast: Any, sign_in: Any) -> None:
    client = sign_in("sam")
    page = client.get("/selections/", {"status": "scoring"}).content.decode()
    assert f"/selections/export/{kind}/?status=scoring" in page
    answer = client.get(f"/selections/export/{kind}/", {"status": "scoring"})
    file = BytesIO(b"".join(answer.streaming_content))
    rows = [row.values for row in read_rows(file)]
    assert rows[0][:2] == ["Number", "Title"]
    assert [row[0] for row in rows[1:]] == [scoring().number]
    assert answer["Cache-Control"] == "no-store"
    event = TrailEvent.objects.filter(record_number=cast.sam.number).latest("seq")
    assert (event.action, event.says["details"]["rows"]) == ("selection.export", 1)
    assert client.get("/selections/export/pdf/").status_code == 404


def test_filtering_swaps_the_rows_alone(sign_in: Any) -> None:
    answer = sign_in("sam").get("/selections/", {"status": "draft"}, HTTP_HX_REQUEST="true").content.decode()
    assert answer.lstrip().startswith('<div id="selections"')
    assert draft().title in answer
    assert scoring().title not in answer

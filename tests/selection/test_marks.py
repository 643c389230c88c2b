"""Giving marks: one's own cell only, on the scale, while scoring runs, and never over a newer one."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tests.selection.places import address, candidate, clear, draft, leaf, scored, scoring
from vendors.selection import actions, marking
from vendors.selection.models import Mark, PanelMember, Reading, Status

pytestmark = pytest.mark.django_db
SCRIPT = {"HTTP_HX_REQUEST": "true"}


def cell(position: int = 0) -> tuple[Any, Any, Any]:
    selection = scoring()
    return selection, leaf(selection), candidate(selection, position)


def test_a_mark_is_saved_with_the_totals_of_the_server(cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell()
    stored = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.tom)
    client = sign_in("tom")
    body = {"mark": "1", "version": stored.version}
    answer = client.post(address("mark-give", selection, node, stands), body, **SCRIPT)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert f'data-part="cell-{node.number}-{stands.number}" data-now="1" data-version="{stored.version + 1}"' in text
    assert f'data-part="total-{stands.number}"' in text
    assert Mark.objects.get(pk=stored.pk).value == 1


@pytest.mark.parametrize(("name", "body"), [("mark-give", {"mark": "1"}), ("mark-explain", {"comment": "Seen."})])
def test_a_page_left_open_does_not_write_into_the_next_persons_scorecard(
    name: str, body: dict[str, str], cast: Any, sign_in: Any
) -> None:
    selection, node, stands = cell()
    before = list(Mark.objects.filter(evaluator=cast.priya).order_by("pk").values_list("pk", "version"))
    url = address(name, selection, node, stands)
    answer = sign_in("priya").post(url, {**body, "as": cast.tom.number}, **SCRIPT)
    assert answer.status_code == 409
    assert "is signed in now" in answer.content.decode()
    assert list(Mark.objects.filter(evaluator=cast.priya).order_by("pk").values_list("pk", "version")) == before
    assert sign_in("tom").post(url, {**body, "as": cast.tom.number}, **SCRIPT).status_code == 200
    assert f'data-as="{cast.tom.number}"' in sign_in("tom").get(address("selection-scores", selection)).content.decode()


def test_put_writes_a_mark_like_post(cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell()
    stored = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.tom)
    body = f"mark=x&version={stored.version}"
    url = address("mark-give", selection, node, stands)
    answer = sign_in("tom").put(url, body, content_type="application/x-www-form-urlencoded", **SCRIPT)
    assert answer.status_code == 200
    assert Mark.objects.get(pk=stored.pk).is_not_applicable


def test_an_older_page_gets_both_marks_and_overwrites_nothing(cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell()
    stored = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.tom)
    marking.give_mark(node, stands, "2", by=cast.tom)
    url = address("mark-give", selection, node, stands)
    answer = sign_in("tom").post(url, {"mark": "5", "version": stored.version}, **SCRIPT)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "elsewhere you saved <b>2</b>, here you typed <b>5</b>" in text
    assert f'name="version" value="{stored.version + 1}"' in text
    assert Mark.objects.get(pk=stored.pk).value == 2


def test_asking_again_after_a_lost_answer_is_no_conflict(cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell()
    version = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.tom).version
    client, url = sign_in("tom"), address("mark-give", selection, node, stands)
    for _ in range(2):
        assert client.post(url, {"mark": "1", "version": version}, **SCRIPT).status_code == 200
    assert Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.tom).version == version + 1


@pytest.mark.parametrize("typed", ["6", "-1", "2.5", "four", "٣", "1" * 500])
def test_a_mark_off_the_scale_is_refused_by_name(typed: str, cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell()
    answer = sign_in("tom").post(address("mark-give", selection, node, stands), {"mark": typed}, **SCRIPT)
    assert answer.status_code == 422
    assert f"{node.name}: Enter a whole number from 0 to 5, or x" in answer.content.decode()


def test_nobody_outside_the_panel_marks(sign_in: Any) -> None:
    selection, node, stands = cell()
    url = address("mark-give", selection, node, stands)
    codes = {name: sign_in(name).post(url, {"mark": "3"}).status_code for name in ("leo", "ada", "ines", "pat", "otto")}
    assert codes == {"leo": 403, "ada": 403, "ines": 404, "pat": 404, "otto": 404}


def test_a_submitted_scorecard_is_closed_until_it_is_taken_back(cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell()
    client, url = sign_in("eva"), address("mark-give", selection, node, stands)
    refused = client.post(url, {"mark": "3"}, **SCRIPT)
    assert refused.status_code == 409
    assert "take them back before you change a mark" in refused.content.decode()
    client.post(address("scores-take-back", selection))
    assert client.post(url, {"mark": "3"}, **SCRIPT).status_code == 200


@pytest.mark.parametrize("place", [draft, scored])
def test_marks_are_given_only_while_scoring_runs(place: Any, sign_in: Any) -> None:
    selection = place()
    url = address("mark-give", selection, leaf(selection), candidate(selection))
    answer = sign_in("eva").post(url, {"mark": "3"}, **SCRIPT)
    assert answer.status_code == 409
    assert "must stand at Scoring" in answer.content.decode()


def test_missing_zero_and_not_applicable_are_three_things(cast: Any, sign_in: Any) -> None:
    selection, node, _ = cell()
    for position, text in enumerate(("0", "x", "")):
        marking.give_mark(node, candidate(selection, position), text, by=cast.tom)
    text = sign_in("tom").get(address("selection-scores", selection)).content.decode()
    for position, shown in enumerate(("0", "x", "")):
        stands = candidate(selection, position)
        assert f'data-url="{address("mark-give", selection, node, stands)}"' in text
        row = text[text.index(f'data-cell="{node.number}-{stands.number}"') :][:200]
        assert f'data-s="{shown}"' in row
    kept = Mark.objects.filter(criterion=node, evaluator=cast.tom, candidate__position__lt=3).order_by("candidate")
    assert [(each.value, each.is_not_applicable) for each in kept] == [(0, False), (None, True), (None, False)]


def test_the_whole_matrix_posts_without_a_script(cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell()
    other = candidate(selection, 1)
    stored = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.tom)
    body = {
        f"m-{node.number}-{stands.number}": "1",
        f"v-{node.number}-{stands.number}": stored.version,
        f"m-{node.number}-{other.number}": "9",
    }
    answer = sign_in("tom").post(address("selection-scores", selection), body)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "One score was not saved" in text
    assert f'href="#m-{node.number}-{other.number}"' in text
    assert 'value="9" aria-invalid="true"' in text
    assert Mark.objects.get(pk=stored.pk).value == 1, "what was right is saved"


def test_submitting_asks_for_reasons_and_for_what_is_missing(cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell()
    marking.give_mark(node, stands, "5", by=cast.tom, comment="")
    client, url = sign_in("tom"), address("scores-submit", selection)
    page = client.get(url).content.decode()
    assert "Say why it is a 5." in page
    refused = client.post(url, {"with_gaps": "1"})
    assert refused.status_code == 422
    assert f"{node.name}: Say why it is a 5." in refused.content.decode()
    marking.give_mark(node, stands, "4", by=cast.tom)
    assert "Submit with 4 empty" in client.get(url).content.decode()
    assert client.post(url).status_code == 422, "empty cells are to be confirmed"
    assert client.post(url, {"with_gaps": "1"}).status_code == 302
    assert PanelMember.objects.get(selection=selection, person=cast.tom).submitted_at is not None


def test_the_reason_is_saved_beside_the_mark(cast: Any, sign_in: Any) -> None:
    selection, node, stands = cell()
    stored = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.tom)
    body = {"comment": "Seen in the batch record.", "confidence": "high", "version": stored.version}
    assert sign_in("tom").post(address("mark-explain", selection, node, stands), body, **SCRIPT).status_code == 200
    after = Mark.objects.get(pk=stored.pk)
    assert (after.comment, after.confidence, after.value) == ("Seen in the batch record.", "high", stored.value)


def test_the_same_reason_again_is_no_conflict_with_a_newer_mark(cast: Any, sign_in: Any) -> None:
    """Leaving the field sends its words once more, while the mark beside it was cleared."""
    selection, node, stands = cell()
    client, url = sign_in("tom"), address("mark-explain", selection, node, stands)
    version = marking.give_mark(node, stands, "3", by=cast.tom, comment="Seen.").version
    stored = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.tom)
    same = {"comment": "Seen.", "confidence": stored.confidence, "evidence_level": stored.evidence_level}
    clear(cast.tom, node, stands)
    assert client.post(url, {**same, "version": version}, **SCRIPT).status_code == 200
    assert client.post(url, {**same, "comment": "Other.", "version": version}, **SCRIPT).status_code == 409


def test_a_withdrawn_candidate_takes_no_marks(cast: Any) -> None:
    _, node, stands = cell()
    actions.withdraw_candidate(stands, by=cast.sam, reason="No slot before 2028.")
    with pytest.raises(Exception, match="is withdrawn: it takes no marks"):
        marking.give_mark(node, stands, "3", by=cast.tom)


def test_a_number_needs_its_source_and_a_manager(cast: Any, sign_in: Any) -> None:
    selection = scoring()
    node, stands = leaf(selection, "Price per unit"), candidate(selection)
    url = address("reading-set", selection, node, stands)
    version = Reading.objects.get(criterion=node, candidate=stands).version
    assert sign_in("tom").post(url, {"value": "4"}).status_code == 403
    refused = sign_in("sam").post(url, {"value": "4", "version": version})
    assert "Say where the number comes from" in refused.content.decode()
    with pytest.raises(ValidationError, match="is calculated from a number"):
        marking.give_mark(node, stands, "3", by=cast.tom)


def test_clearing_keeps_the_words(cast: Any) -> None:
    _, node, stands = cell()
    marking.give_mark(node, stands, "5", by=cast.tom, comment="Seen on site.")
    clear(cast.tom, node, stands)
    mark = Mark.objects.get(criterion=node, candidate=stands, evaluator=cast.tom)
    assert (mark.is_given, mark.comment) == (False, "Seen on site.")
    assert Status(scoring().status) == Status.SCORING


def test_a_version_that_is_no_number_breaks_no_page(sign_in: Any) -> None:
    selection, node, stands = cell()
    url = address("mark-give", selection, node, stands)
    answer = sign_in("tom").post(url, {"mark": "5", "version": "²"}, **SCRIPT)
    assert answer.status_code in {200, 409}

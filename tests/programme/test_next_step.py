"""What comes next on an audit: every status but the last ones says it to both sides, and names a tab."""

from __future__ import annotations

from typing import Any

import pytest

from audits.programme.demo import audit
from audits.programme.next_step import PARTNERS, SPONSORS, next_step, with_address
from audits.programme.vocabulary import AuditStatus as S
from cmo_portal.records.panels import panels

OVER = {S.CLOSED, S.CANCELLED}


def test_every_status_but_the_last_ones_says_what_comes_next() -> None:
    assert set(SPONSORS) == set(S) - OVER
    assert set(PARTNERS) == set(S) - OVER - {S.PROPOSED}
    assert next_step(S.CLOSED, is_sponsor=True) is None and next_step(S.PROPOSED, is_sponsor=False) is None


@pytest.mark.parametrize("steps", [SPONSORS, PARTNERS])
def test_every_tab_it_names_is_a_tab_of_the_audit(steps: Any) -> None:
    titles = {panel.title for panel in panels.rows["audit"]}
    assert {step.tab for step in steps.values() if step.tab} <= titles


def test_a_tab_that_the_reader_does_not_have_is_no_link() -> None:
    found = with_address(next_step(S.IN_PROGRESS, is_sponsor=True), [{"label": "Report", "url": "/r/"}])
    assert found is not None and found["tab"] is None


@pytest.mark.django_db
def test_the_page_says_it_to_both_sides(sign_in: Any, cast: Any) -> None:
    url = audit("notified").get_absolute_url()
    theirs = sign_in("pat").get(url).content.decode()
    assert "What comes next" in theirs and "Provide the documents that are asked for" in theirs
    ours = sign_in("sam").get(url).content.decode()
    assert "The team declares its independence" in ours

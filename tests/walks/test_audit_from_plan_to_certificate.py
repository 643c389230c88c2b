"""A qualification audit from its plan to the certificate, as four people at four browsers over a line that is cut.

Sam owns the programme, Leo leads the audit, Quinn is the head of quality, Pat answers for the CMO.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.line import Line
from tests.person import people
from tests.server import Installation, days_later, installation
from tests.walks.audit_follow_up import (
    answer_in_two_rounds,
    certify,
    check_the_facts,
    implement,
    issue_the_report,
    judge_and_close,
    negotiate_the_date,
    plan_the_check,
    qualify,
    write_and_review_the_report,
)
from tests.walks.audit_visit import (
    agree_dates,
    begin,
    close_the_visit,
    complete_the_findings,
    conduct_without_a_network,
    name_the_team,
    notify,
    plan,
    provide_documents,
    write_scope_and_ask_for_documents,
)
from tests.walks.audit_walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.walk]


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Installation]:
    """An installation of its own: the walk leaves it a day older than the others."""
    with installation(tmp_path / "data") as made:
        yield made


@pytest.fixture
def walk(portal: Installation, chromium: Browser, tmp_path: Path) -> Iterator[Walk]:
    line = Line(portal.url)
    with people(chromium, portal, "sam", "leo", "quinn", "pat") as (sam, leo, quinn, pat):
        yield Walk(portal, line, sam, leo.at(replace(portal, url=line.url)), quinn, pat, tmp_path)
    line.cut()


def test_an_audit_goes_from_its_plan_to_the_certificate(walk: Walk) -> None:
    plan(walk)
    name_the_team(walk)
    agree_dates(walk)
    write_scope_and_ask_for_documents(walk)
    notify(walk)
    provide_documents(walk)
    begin(walk)
    conduct_without_a_network(walk)
    complete_the_findings(walk)
    close_the_visit(walk)
    write_and_review_the_report(walk)
    check_the_facts(walk)
    issue_the_report(walk)
    answer_in_two_rounds(walk)
    negotiate_the_date(walk)
    implement(walk)
    plan_the_check(walk)
    with days_later(walk.portal, 1) as tomorrow:
        after = walk.everybody_at(tomorrow)
        judge_and_close(after)
        qualify(after)
        certify(after)

"""What comes next on an audit: every status but the last ones says it to both sides, and names a tab."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.html import strip_tags

from audits.conduct.models import ChecklistItem
from audits.findings import actions as findings
from audits.programme.actions import share
from audits.programme.demo import audit
from audits.programme.next_step import PARTNERS, SPONSORS, next_step, with_address
from audits.programme.team_actions import add_member, offer_slot
from audits.programme.vocabulary import AuditStatus as S
from audits.reporting import actions as reporting
from cmo_portal.records.panels import panels
from tests.capa.makers import PROOF, answered, force, open_link, site_of
from tests.findings.makers import checked, fresh, make_audit, make_finding, make_place, written_report
from tests.programme.makers import demo_site, in_days, planned

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


def turn(client: Any, it: Any) -> str:
    """What the page says of whose move it is, in plain text."""
    page = client.get(it.get_absolute_url()).content.decode()
    start = page.index('id="h-next"')
    return " ".join(strip_tags(page[start : page.index("</section>", start)]).replace("\xa0", " ").split())


@pytest.mark.django_db
class TestForWhomItWaits:
    def test_days_on_offer_wait_for_the_other_side(self, sign_in: Any, cast: Any) -> None:
        it = planned(demo_site("linz"), cast)
        offer_slot(it, by=cast.sam, start_date=in_days(40), end_date=in_days(41))
        assert "waits for Alpenglow Pharma Services. 1 offer of days waits for an answer." in turn(sign_in("sam"), it)
        assert "waits for you. 1 offer of days waits for an answer." in turn(sign_in("pat"), it)

    def test_before_the_notification_the_planner_reads_everything_it_lacks_and_the_cmo_nothing(
        self, sign_in: Any, cast: Any
    ) -> None:
        it = planned(demo_site("linz"), cast, purpose="")
        share(it, by=cast.sam)
        add_member(it, by=cast.sam, person=cast.priya, role="sme")
        said = turn(sign_in("sam"), it)
        assert all(words in said for words in ("waits for you.", "no dates yet", "Write the purpose", "not declared"))
        assert "purpose" not in turn(sign_in("pat"), it)
        assert "waits for Northgate Biopharma." in turn(sign_in("pat"), it)

    def test_documents_that_are_missing_wait_for_the_cmo(self, sign_in: Any) -> None:
        it = audit("notified")
        asked = it.requests.exclude(status="withdrawn")
        words = f"{asked.exclude(status='provided').count()} of {asked.count()} documents are not provided yet."
        assert f"waits for you. {words}" in turn(sign_in("pat"), it)
        assert words in turn(sign_in("leo"), it)

    def test_open_questions_wait_for_the_lead_by_name_and_stay_inside(self, sign_in: Any, cast: Any) -> None:
        it = audit("in_progress")
        rows = ChecklistItem.objects.filter(audit=it, is_removed=False)
        words = f"{rows.filter(answer='').count()} of {rows.count()} questions are open."
        assert f"waits for you. {words}" in turn(sign_in("leo"), it)
        assert f"waits for {cast.leo.name}. {words}" in turn(sign_in("sam"), it)
        for name in ("pat", "ines"):
            assert "questions" not in turn(sign_in(name), it), "who reads no drafts reads not what they lack"

    def test_a_report_waits_for_the_review_of_those_who_may_and_did_not_write_it(self, sign_in: Any, cast: Any) -> None:
        it = make_audit(cast, make_place(cast), status="report_draft")
        assert f"waits for {cast.leo.name}. Write the report first." in turn(sign_in("sam"), it)
        report = written_report(it, cast.leo)
        reporting.submit(report, by=cast.leo, credentials=PROOF)
        names = " or ".join(sorted([cast.sam.name, cast.quinn.name]))
        assert f"waits for {names}. The report waits for its review." in turn(sign_in("leo"), it)
        assert "waits for you. The report waits for its review." in turn(sign_in("quinn"), it)
        reporting.review(report, by=cast.sam, credentials=PROOF)
        findings.start_factual_check(it, by=cast.quinn)
        assert f"waits for {cast.quinn.name}. Nothing is missing: the report" in turn(sign_in("leo"), it)

    def test_answers_to_the_facts_wait_for_the_cmo_a_disagreement_for_the_owner(self, sign_in: Any, cast: Any) -> None:
        it = make_audit(cast, make_place(cast))
        found = [make_finding(cast, it, title=title) for title in ("Labels", "Logbooks", "Locks")]
        checked(cast, it)
        assert "waits for you. 3 answers are missing, until" in turn(sign_in("pat"), it)
        assert "Alpenglow" in turn(sign_in("leo"), it) and "F-01, F-02 and F-03." in turn(sign_in("leo"), it)
        findings.comment(fresh(found[1]), by=cast.pat, verdict="dispute", text="Page 41 shows it.")
        assert "waits for you. The CMO sees F-02 differently" in turn(sign_in("sam"), it)

    def test_after_the_report_both_sides_count_the_same(self, sign_in: Any, cast: Any) -> None:
        link = open_link(cast.leo, site_of("Northgate"))
        it = link.finding.audit
        assert "waits for you. 1 answer is missing." in turn(sign_in("pat"), it)
        answered(link, cast.pat)
        assert "waits for you. 1 answer waits for review." in turn(sign_in("leo"), it)
        assert "waits for Northgate Biopharma. 1 answer waits for review." in turn(sign_in("pat"), it)
        force(link, status="closed", ball="")
        assert "waits for you. Nothing is open any more" in turn(sign_in("quinn"), it)

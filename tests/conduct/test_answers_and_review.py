"""No answer slips into an audit whose report went to review while it was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from audits.conduct import checklist_actions as actions
from audits.conduct.models import ChecklistItem, ScribeNote
from audits.programme.models import Audit
from audits.reporting import actions as reporting
from cmo_portal.records.workflow import WrongState
from tests.conduct.makers import add_items
from tests.findings.makers import make_audit, make_place, written_report
from tests.supply.makers import PROOF

pytestmark = pytest.mark.django_db


@pytest.fixture
def stale(cast: Any) -> ChecklistItem:
    """A question as a person has it on the screen; meanwhile the report of its audit went to review."""
    audit = make_audit(cast, make_place(cast), status="report_draft")
    actions.put_questions(audit, [actions.questions.all_questions()[0].code], by=cast.leo)
    item = ChecklistItem.objects.select_related("audit__site__vendor__sponsor").get(audit=audit)
    report = written_report(Audit.objects.select_related("site__vendor__sponsor").get(pk=audit.pk), cast.leo)
    reporting.submit(report, by=cast.leo, credentials=PROOF)
    assert item.audit.status == "report_draft", "what the screen still shows"
    return item


ACTS: dict[str, Callable[[ChecklistItem, Any], Any]] = {
    "answer": lambda item, leo: actions.answer_item(item, by=leo, answer="yes"),
    "note": lambda item, leo: actions.write_note(item.audit, by=leo, text="Seen late.", item=item),
    "finding": lambda item, leo: actions.make_finding(item.audit, by=leo, title="Seen late", item=item),
    "put": lambda item, leo: actions.put_questions(item.audit, [actions.questions.all_questions()[1].code], by=leo),
    "add": lambda item, leo: add_items(item.audit, leo, 1),
    "remove": lambda item, leo: actions.remove_item(item, by=leo, reason="Not needed."),
}


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_written_once_the_report_is_in_review(act: str, stale: ChecklistItem, cast: Any) -> None:
    with pytest.raises(WrongState, match="under review or issued"):
        ACTS[act](stale, cast.leo)
    stored = ChecklistItem.objects.get(audit=stale.audit)
    assert (stored.answer, stored.is_removed) == ("", False)
    assert not ScribeNote.objects.filter(audit=stale.audit).exists() and not stale.audit.findings.exists()

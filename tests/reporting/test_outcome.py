"""What an audit proposes for a scope, rule by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.findings.vocabulary import MOST_MAJORS
from audits.reporting.outcome import Counts, propose

pytestmark = pytest.mark.embedded
COUNTS = st.builds(Counts, st.integers(0, 3), st.integers(0, 12), st.integers(0, 3))
STATUSES = ("pending", "approved", "conditional", "suspended", "disqualified", "expired")


@pytest.mark.parametrize(
    ("critical", "major", "repeated", "current", "status", "move"),
    [
        (0, 0, 0, "pending", "approved", "approve"),
        (0, 5, 0, "pending", "approved", "approve"),
        (0, 6, 0, "pending", "conditional", "approve_conditionally"),
        (0, 1, 1, "approved", "conditional", "approve_conditionally"),
        (1, 0, 0, "pending", "pending", ""),
        (1, 0, 0, "approved", "suspended", "suspend"),
        (2, 9, 1, "conditional", "suspended", "suspend"),
        (1, 0, 0, "expired", "pending", ""),
    ],
)
def test_rules(critical: int, major: int, repeated: int, current: str, status: str, move: str) -> None:
    proposal = propose(Counts(critical, major, repeated), current)
    assert (proposal.status, proposal.move) == (status, move)
    assert proposal.reasons and all(reason.endswith(".") for reason in proposal.reasons)


@given(counts=COUNTS, current=st.sampled_from(STATUSES))
def test_an_open_critical_finding_never_leads_to_an_approval(counts: Counts, current: str) -> None:
    status = propose(counts, current).status
    if counts.open_critical:
        assert status not in ("approved", "conditional")
    elif counts.open_major > MOST_MAJORS or counts.repeated_major:
        assert status == "conditional"
    else:
        assert status == "approved"

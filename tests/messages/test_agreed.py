"""What is agreed in a thread is a deadline of the side that does it, until it is done or dropped."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.workflow import WrongState
from communications.messages import actions, agreed
from tests.messages.makers import in_days, make_thread

pytestmark = pytest.mark.django_db


def item(action: Any) -> DueItem:
    return DueItem.objects.get(kind="message.action", record_number=action.number)


def test_an_agreed_action_is_a_deadline_until_its_side_has_done_it(cast: Any) -> None:
    thread = make_thread(cast)
    said = actions.post(thread, by=cast.pat, body="I send the probe layout.")
    due = in_days(4)
    action = agreed.agree_action(
        thread,
        by=cast.sam,
        text="Send the probe layout",
        side="partner",
        person=cast.pat.name,
        due_date=due,
        message=said,
    )
    owed = item(action)
    assert (owed.is_open, owed.side, owed.holder_ref, owed.due_date) == (True, "partner", cast.pat.ref, due)
    with pytest.raises(WrongState, match="side that does it"):
        agreed.finish_action(action, by=cast.sam)
    agreed.finish_action(action, by=cast.pat)
    assert not item(action).is_open and action.done_by_name == cast.pat.name
    with pytest.raises(WrongState, match="done already"):
        agreed.drop_action(action, by=cast.sam, reason="Too late.")


def test_what_cannot_be_agreed(cast: Any) -> None:
    shared, own = make_thread(cast), make_thread(cast, "Our own", shared=False)
    base: dict[str, Any] = {"by": cast.sam, "text": "x", "side": "sponsor", "due_date": in_days(1)}
    for thread, more in (
        (own, {"side": "partner"}),
        (shared, {"due_date": in_days(-1)}),
        (shared, {"person": "Nobody Here"}),
        (shared, {"person": cast.otto.name}),
    ):
        with pytest.raises(ValidationError):
            agreed.agree_action(thread, **base | more)
    action = agreed.agree_action(own, **base)
    assert "x" not in item(action).title.split(), "a due item does not tell what only note readers may read"
    with pytest.raises(ValidationError):
        agreed.drop_action(action, by=cast.sam, reason=" ")
    agreed.drop_action(action, by=cast.sam, reason="Not needed.")
    assert not item(action).is_open

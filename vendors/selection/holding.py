"""Holds a selection while something is written into it, so that nothing slips in behind a move that closes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from cmo_portal.records.workflow import WrongState
from vendors.selection.models import Selection, Status


@contextmanager
def held(selection: Selection, *statuses: str, to: str = "") -> Iterator[None]:
    """One transaction with the selection's row locked, and its status as it stands now, not as a page once read it.

    statuses, to: as in `only_in`; none: whatever the status. A mark, a weight or a candidate then comes before a move
    or after it, and after it is refused.
    """
    with transaction.atomic():
        rows = Selection.objects.select_for_update(of=("self",), no_key=True)
        selection.status = rows.values_list("status", flat=True).get(pk=selection.pk)
        if statuses:
            only_in(selection, *statuses, to=to)
        yield


def only_in(selection: Selection, *statuses: str, to: str) -> None:
    """Raises WrongState unless the selection stands in one of `statuses`; `to` is what was to be done."""
    if selection.status not in statuses:
        words = " or ".join(str(Status(status).label) for status in statuses)
        now = selection.get_status_display()
        raise WrongState(f"To {to}, the selection must stand at {words}; it stands at {now}.")

"""A search on the list of messages: the threads named like the words, and each place where they were said."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.keyset import BadCursor
from cmo_portal.lib.lists import Listing, link
from cmo_portal.lib.wording import counted
from communications.messages import fulltext
from communications.messages.models import InternalNote, Mention, Message
from communications.messages.querysets import ThreadQuerySet
from communications.messages.vocabulary import Mark

NAMED = 5  # threads whose subject answers, shown above the hits


def said_in(threads: ThreadQuerySet, reader: User, *, notes: bool, said: str = "") -> QuerySet[Any]:
    """What `reader` may search of those threads, which are open to it already: messages, or its company's own notes."""
    if not notes:
        found = Message.objects.visible_to(reader).filter(thread__in=threads.order_by().values("pk"))
        if said == "me":
            found = found.filter(Exists(Mention.objects.filter(message=OuterRef("pk"), person_ref=reader.ref)))
        return found.filter(mark=Mark.DECISION) if said == "decision" else found  # type: ignore[no-any-return]
    rows = InternalNote.objects.visible_to(reader) if reader.may(P.MESSAGE_NOTE) else InternalNote.objects.none()
    return rows.filter(thread__in=threads.order_by().values("pk"))  # type: ignore[no-any-return]


def hits(request: HttpRequest, rows: QuerySet[Any], text: str, reader: User) -> tuple[Listing, bool]:
    """A page of hits, each with its `passage` in pieces and its `url`, and whether older ones were not looked at."""
    after, before = request.GET.get("after", ""), request.GET.get("before", "")
    try:
        page = fulltext.found(rows.select_related("thread"), text, reader, after=after, before=before)
    except BadCursor as error:
        raise Http404(str(error)) from error
    for row in page.rows:
        dressed(row, text)
    words = counted(len(page.rows), "hit")
    shown = Listing(
        rows=page.rows,
        text=f"{words}, more follow" if page.next else words,
        previous_url=link(request, before=page.previous) if page.previous else "",
        next_url=link(request, after=page.next) if page.next else "",
        sort="",
    )
    return shown, page.is_cut


def dressed(row: Any, text: str) -> Any:
    row.passage = fulltext.passage(row.body, text)
    row.is_note = isinstance(row, InternalNote)
    name = "note-detail" if row.is_note else "message-detail"
    row.url = reverse(f"communications:{name}", args=[row.number])
    return row

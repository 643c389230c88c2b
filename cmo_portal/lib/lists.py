"""A list page in one call: sort by a known name, page by key, and the words and links of the pager."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from cmo_portal.lib.keyset import BadCursor, paginate
from cmo_portal.lib.wording import counted


@dataclass(frozen=True)
class Listing:
    """What `components/pager.html` and the table's head need."""

    rows: list[Any]
    text: str
    previous_url: str
    next_url: str
    sort: str


def listing(
    request: HttpRequest,
    rows: QuerySet[Any],
    *,
    sorts: Mapping[str, tuple[str, ...]],
    noun: str,
    plural: str = "",
    size: int = 25,
) -> Listing:
    """One page of `rows`. `sorts` maps `?sort=` to an order whose last name is unique; the first is the default."""
    sort = request.GET.get("sort", "")
    sort = sort if sort in sorts else next(iter(sorts))
    try:
        page = paginate(
            rows,
            sorts[sort],
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
            size=size,
        )
    except BadCursor as error:
        raise Http404(str(error)) from error
    text = counted(len(page.rows), noun, plural)
    return Listing(
        rows=page.rows,
        text=f"{text}, more follow" if page.next else text,
        previous_url=link(request, before=page.previous) if page.previous else "",
        next_url=link(request, after=page.next) if page.next else "",
        sort=sort,
    )


def link(request: HttpRequest, **cursor: str) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    query.pop("before", None)
    query.update(cursor)
    return f"{request.path}?{query.urlencode()}"

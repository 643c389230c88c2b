"""Marks of the registry: what stands of a CMO, how long a paper holds, the mark of a company, a country by its name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cmo_portal.lib import wording
from cmo_portal.lib.templatetags import ui
from vendors.registry.countries import country_name
from vendors.registry.history import plain_number
from vendors.registry.vocabulary import QualificationStatus

register = template.Library()
register.filter("country", country_name)

SOON_DAYS = 90
KINDS = {"approved": "ok", "conditional": "warn", "pending": "info", "retired": ""}
STATES = {
    "standing": ("Stands", "ok"),
    "unsigned": ("Not signed off", "warn"),
    "ended": ("Ended", ""),
    "withdrawn": ("Withdrawn", ""),
}
CELLS = {"approved": "circle-check", "conditional": "diamond", "pending": "circle-dot", "offered": "circle-dashed"}
CELL_TINTS = {"approved": "t-ok", "conditional": "t-warn", "pending": "t-info", "offered": "mute"}


@register.simple_tag
def qualification(status: str | None, more: str = "") -> SafeString:
    """`{% qualification row.status %}`: the pill of a qualification's status; none at all says so."""
    if not status:
        return ui.pill("Not qualified")
    return ui.pill(f"{QualificationStatus(status).label}{more}", KINDS.get(status, "bad"))


@register.simple_tag
def standing(vendor: Any) -> SafeString:
    """The worst status of a CMO's scopes and how many have it: `Conditional, 1 of 3`. Needs `with_standing()`."""
    several = vendor.worst and vendor.scopes > 1
    return qualification(vendor.worst, f", {vendor.worst_scopes} of {vendor.scopes}" if several else "")


@register.simple_tag
def matrix_cell(cell: Any) -> SafeString:
    """A cell of the matrix: a shape, its colour and, for those who do not see it, its words."""
    if not cell.status:
        return format_html('<span class="cs none">–<span class="vh">{}</span></span>', cell.words)
    shape = ui.icon(CELLS.get(cell.status, "octagon-alert"))
    tint = CELL_TINTS.get(cell.status, "t-bad")
    text = '<span class="cs {}" title="{}">{}<span class="vh">{}</span></span>'
    return format_html(text, tint, cell.words, shape, cell.words)


@register.simple_tag
def offer_state(state: str) -> SafeString:
    """The pill of a capacity offer."""
    return ui.pill(*STATES[state])


@register.simple_tag(takes_context=True)
def holds_until(context: Context, when: date | None) -> SafeString | str:
    """`to 14 Jul 2029`, amber within 90 days, red once it has ended."""
    if when is None:
        return "No end"
    days = (when - timezone.localdate()).days
    text, state = f"to {wording.full_day(when)}", "soon" if days <= SOON_DAYS else ""
    if days < 0:
        text, state = f"Ended {wording.full_day(when)}", "late"
    return ui.due(context, when, state=state, text=text)


@register.simple_tag
def org(name: str, classes: str = "") -> SafeString:
    """A company's mark: two letters in its own colour."""
    tint = f"a{2 + sum(name.encode()) % 4}"
    mark = wording.letters(name)
    return format_html('<span class="avatar org {} {}" aria-hidden="true">{}</span>', tint, classes, mark)


@register.simple_tag
def initials(name: str, tint: str = "a2") -> SafeString:
    """The round mark of a person who has no account here."""
    words = name.split()
    letters = "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))
    return format_html('<span class="avatar {}" aria-hidden="true">{}</span>', tint, letters.upper()[:2])


@register.simple_tag(takes_context=True)
def sort_link(context: Context, label: str, name: str) -> SafeString:
    """A heading that sorts its list by `name`, and the other way round the second time."""
    sort = context["listing"].sort
    turned = f"-{name}" if sort == name else name
    arrow = {name: "arrow-up", f"-{name}": "arrow-down"}.get(sort, "")
    address = ui.url_with(context, sort=turned, after=None, before=None)
    return format_html('<a class="sort" href="{}">{}{}</a>', address, label, ui.icon(arrow, "i-sm") if arrow else "")


@register.simple_tag(takes_context=True)
def sorted_by(context: Context, name: str) -> str:
    """The value of `aria-sort` of a heading."""
    return {name: "ascending", f"-{name}": "descending"}.get(context["listing"].sort, "none")


@register.filter
def plain(value: Decimal | None) -> str:
    """`12.5` for 12.500."""
    return "" if value is None else plain_number(value)


@register.filter
def quantity(value: Decimal | None) -> str:
    """`24,000` or `12.5`: grouped, without empty decimals."""
    if value is None:
        return ""
    digits = plain_number(value).partition(".")[2]
    return wording.number(value, len(digits))

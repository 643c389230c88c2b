"""Marks of audits: how far one is, as a pill."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audits.programme.frame import PILLS
from cmo_portal.lib.addresses import address_of
from cmo_portal.lib.templatetags import ui

register = template.Library()


@register.simple_tag
def audit_status(audit: Any) -> SafeString:
    """`{% audit_status audit %}`: the pill of an audit's status."""
    return ui.pill(str(audit.get_status_display()), PILLS.get(audit.status, "info"))


@register.simple_tag
def calendar_chip(audit: Any, may_move: bool, is_first: bool = True, with_days: bool = False) -> SafeString:
    """An audit in the calendar, with its button "Move" on the first day it stands on.

    Made in one piece: a month of a large programme shows several hundred of them.
    """
    site, more = audit.site.name, ""
    if with_days and audit.start_date:
        more = f", {ui.dates(audit.start_date, audit.end_date)}"
    if audit.lead_name:
        more += f" · {audit.lead_name}"
    is_moving = may_move and is_first and audit.may_be_moved
    drag = format_html(' draggable="true" data-audit="{}"', audit.number) if is_moving else ""
    return format_html(
        '<div class="cal-chip"{}><a href="{}">{}</a><small>{}{}</small>{}</div>',
        *(drag, audit.get_absolute_url(), site, audit.get_type_display(), more),
        mover(audit, site) if is_moving else "",
    )


def mover(audit: Any, site: str) -> SafeString:
    address = address_of("audits:audit-schedule", audit.number)
    return format_html('<a class="btn ghost sm" href="{}" aria-label="Move the audit of {}">Move</a>', address, site)

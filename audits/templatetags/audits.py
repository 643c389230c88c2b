"""Marks of audits: how far one is, as a pill."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from audits.programme.frame import PILLS
from cmo_portal.lib.templatetags import ui

register = template.Library()


@register.simple_tag
def audit_status(audit: Any) -> SafeString:
    """`{% audit_status audit %}`: the pill of an audit's status."""
    return ui.pill(str(audit.get_status_display()), PILLS.get(audit.status, "info"))

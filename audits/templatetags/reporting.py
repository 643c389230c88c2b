"""Words of reports in templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from vendors.registry.vocabulary import QualificationStatus

register = template.Library()


@register.filter
def of(rows: Mapping[str, Any], key: str) -> Any:
    """`documents|of:report.number`: the row under that key, or None."""
    return rows.get(key)


@register.filter
def status_words(status: str) -> str:
    """A qualification's status as people say it."""
    return str(QualificationStatus(status).label)

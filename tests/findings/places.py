"""Rows of the demo that addresses need: found by what they are, never by a number."""

from __future__ import annotations

from audits.findings.models import FactualCheck, FactualComment, Finding
from audits.programme.demo import audit
from vendors.registry.models import Site


def in_progress() -> list[str]:
    return [audit("in_progress").number]


def checked() -> list[str]:
    """Northgate's audit at Vilnius, in its factual check: of Baltic, which Bea answers for."""
    return [audit("factual_check").number]


def followed() -> list[str]:
    """Northgate's audit at Linz, issued: of Alpenglow, which Pat answers for."""
    return [audit("follow_up").number]


def draft() -> list[str]:
    return [Finding.objects.get(audit=audit("in_progress")).number]


def disputed() -> list[str]:
    return [Finding.objects.get(audit=audit("factual_check"), label="F-01").number]


def waiting() -> list[str]:
    return [Finding.objects.get(audit=audit("factual_check"), label="F-02").number]


def issued() -> list[str]:
    return [Finding.objects.get(audit=audit("follow_up"), label="F-01").number]


def otters() -> list[str]:
    return [Finding.objects.get(audit=audit("otter_follow_up")).number]


def answer() -> list[str]:
    return [FactualComment.objects.get(finding__number=disputed()[0]).number]


def running() -> list[str]:
    return [FactualCheck.objects.get(audit=audit("factual_check"), round=1).number]


def cmo() -> list[str]:
    return [audit("follow_up").site.vendor.number]


def site() -> list[str]:
    found: Site = audit("follow_up").site
    return [found.number]


def draft_and_earlier() -> list[str]:
    """A draft, and an issued finding of another site: nothing that could be its repeat."""
    return [*draft(), *issued()]

"""Rows of the demo that addresses need: found by what they are, never by a number."""

from __future__ import annotations

from typing import Any

from audits.conduct import template_actions
from audits.conduct.models import ChecklistItem, ChecklistTemplate, ScribeNote, TemplateQuestion
from audits.programme import demo
from cmo_portal.accounts.models import User


def audit() -> list[str]:
    return [demo.audit("in_progress").number]


def template(status: str = "published") -> ChecklistTemplate:
    return ChecklistTemplate.objects.filter(status=status).select_related("sponsor", "replaces").earliest("pk")


def published() -> list[str]:
    return [template().number]


def testing() -> list[str]:
    """The published checklist that has no next edition yet."""
    return [ChecklistTemplate.objects.get(name="Testing laboratory").number]


def draft() -> list[str]:
    return [template("draft").number]


def question() -> list[str]:
    return [TemplateQuestion.objects.filter(template=template("draft")).earliest("pk").number]


def removed() -> list[str]:
    row = TemplateQuestion.objects.select_related("template__sponsor").get(number=question()[0])
    template_actions.remove_question(row, by=User.objects.get(email__startswith="leo@"))
    return [row.number]


def item() -> list[str]:
    return [ChecklistItem.objects.filter(audit=demo.audit("in_progress")).earliest("pk").number]


def open_item() -> list[str]:
    return [ChecklistItem.objects.filter(audit=demo.audit("in_progress"), answer="", note="").earliest("pk").number]


def note() -> list[str]:
    return [ScribeNote.objects.filter(audit=demo.audit("in_progress")).earliest("pk").number]


def to_publish() -> list[Any]:
    return [*draft(), "publish"]

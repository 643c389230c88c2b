"""Template tags and filters of the interface: icons, pills, deadlines, people, dates, numbers, links, charts."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.http import QueryDict
from django.template import Context, loader
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cmo_portal.lib import agenda, charts, wording
from cmo_portal.lib.browsers import browser_name
from cmo_portal.lib.pages import UNDO

register = template.Library()

PILL_ICONS = {
    "ok": "circle-check",
    "warn": "diamond",
    "bad": "octagon-alert",
    "info": "circle-dot",
    "": "circle-dashed",
}
NOTE_ICONS = {"": "info", "warn": "diamond", "bad": "octagon-alert", "mute": "info", "ok": "circle-check"}
DUE_ICONS = {"late": "clock", "soon": "clock", "met": "check", "": "calendar"}


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """`{% icon "house" "i-lg" %}`: a picture of the sprite beside words, hidden from assistive technology."""
    return drawn(name, classes, sprite(settings.STATIC_URL))


@lru_cache(maxsize=8)
def sprite(static_url: str) -> str:
    """Where the pictures stand: the same for a whole process, and asked a hundred times a page."""
    return static("icons.svg")


@lru_cache(maxsize=1000)
def drawn(name: str, classes: str, sprite: str) -> SafeString:
    """The same few icons stand some eighty times on a list page."""
    return format_html('<svg class="i {}" aria-hidden="true"><use href="{}#{}"/></svg>', classes, sprite, name)


@register.simple_tag
def drawn_once(template_name: str, **values: Any) -> SafeString:
    """`{% drawn_once "components/nav.html" nav=nav %}`: a part that is made of these values alone.

    The same values give the same words, so they are drawn once a process. It sees nothing else of the page, and takes
    texts, numbers and lists of them only: nothing of a company can be in it that is not among the values.
    """
    plain = json.dumps(values)
    return (drawn_part.__wrapped__ if settings.DEBUG else drawn_part)(template_name, plain, settings.STATIC_URL)


@lru_cache(maxsize=500)
def drawn_part(template_name: str, values: str, static_url: str) -> SafeString:
    return SafeString(loader.get_template(template_name).render(json.loads(values)))


@register.simple_tag
def pill(text: str, kind: str = "", icon_name: str = "") -> SafeString:
    """`{% pill "Qualified" "ok" %}`: shape, word and colour. Kinds: ok, warn, bad, info, or none for neutral."""
    return format_html('<span class="pill {}">{}{}</span>', kind, icon(icon_name or PILL_ICONS[kind]), text)


@register.simple_tag(takes_context=True)
def due(
    context: Context,
    when: date | None,
    state: str = "",
    text: str = "",
    today: date | None = None,
    met: date | None = None,
) -> SafeString | str:
    """`{% due capa.due_date %}`: the deadline chip, in words computed from the date and today.

    `met` is the day it was met. Giving `text` (and `state`: late, soon, met) replaces what would be computed.
    """
    if when is None and not text:
        return ""
    when = local_date(when) if when else None
    if not text and when:
        today = today or context.get("today") or timezone.localdate()
        state, text = wording.deadline(when, today, local_date(met) if met else None)
    stamp = met if state == "met" and met else when
    return format_html(
        '<span class="due {}">{}<time datetime="{}">{}</time></span>',
        state,
        icon(DUE_ICONS[state], "t-ok" if state == "met" else ""),
        stamp.isoformat() if stamp else "",
        text,
    )


@register.simple_tag
def avatar(person: Any, classes: str = "") -> SafeString:
    """`{% avatar user "lg" %}`: initials in their company's colour; a plain string is taken as initials."""
    if isinstance(person, str):
        return format_html('<span class="avatar {}" aria-hidden="true">{}</span>', classes, person)
    return format_html(
        '<span class="avatar {} {}" title="{}" aria-hidden="true">{}</span>',
        tint(person),
        classes,
        person.name,
        person.initials,
    )


def tint(person: Any) -> str:
    """Sponsor people share one colour; each CMO company keeps one of the other four."""
    if person.company_kind == "sponsor":
        return "a1"
    return f"a{2 + sum(person.company_name.encode()) % 4}"


def local_date(when: date) -> date:
    if isinstance(when, datetime):
        return timezone.localtime(when).date() if timezone.is_aware(when) else when.date()
    return when


@register.filter
def day(when: date | None) -> str:
    """`Wed 25 Nov` this year, `18 Mar 2027` otherwise."""
    return wording.day(local_date(when), timezone.localdate()) if when else ""


@register.filter
def short_day(when: date | None) -> str:
    """`25 Nov` this year, `18 Mar 2027` otherwise."""
    return wording.short_day(local_date(when), timezone.localdate()) if when else ""


@register.filter
def full_day(when: date | None) -> str:
    """`25 Nov 2026` always."""
    return wording.full_day(local_date(when)) if when else ""


@register.filter
def moment(when: datetime | None) -> str:
    """`08:52` today, else `9 Nov, 10:05`, in the reader's zone."""
    return wording.moment(timezone.localtime(when), timezone.localtime()) if when else ""


@register.filter
def clock(when: datetime | None) -> str:
    """`09:38` in the reader's zone."""
    return f"{timezone.localtime(when):%H:%M}" if when else ""


@register.filter
def utc_stamp(when: datetime | None) -> str:
    """`20 Nov 2026, 14:06 UTC`."""
    return wording.utc_stamp(when) if when else ""


@register.filter
def browser(agent: str) -> str:
    """`Chrome on Linux` of a User-Agent header."""
    return browser_name(agent)


@register.filter
def letters(name: str) -> str:
    """The two letters of a company's mark."""
    return wording.letters(name)


@register.filter
def iso(when: date | None) -> str:
    """The value of a `datetime` attribute."""
    return when.isoformat() if when else ""


@register.simple_tag
def dates(start: date | None, end: date | None = None) -> str:
    """`{% dates audit.start audit.end %}`: `6–8 Oct 2026`."""
    return wording.span(local_date(start), local_date(end or start)) if start else ""


@register.filter
def number(value: float | Decimal | None, decimals: int = 0) -> str:
    """`24,000`, `−45`; nothing for None."""
    return "" if value is None else wording.number(value, int(decimals))


@register.filter
def signed(value: float | Decimal | None, decimals: int = 1) -> str:
    """`+4.5`, `−1.9`."""
    return "" if value is None else wording.signed(value, int(decimals))


@register.filter
def percent(value: float | Decimal | None, decimals: int = 0) -> str:
    """`78 %` from 78."""
    return "" if value is None else wording.percent(value, int(decimals))


@register.filter
def counted(count: int, words: str) -> str:
    """`{{ n|counted:"finding" }}` or `{{ n|counted:"try,tries" }}`."""
    one, _, many = words.partition(",")
    return wording.counted(count, one, many)


SENTENCES = (
    (r"Enter a valid URL\.", "Write “{label}” as an address, like https://example.com"),
    (r"Enter a valid email address\.", "Write “{label}” as an e-mail address, like name@example.com"),
    (r"Enter a whole number\.", "Write “{label}” as a whole number, like 12"),
    (r"Enter a number\.", "Write “{label}” as a number, like 12.5"),
    (r"Enter a valid date\.", "Write “{label}” as a date, like 2026-12-18"),
    (r"Ensure this value is greater than or equal to (.+)\.", "“{label}” must be {0} or more"),
    (r"Ensure this value is less than or equal to (.+)\.", "“{label}” must be {0} or less"),
    (r"Ensure this value has at most (\d+) characters? \(it has (\d+)\)\.", "“{label}” has {1} characters: {0} fit"),
    (r"Select a valid choice\. .+", "Choose one of the answers that “{label}” offers"),
)


@register.filter
def in_words(error: str, field: BoundField) -> str:
    """A field's error as a sentence that says what to do and of which field; Django's own sentences name no field."""
    label = f"{field.label}".rstrip("?:. ")
    if str(error) != str(forms.Field.default_error_messages["required"]):
        return said_of(label, str(error))
    if field.widget_type == "checkbox":
        return f"Tick “{label}”"
    choosing = field.use_fieldset or "select" in field.widget_type or isinstance(field.field, forms.ChoiceField)
    return f"{'Choose' if choosing else 'Enter'} “{label}”"


def said_of(label: str, error: str) -> str:
    """A sentence of Django's validators with the field's name in it; any other as it is."""
    for pattern, words in SENTENCES:
        if found := re.fullmatch(pattern, error):
            return words.format(*found.groups(), label=label)
    return error


@register.filter
def undo_url(message: Message) -> str:
    """Where a toast's Undo posts, or ""."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.filter
def note_icon(kind: str) -> str:
    return NOTE_ICONS.get(kind, "info")


@register.simple_tag(takes_context=True)
def url_with(context: Context, **changes: Any) -> str:
    """`{% url_with status="late" page=None %}`: this address with parameters changed; None or "" removes one."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"{context['request'].path}{'?' + query.urlencode() if query else ''}"


for chart in (
    charts.sparkline,
    charts.strip,
    charts.hbar,
    charts.stacked,
    charts.columns,
    charts.weight_band,
    charts.timeline,
    charts.plan_chart,
    agenda.agenda,
):
    register.simple_tag(chart)
register.filter(charts.heat_class)

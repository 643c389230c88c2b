"""What the frame around every page shows: the navigation as one table, the person, the demo's accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils import timezone

SPONSOR, PARTNER, BOTH = "sponsor", "partner", "both"


@dataclass(frozen=True)
class Row:
    """One link: shown when its URL name resolves and the person holds the permission ("" asks for none)."""

    label: str
    url_name: str
    icon: str
    permission: str = ""
    audience: str = BOTH
    group: str = ""
    key: str = ""
    also: tuple[str, ...] = ()  # beginnings of further addresses under which the link is the current one
    count: Callable[[Any], int] | None = None
    is_demo: bool = False  # shown in the demo only
    unread: str = ""  # URL name of the page that tells scripts how many are unread, asked again every minute


CAPAS = ("/capas/", "/capa-actions/", "/own-capas/", "/extensions/")
DRAFTS = ("/update-drafts/",)
TALK = ("/agreed-actions/", "/conversations/", "/mail/")
NOTICES, UNREAD = "communications:notice-unread", "communications:thread-unread"
OF_MEETING = ("/agenda-lines/", "/meeting-actions/")

# `key` is the letter after `g`; `group` is the heading in the rail. A row whose page is not built yet stays out.
NAVIGATION = (
    Row("Today", "home", "house", audience=SPONSOR, key="h"),
    Row("Deadlines", "communications:deadline-list", "clock", "due.view", SPONSOR, key="l"),
    Row("Selections", "vendors:selection-list", "scale", "selection.view", SPONSOR, key="s"),
    Row("CMOs", "vendors:cmo-list", "factory", "cmo.view", SPONSOR, key="c"),
    Row("Approved suppliers", "vendors:approved-list", "badge-check", "cmo.view", SPONSOR, key="q"),
    Row("Products", "vendors:product-list", "package", "product.view", SPONSOR, key="d"),
    Row("Agreements", "vendors:agreement-list", "file-text", "agreement.view", SPONSOR, key="e"),
    Row("Inspections", "vendors:event-list", "shield-check", "regulatory.view", SPONSOR, key="i"),
    Row("Audits", "audits:audit-list", "clipboard-check", "audit.view", SPONSOR, key="a"),
    Row("Findings and CAPA", "audits:finding-list", "triangle-alert", "finding.view", SPONSOR, key="f", also=CAPAS),
    Row("Audit trends", "audits:trend-list", "chart-line", "trend.view", SPONSOR, key="t"),
    Row("Checklists", "audits:template-list", "list-checks", "audit.drafts", SPONSOR),
    Row(
        "Messages",
        "communications:thread-list",
        "message-square",
        "message.view",
        SPONSOR,
        key="m",
        also=TALK,
        unread=UNREAD,
    ),
    Row("Updates", "communications:update-list", "megaphone", "update.view", SPONSOR, key="u", also=DRAFTS),
    Row("Meetings", "communications:meeting-list", "users", "meeting.view", SPONSOR, key="g", also=OF_MEETING),
    Row("Reports", "vendors:report-list", "chart-line", "report.view", SPONSOR, key="r"),
    Row("Notices", "communications:notice-list", "bell", audience=SPONSOR, key="n", unread=NOTICES),
    Row("Mailbox", "communications:mailbox-list", "inbox", audience=SPONSOR, is_demo=True),
    Row("Settings", "accounts:people-list", "settings-2", "people.view", SPONSOR, key="p"),
    Row("Home", "home", "house", audience=PARTNER, key="h"),
    Row("Deadlines", "communications:deadline-list", "clock", "due.view", PARTNER, key="l"),
    Row("Requests", "communications:request-list", "inbox", "request.view", PARTNER, key="r"),
    Row(
        "Messages",
        "communications:thread-list",
        "message-square",
        "message.view",
        PARTNER,
        key="m",
        also=TALK,
        unread=UNREAD,
    ),
    Row("Updates", "communications:update-list", "megaphone", "update.view", PARTNER, key="u", also=DRAFTS),
    Row("Meetings", "communications:meeting-list", "users", "meeting.view", PARTNER, key="g", also=OF_MEETING),
    Row("Notices", "communications:notice-list", "bell", audience=PARTNER, key="n", unread=NOTICES),
    Row("Mailbox", "communications:mailbox-list", "inbox", audience=PARTNER, is_demo=True),
    Row("Findings and CAPA", "audits:finding-list", "triangle-alert", "finding.view", PARTNER, "Quality", "f", CAPAS),
    Row("Audits", "audits:audit-list", "clipboard-check", "audit.view", PARTNER, "Quality", "a"),
    Row("Documents", "communications:document-list", "file-text", "document.view", PARTNER, "Quality", "d"),
    Row("Company profile", "communications:profile-own", "file-check", "profile.write", PARTNER, "Your company", "o"),
    Row("Sites and capabilities", "vendors:site-list", "factory", "site.view", PARTNER, "Your company", "s"),
    Row("Inspections", "vendors:event-list", "shield-check", "regulatory.view", PARTNER, "Your company", "i"),
    Row("People and access", "accounts:people-list", "users", "people.view", PARTNER, "Your company", "p"),
)

# What the palette offers under "Do"; `key` is the letter after `c`.
COMMANDS = (
    Row("Invite somebody", "accounts:people-invite", "users", "people.manage", key="v"),
    Row("New selection", "vendors:selection-create", "scale", "selection.edit", SPONSOR, key="s"),
    Row("Add a CMO", "vendors:cmo-create", "factory", "cmo.edit", SPONSOR, key="c"),
    Row("Import CMOs and sites", "vendors:cmo-import-list", "upload", "cmo.import", SPONSOR, key="i"),
    Row("Duplicate CMOs", "vendors:duplicate-list", "git-compare", "cmo.merge", SPONSOR, key="d"),
    Row("Invite a CMO to the portal", "vendors:joining-list", "send", "cmo.invite", SPONSOR, key="v"),
    Row("Add a product", "vendors:product-create", "package", "product.edit", SPONSOR, key="p"),
    Row("Record a finding", "audits:finding-create", "plus", "finding.edit", SPONSOR, key="f"),
    Row("Plan an audit", "audits:audit-create", "clipboard-check", "audit.plan", SPONSOR, key="a"),
    Row("New checklist", "audits:template-create", "list-checks", "checklist.edit", SPONSOR),
    Row("Answers by link", "communications:guest-list", "link", "guest.view"),
    Row("Start a message", "communications:thread-create", "pen-line", "message.post", BOTH, key="m"),
    Row("Post an update", "communications:update-create", "megaphone", "update.post", key="u"),
    Row("Plan a meeting", "communications:meeting-create", "users", "meeting.edit", key="g"),
)

# What the head of the first page offers: the one done most stands last.
FIRST = {SPONSOR: ("audits:audit-create", "vendors:selection-create"),
         PARTNER: ("communications:thread-create", "communications:update-create")}  # fmt: skip
STARTS = tuple(
    replace(row, audience=kind)
    for kind, names in FIRST.items()
    for name in names
    for row in COMMANDS
    if row.url_name == name
)

DEMO_ACCOUNTS = (
    ("sam@northgate.example", "CMO manager at Northgate: runs selections and the audit programme"),
    ("quinn@northgate.example", "Head of quality at Northgate: approves and signs"),
    ("leo@northgate.example", "Lead auditor at Northgate: plans audits, writes findings"),
    ("eva@northgate.example", "Evaluator at Northgate: scores for CMC"),
    ("tom@northgate.example", "Evaluator at Northgate: scores for supply chain"),
    ("priya@northgate.example", "Evaluator at Northgate: scores for procurement"),
    ("ines@northgate.example", "Inspector: reads issued records, changes nothing"),
    ("ada@northgate.example", "Administrator at Northgate: people and settings"),
    ("pat@alpenglow.example", "Quality at the CMO Alpenglow: answers findings and requests"),
    ("uwe@alpenglow.example", "Company administrator at the CMO Alpenglow"),
    ("bea@balticfill.example", "Quality at the CMO Baltic Fill-Finish"),
    ("otto@ottertx.example", "Head of quality at the sponsor Otter Therapeutics"),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the person, their navigation and commands, the frame's addresses, today, the demo."""
    user = getattr(request, "user", None)
    me = user if user is not None and user.is_authenticated else None
    return {
        "me": me,
        "nav": groups(me, request.path) if me else [],
        "commands": items(COMMANDS, me, request.path) if me else [],
        "keys_off": bool(me and not me.single_keys),
        "theme_url": address("accounts:theme-edit"),
        "search_url": address("search"),
        "notices_url": address("communications:notice-list") if me else "",
        "unread_url": address(NOTICES) if me else "",
        "notice_settings_url": address("communications:notice-settings"),
        "profile_url": address("accounts:profile-edit") or address("account_change_password"),
        "today": timezone.localdate(),
        "may_edit_company": bool(me and me.may("company.edit")),
        "may_read_trail": bool(me and me.may("trail.view")),
        "may_read_deadlines": bool(me and me.may("due.view")),
        "may_see_operations": bool(me and me.may("operation.view")),
        "may_read_policies": bool(me and me.may("policy.view")),
        "may_read_messages": bool(me and me.may("message.view")),
        "may_use_tokens": bool(me and me.may("token.use")),
        "demo": settings.DEMO,
        "demo_accounts": DEMO_ACCOUNTS if settings.DEMO and me is None else (),
    }


def groups(me: Any, path: str) -> list[dict[str, Any]]:
    """The rail of this person: `[{"label", "items"}]` in the table's order, exactly one item current at most."""
    found = items(NAVIGATION, me, path)
    mark_current(found, path)
    labels = list(dict.fromkeys(item["group"] for item in found))
    return [{"label": label, "items": [item for item in found if item["group"] == label]} for label in labels]


def items(rows: tuple[Row, ...], me: Any, path: str) -> list[dict[str, Any]]:
    """The rows this person may use and whose pages exist, as dicts for the templates."""
    shown = []
    for row in rows:
        url = address(row.url_name)
        if row.is_demo and not settings.DEMO:
            continue
        if not url or row.audience not in (BOTH, me.company_kind) or (row.permission and not me.may(row.permission)):
            continue
        item: dict[str, Any] = {
            "label": row.label,
            "url": url,
            "icon": row.icon,
            "key": row.key,
            "group": row.group,
            "current": "",
        }
        item |= {"also": row.also, "unread": address(row.unread) if row.unread else ""}
        shown.append(item | {"count": row.count(me) if row.count else None})
    return shown


def mark_current(found: list[dict[str, Any]], path: str) -> None:
    """The longest address that begins the path is the current one; the home page only for itself."""
    fitting = [item for item in found if path == item["url"] or (item["url"] != "/" and path.startswith(item["url"]))]
    fitting = fitting or [item for item in found if path.startswith(item["also"] or "-")]
    if fitting:
        nearest = max(fitting, key=lambda item: len(item["url"]))
        nearest["current"] = "page" if nearest["url"] == path else "true"  # the words of aria-current


def address(url_name: str) -> str:
    """The path of a URL name, or "" where no such page exists."""
    return found_address(url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=1000)
def found_address(url_name: str, urlconf: str, prefix: str) -> str:
    """Addresses do not change while a process lives, and every page asks for some forty of them."""
    try:
        return reverse(url_name, urlconf)
    except NoReverseMatch:
        return ""

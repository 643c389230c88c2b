"""What the message log adds elsewhere: subjects of threads, deadlines, tabs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from audits.capa.models import CapaLink
from audits.conduct.models import DocumentRequest
from audits.findings.models import Finding
from audits.programme.models import Audit
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.addresses import address_of
from cmo_portal.records import deadlines
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.deadlines import DeadlineKind
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from communications.messages import fulltext, subjects
from communications.messages.lines import latest
from communications.messages.models import AgreedAction, Message, Thread
from communications.messages.subjects import Subject
from communications.messages.tab_views import TAB
from communications.messages.vocabulary import AWAITING
from vendors.registry.files import Rule, register
from vendors.registry.models import Site, Vendor
from vendors.registry.supply import Agreement, Batch
from vendors.selection.models import Selection

HITS = 7
OPEN_TO_ALL = ("", subjects.VENDOR, subjects.SITE)  # no draft among them, so that everybody may read the subject


def titled(record: Any) -> str:
    return str(record)


def own_matter(record: Any) -> None:
    return None


subjects.add(Subject(Vendor, "a CMO", P.SITE_VIEW, titled, lambda vendor: vendor, ("sponsor",)))
subjects.add(Subject(Site, "a site", P.SITE_VIEW, titled, lambda site: site.vendor, ("vendor__sponsor",)))
subjects.add(
    Subject(Audit, "an audit", P.AUDIT_VIEW, titled, lambda audit: audit.site.vendor, ("site__vendor__sponsor",))
)
subjects.add(
    Subject(
        Finding, "a finding", P.FINDING_VIEW, lambda finding: finding.title,
        lambda finding: finding.audit.site.vendor, ("audit__site__vendor__sponsor",),
    )
)  # fmt: skip
subjects.add(
    Subject(
        CapaLink, "a CAPA", P.CAPA_VIEW, lambda link: link.finding.title,
        lambda link: link.finding.audit.site.vendor, ("finding__audit__site__vendor__sponsor",),
    )
)  # fmt: skip
subjects.add(
    Subject(
        DocumentRequest, "a document request", P.AUDIT_VIEW, titled,
        lambda asked: asked.audit.site.vendor, ("audit__site__vendor__sponsor",),
    )
)  # fmt: skip
subjects.add(
    Subject(Agreement, "an agreement", P.AGREEMENT_VIEW, titled, lambda paper: paper.vendor, ("vendor__sponsor",))
)
subjects.add(
    Subject(
        Batch, "a batch", P.PRODUCT_VIEW, titled, lambda batch: batch.supply.site.vendor,
        ("supply__site__vendor__sponsor",),
    )
)  # fmt: skip
subjects.add(Subject(Selection, "a selection", P.SELECTION_VIEW, lambda selection: selection.title, own_matter))


def answer_title(thread: Thread) -> str:
    """The subject, where everybody whom the wall lets in may read what the thread is about."""
    return f"Answer: {thread.subject}" if thread.about_type in OPEN_TO_ALL and thread.is_shared else mailed(thread)


def mailed(thread: Thread) -> str:
    return f"Answer in {thread.number}"


def action_title(action: AgreedAction) -> str:
    thread = action.thread
    return action.text if thread.about_type in OPEN_TO_ALL and thread.is_shared else mailed_action(action)


def mailed_action(action: AgreedAction) -> str:
    return f"{action.number}, agreed in {action.thread.number}"


def find_threads(actor: Any, words: str) -> list[tuple[str, str, str]]:
    """Threads whose subject or number answers to the words, the latest first, then what was said in those words."""
    rows = Thread.objects.open_to(actor).named_like(words, actor).order_by("-last_at", "number")
    found = [(row.subject, row.get_status_display(), row.get_absolute_url()) for row in rows[:HITS]]
    if len(found) < HITS:
        said = Message.objects.open_to(actor).select_related("thread")
        for row in fulltext.found(said, words, actor, size=HITS - len(found)).rows:
            passage = "".join(piece.text for piece in fulltext.passage(row.body, words, 90))
            address = address_of("communications:message-detail", row.number)
            found.append((f"{row.author_name}: {passage}", row.thread.subject, address))
    return found


deadlines.add(
    "thread.answer",
    DeadlineKind(
        Thread,
        "answer_due_date",
        lambda thread: bool(thread.awaits),
        Q(status__in=AWAITING),
        answer_title,
        side=lambda thread: thread.awaits or "sponsor",
        offsets=(1, 0, -1, -3, -7),
        acts=P.MESSAGE_POST,
        mail_title=mailed,
        label="An answer in a thread",
    ),
)
deadlines.add(
    "message.action",
    DeadlineKind(
        AgreedAction,
        "due_date",
        lambda action: action.is_open,
        Q(done_date__isnull=True, is_dropped=False),
        action_title,
        holder=lambda action: action.holder_ref,
        side=lambda action: action.side,
        acts=P.MESSAGE_POST,
        mail_title=mailed_action,
        label="An action agreed in a thread",
    ),
)
register(
    "communications.message", Rule(P.MESSAGE_VIEW, P.MESSAGE_POST, P.MESSAGE_POST, "communications:message-detail")
)
register(
    "communications.internalnote", Rule(P.MESSAGE_NOTE, P.MESSAGE_NOTE, P.MESSAGE_NOTE, "communications:note-detail")
)
for kind, order in ((PARTNER, 22), (SPONSOR, 41)):
    CARD = "communications/_home_messages.html"
    home_cards.add(kind, HomeCard("Messages", "", P.MESSAGE_VIEW, latest, order, aside=CARD, by_sponsor=True))
panels.add("vendor", Panel(TAB, "communications:cmo-threads", P.MESSAGE_VIEW, order=75))
panels.add("site", Panel(TAB, "communications:site-threads", P.MESSAGE_VIEW, order=75))
panels.add("audit", Panel(TAB, "communications:audit-threads", P.MESSAGE_VIEW, order=75))
search_sources.add("", SearchSource("Messages", P.MESSAGE_VIEW, find_threads, order=80))

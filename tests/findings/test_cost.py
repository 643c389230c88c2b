"""Pages and acts cost the same number of queries for three findings and for three hundred."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.findings import actions, hooks
from audits.findings.models import FactualCheck, FactualComment, Finding, InternalNote
from audits.programme.models import Audit
from cmo_portal.lib.wording import counted
from cmo_portal.records.trail import write_many
from tests.days import day_of
from tests.findings.makers import WHOLE, fresh, make_audit, make_finding, make_place, written

pytestmark = pytest.mark.django_db


def fill(count: int, cast: Any) -> tuple[Audit, Finding, Finding]:
    """`count` findings with the CMO in one audit, each disputed, and as many issued a year ago at the same site."""
    site = make_place(cast, "Costwerk")
    today = timezone.localdate()
    before, audit = make_audit(cast, site, days=400), make_audit(cast, site)
    draft = make_finding(cast, audit)
    old = [
        Finding(audit=before, label=f"O-{n:03}", status="issued", is_shared=True, issued_date=today, **WHOLE)
        for n in range(count)
    ]
    new = [
        Finding(audit=audit, label=f"C-{n:03}", status="disputed", is_shared=True, factual_round=1, **WHOLE)
        for n in range(count)
    ]
    for rows in (old, new):
        write_many(rows, by=cast.leo, action="test")
    check = FactualCheck(audit=audit, sent_date=today, due_date=today)
    write_many([check], by=cast.leo, action="test")
    said = {"verdict": "dispute", "text": "Not so.", "author": cast.pat, "author_name": "Pat", "said_date": today}
    write_many([FactualComment(finding=row, **said) for row in new], by=cast.leo, action="test")
    notes = [InternalNote(audit=audit, finding=draft, author=cast.leo, text=str(n)) for n in range(count)]
    write_many(notes, by=cast.leo, action="test")
    return audit, draft, new[0]


@pytest.mark.parametrize("count", [3, 300])
def test_pages_cost_the_same_at_3_and_at_300(
    count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle
    audit, draft, disputed = fill(count, cast)
    vendor, site = audit.site.vendor, audit.site

    def url(name: str, *args: str) -> str:
        return reverse(f"audits:{name}", args=args)

    pages = {
        "finding-list": url("finding-list"),
        "finding-list by class": url("finding-list") + "?sort=class&status=disputed&q=logbook",
        "finding-detail of a draft": url("finding-detail", draft.number),
        "finding-detail of a disputed one": url("finding-detail", disputed.number),
        "finding-edit": url("finding-edit", draft.number),
        "audit-findings": url("audit-findings", audit.number),
        "cmo-findings": url("cmo-findings", vendor.number),
        "site-findings": url("site-findings", site.number),
        "factual-check": url("factual-check", audit.number),
        "dispute-list": url("dispute-list"),
        "finding-combine": url("finding-combine", audit.number),
        "api-findings": "/api/v1/findings/?page_size=100",
        "api-finding": f"/api/v1/findings/{draft.number}/",
        "api-factual-checks": "/api/v1/factual-checks/",
    }
    leo, pat = sign_in("leo"), sign_in("pat")
    for client in (leo, pat):
        client.get("/")
    for name, address in pages.items():
        query_count("findings", name, partial(leo.get, address))
    for name in ("finding-list", "finding-detail of a disputed one", "audit-findings", "site-findings", "factual-check",
                 "dispute-list", "api-findings"):  # fmt: skip
        query_count("findings", f"{name} (CMO)", partial(pat.get, pages[name]))


@pytest.mark.parametrize("count", [3, 300])
def test_acts_cost_the_same_at_3_and_at_300(count: int, cast: Any, query_count: Any) -> None:
    audit, draft, disputed = fill(count, cast)
    draft, disputed = fresh(draft), fresh(disputed)
    query_count("findings", "card to_finish", partial(hooks.to_finish, cast.leo))
    query_count("findings", "search", partial(hooks.find_findings, cast.leo, "logbook"))
    query_count("findings", "raise", partial(actions.raise_finding, audit, by=cast.leo, **WHOLE))
    query_count("findings", "revise", partial(actions.revise_finding, draft, by=cast.leo, title="Anew"))
    query_count("findings", "propose repeats", partial(actions.earlier_like, draft, cast.leo))
    change = partial(actions.comment, disputed, by=cast.pat, verdict="agree_with_context", text="In part.")
    query_count("findings", "answer", change)
    again = partial(actions.comment, disputed, by=cast.pat, verdict="dispute", text="Not so after all.")
    query_count("findings", "dispute", again)
    query_count("findings", "settle", partial(actions.settle, disputed, by=cast.sam, outcome="kept", note="It stands."))


@pytest.mark.parametrize("count", [3, 300])
def test_the_page_of_an_audit_in_its_check_costs_the_same_at_3_and_at_300(
    count: int, cast: Any, sign_in: Any, query_count: Any
) -> None:
    audit, today = make_audit(cast, make_place(cast, "Costwerk")), day_of(cast.pat)
    written(audit, cast.leo, status="factual_check")
    facts = {"status": "in_factual_check", "is_shared": True, "factual_round": 1, **WHOLE}
    sent = [Finding(audit=audit, label=f"C-{n:03}", **facts) for n in range(count)]
    write_many(sent, by=cast.leo, action="test")
    write_many([FactualCheck(audit=audit, sent_date=today, due_date=today)], by=cast.leo, action="test")
    for name in ("leo", "pat"):
        client = sign_in(name)
        client.get("/")
        page = query_count("findings", f"audit-detail of {name}", partial(client.get, audit.get_absolute_url()))
        text = page.content.decode()
        assert f"{counted(count, 'answer')} are missing" in text

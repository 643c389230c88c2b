"""Pages, API and acts cost the same number of queries for three CAPAs and for three hundred."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from audits.capa import actions, dates, own, work
from audits.capa.models import Capa, CapaAction, CapaLink, DateProposal, Extension, OwnLink, Response
from audits.findings.models import Finding
from audits.programme.models import Audit
from cmo_portal.records.trail import write, write_many
from tests.capa.makers import answered, fresh, in_days, open_link, site_of, today, write_draft

pytestmark = pytest.mark.django_db


def fill(count: int, cast: Any) -> tuple[CapaLink, Audit, Capa]:
    """`count` CAPAs of one audit, and on one of them `count` rounds, actions, dates and extensions."""
    site = site_of("Northgate")
    audit = Audit(site=site, status="follow_up", is_shared=True, start_date=in_days(-40), end_date=in_days(-38))
    write(audit, by=cast.leo, action="test")
    findings = [
        Finding(audit=audit, label=f"T{n}", title=f"Cost {n:04}", status="issued", is_shared=True,
                classification="other", issued_date=today())
        for n in range(count)
    ]  # fmt: skip
    write_many(findings, by=cast.leo, action="test")
    facts = {"due_date": today(), "ball": "partner", "ball_since_date": today(), "response_due_date": today()}
    links = [CapaLink(finding=finding, **facts) for finding in findings]
    write_many(links, by=cast.leo, action="test")
    capas = [Capa(company=cast.pat.company, title=f"Cost {n:04}") for n in range(count)]
    write_many(capas, by=cast.pat, action="test")
    write_many([OwnLink(capa=capas[0], link=link) for link in links], by=cast.pat, action="test")
    first = links[0]
    said = {"author": cast.pat, "author_name": "P", "received_date": today(), "status": "returned"}
    write_many([Response(link=first, round=n + 1, **said) for n in range(count)], by=cast.pat, action="test")
    rows = [CapaAction(link=first, text=f"A {n}", owner_name="X", due_date=today()) for n in range(count)]
    write_many(rows, by=cast.pat, action="test")
    given = {"link": first, "proposed_by": "partner", "author_name": "P", "date": today(), "status": "countered"}
    write_many([DateProposal(**given) for _ in range(count)], by=cast.pat, action="test")
    asked = {"link": first, "asked_by": "partner", "old_date": today(), "new_date": in_days(3), "reason": "x",
             "interim_control": "y", "status": "refused", "author_name": "P"}  # fmt: skip
    write_many([Extension(**asked) for _ in range(count)], by=cast.pat, action="test")
    return fresh(first), audit, capas[0]


@pytest.mark.parametrize("count", [3, 300])
def test_reading_costs_the_same_at_3_and_at_300(
    count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle
    link, audit, capa = fill(count, cast)
    pages = {
        "capa-list": [],
        "capa-export": ["csv"],
        "capa-detail": [link.number],
        "audit-capas": [audit.number],
        "audit-detail": [audit.number],
        "cmo-capas": [audit.site.vendor.number],
        "site-capas": [audit.site.number],
        "own-capa-list": [],
        "own-capa-detail": [capa.number],
        "response-edit": [link.number],
        "response-send": [link.number],
    }
    for name, address in {
        **{name: reverse(f"audits:{name}", args=args) for name, args in pages.items()},
        "api-capas": "/api/v1/capas/?page_size=100",
        "api-capas-responses": f"/api/v1/capas/{link.number}/responses/",
        "api-capas-dates": f"/api/v1/capas/{link.number}/dates/",
        "api-capas-actions": f"/api/v1/capas/{link.number}/actions/",
        "api-capa-actions": "/api/v1/capa-actions/?page_size=100",
        "api-own-capas": "/api/v1/own-capas/?page_size=100",
        "api-own-capas-links": f"/api/v1/own-capas/{capa.number}/links/",
    }.items():
        for person in ("pat", "sam"):
            if person == "sam" and name.startswith(("own-", "response-", "api-own")):
                continue
            if person == "pat" and name == "cmo-capas":
                continue
            client = sign_in(person)
            client.get("/")
            query_count("capa", f"{name} of {person}", partial(client.get, address))


@pytest.mark.parametrize("count", [3, 300])
def test_acts_cost_the_same_at_3_and_at_300(count: int, cast: Any, query_count: Any) -> None:
    fill(count, cast)
    finding_link = open_link(cast.leo, site_of("Northgate"), title="Cost of acts")
    link = fresh(finding_link)
    draft = write_draft(link, cast.pat)
    save = partial(actions.save_draft, draft, by=cast.pat, root_cause="Changed")
    query_count("capa", "save_draft", save)
    query_count("capa", "submit", partial(actions.submit, link, by=cast.pat))
    query_count("capa", "return", partial(actions.review, fresh(link), "return", by=cast.leo, reason="More"))
    link = answered(fresh(link), cast.pat)
    query_count("capa", "accept", partial(actions.review, link, "accept", by=cast.leo))
    query_count("capa", "propose_date", partial(dates.propose_date, fresh(link), in_days(9), by=cast.leo))
    query_count("capa", "agree", partial(dates.agree, fresh(link), by=cast.pat))
    query_count("capa", "implement", partial(work.move_link, fresh(link), "implement", by=cast.pat))
    ask = partial(dates.ask_extension, fresh(link), in_days(20), by=cast.pat, reason="x", interim_control="y")
    extension = query_count("capa", "ask_extension", ask)
    extension.link = fresh(link)
    query_count("capa", "answer_extension", partial(dates.answer_extension, extension, granted=True, by=cast.leo))
    capa = own.open_capa(by=cast.pat, title="Cost", root_cause="x")
    query_count("capa", "add_link", partial(own.add_link, capa, fresh(link), by=cast.pat))

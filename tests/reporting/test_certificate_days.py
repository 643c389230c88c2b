"""An audit certificate is owed anew until it is withdrawn, or a later one stands that covers the same services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command

from audits.findings import actions as findings
from audits.programme.models import Audit
from audits.reporting import actions
from audits.reporting.models import AuditCertificate
from cmo_portal.records.deadlines import DueItem
from tests.findings.makers import make_audit, make_place, written_report
from tests.supply.makers import PROOF
from vendors.registry.actions import restore, retire
from vendors.registry.qualification_actions import move, propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(cast: Any) -> Any:
    site = make_place(cast)
    for service in ("testing", "storage"):
        move(propose(site.vendor, by=cast.sam, site=site, service=service), "approve", by=cast.quinn, credentials=PROOF)
    return site


def audited(cast: Any, site: Any, *services: str) -> Audit:
    audit = make_audit(cast, site, status="report_draft", services=services)
    report = written_report(audit, cast.leo)
    actions.submit(report, by=cast.leo, credentials=PROOF)
    actions.review(report, by=cast.sam, credentials=PROOF)
    findings.start_factual_check(audit, by=cast.quinn)
    actions.issue(report, by=cast.quinn, credentials=PROOF)
    return audit


def certified(cast: Any, audit: Audit, sooner: int = 0) -> AuditCertificate:
    last = actions.certifying.latest_day(audit)
    assert last is not None
    return actions.issue_certificate(
        audit, by=cast.quinn, credentials=PROOF, valid_until_date=last - timedelta(days=sooner), scope_words="Testing",
        standards="21 CFR 211",
    )  # fmt: skip


def is_owed(certificate: AuditCertificate) -> bool:
    return DueItem.objects.filter(record_number=certificate.number, is_open=True).exists()


def test_a_later_certificate_of_the_same_services_takes_its_place(cast: Any, place: Any) -> None:
    old = certified(cast, audited(cast, place, "testing"), sooner=30)
    assert is_owed(old)
    narrow = certified(cast, audited(cast, place, "storage"), sooner=20)
    assert is_owed(old) and is_owed(narrow), "storage says nothing of testing"
    wide = certified(cast, audited(cast, place, "testing", "storage"))
    assert (is_owed(old), is_owed(narrow), is_owed(wide)) == (False, False, True)
    actions.withdraw_certificate(wide, by=cast.quinn, reason="A typing error in the scope.")
    assert (is_owed(old), is_owed(narrow), is_owed(wide)) == (True, True, False)
    call_command("rebuild_due_items", "--check", verbosity=0)


def test_a_site_or_cmo_out_of_use_is_asked_for_no_certificate_until_it_is_back(cast: Any, place: Any) -> None:
    certificate = certified(cast, audited(cast, place, "testing"))
    for record in (place, place.vendor):
        retire(record, by=cast.sam, reason="The site was sold.")
        assert not is_owed(certificate), record
        call_command("rebuild_due_items", "--check", verbosity=0)
        restore(record, by=cast.sam)
        assert is_owed(certificate), record
        call_command("rebuild_due_items", "--check", verbosity=0)

"""Time limits of an agreement count before the sponsor's own, by class of finding, in days of the side that acts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audits.programme.limits import due, limit, response_limit
from audits.programme.limits_actions import set_agreed_limits, set_limits
from audits.programme.models import Audit
from audits.programme.steering import AgreementLimits
from cmo_portal.accounts.actions import edit
from cmo_portal.lib.public_holidays import region_names
from cmo_portal.records.context import acting_as
from tests.capa.makers import force
from tests.findings.makers import make_audit, make_place
from tests.programme.makers import new_site, today
from vendors.registry.agreement_actions import add_agreement, end_agreement
from vendors.registry.supply import Agreement

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 12, 4)  # Tuesday the 8th is a holiday in Austria, not in Basel


@pytest.fixture
def audit(cast: Any) -> Audit:
    return make_audit(cast, make_place(cast))


@pytest.fixture
def agreement(audit: Audit, cast: Any) -> Agreement:
    return agreed(audit, cast)


def agreed(audit: Audit, cast: Any) -> Agreement:
    day = today() - timedelta(days=400)
    facts = {"title": "Quality agreement", "parties": "Both", "signed_date": day, "effective_date": day}
    return add_agreement(audit.site.vendor, by=cast.sam, kind="msa", **facts)


def test_of_two_agreements_the_longer_notice_and_the_shorter_answer_hold_both(
    audit: Audit, agreement: Agreement, cast: Any
) -> None:
    other = agreed(audit, cast)
    first = {"notice_days": 60, "response_days": 5}
    set_agreed_limits(agreement, first, by=cast.sam, reason="Section 7")
    set_agreed_limits(other, {"notice_days": 30, "response_critical_days": 20}, by=cast.sam, reason="Section 2")
    assert limit(audit, "notice_days") == 60
    assert limit(audit, "response_critical_days") == 5, "the general number of the first binds critical findings too"


def test_what_the_agreement_says_counts_before_the_sponsors_own(audit: Audit, agreement: Agreement, cast: Any) -> None:
    set_limits(cast.sam.company, {"response_days": 20}, by=cast.sam, reason="Ours")
    assert limit(audit, "response_days") == 20
    set_agreed_limits(agreement, {"response_days": 10}, by=cast.sam, reason="Section 7")
    assert limit(audit, "response_days") == 10
    assert limit(audit, "report_days") == 30, "of what it does not say the sponsor's number counts"
    elsewhere = make_audit(cast, new_site(cast))
    assert limit(elsewhere, "response_days") == 20
    with acting_as(cast.pat):
        assert limit(audit, "response_days") == 10, "the same while the CMO acts"


def test_it_counts_while_it_is_in_force_and_of_several_the_shortest(
    audit: Audit, agreement: Agreement, cast: Any
) -> None:
    set_agreed_limits(agreement, {"response_days": 10}, by=cast.sam, reason="Section 7")
    other = agreed(audit, cast)
    set_agreed_limits(other, {"response_days": 8}, by=cast.sam, reason="Section 9")
    assert limit(audit, "response_days") == 8
    end_agreement(other, by=cast.sam, ended_date=today(), reason="Replaced")
    assert limit(audit, "response_days") == 10
    assert limit(audit, "response_days", today() - timedelta(days=500)) == 15, "before it came into force"


def test_a_class_has_its_own_number_or_follows(audit: Audit, agreement: Agreement, cast: Any) -> None:
    names = [response_limit(each) for each in ("critical", "major", "other")]
    assert [limit(audit, name) for name in names] == [15, 15, 15]
    set_limits(cast.sam.company, {"response_days": 20, "response_critical_days": 5}, by=cast.sam, reason="Ours")
    assert [limit(audit, name) for name in names] == [5, 20, 20]
    set_limits(cast.sam.company, {"response_critical_days": None}, by=cast.sam, reason="As any")
    assert [limit(audit, name) for name in names] == [20, 20, 20]
    set_agreed_limits(agreement, {"response_days": 12, "response_major_days": 9}, by=cast.sam, reason="Section 7")
    assert [limit(audit, name) for name in names] == [12, 9, 12]


def test_business_days_leave_out_holidays_of_the_side_that_acts(audit: Audit, cast: Any) -> None:
    set_limits(cast.sam.company, {"response_days": 2, "settle_days": 2}, by=cast.sam, reason="To count")
    assert due(audit, "response_days", FRIDAY) == date(2026, 12, 9), "Austria rests on the 8th"
    assert due(audit, "settle_days", FRIDAY) == date(2026, 12, 8), "Basel does not"
    edit(cast.pat.company, by=cast.uwe, action="company.edit", country="LT", subdivision="")
    assert due(audit, "response_days", FRIDAY) == date(2026, 12, 8)


def test_of_a_cmo_that_has_not_joined_the_sites_country_counts(cast: Any) -> None:
    site = make_place(cast, "Fernwerk", joined="")
    audit = make_audit(cast, site)
    set_limits(cast.sam.company, {"response_days": 2}, by=cast.sam, reason="To count")
    force(site, country="AT")
    assert due(audit, "response_days", FRIDAY) == date(2026, 12, 9)
    force(site, country="LT")
    assert due(audit, "response_days", FRIDAY) == date(2026, 12, 8)


@pytest.mark.parametrize("values", [{"response_days": 0}, {"co_audits": 3}, {"unknown": 3}])
def test_what_no_agreement_says_is_refused(values: dict[str, int], agreement: Agreement, cast: Any) -> None:
    with pytest.raises(ValidationError):
        set_agreed_limits(agreement, values, by=cast.sam, reason="x")
    with pytest.raises(PermissionDenied):
        set_agreed_limits(agreement, {"response_days": 10}, by=cast.quinn, reason="x")
    assert not AgreementLimits.objects.filter(agreement=agreement).exists()


def test_pages_set_and_show_them(agreement: Agreement, sign_in: Any, cast: Any) -> None:
    sam, address = sign_in("sam"), reverse("audits:agreement-limits", args=[agreement.number])
    set_limits(cast.sam.company, {"response_days": 22}, by=cast.sam, reason="Our procedure")
    page = sam.get(address).text
    assert "Your own number: 22." in page and "Your own number: 30." in page, "set, and by default"
    assert sam.post(address, {"response_days": "10", "reason": "Section 7"}).status_code == 302
    assert AgreementLimits.objects.get(agreement=agreement).values == {"response_days": 10}
    text = sam.get(reverse("audits:limit-list")).text
    assert "Response to the report: 10 business days, your own 22" in text and "public holidays of Switzerland" in text


def test_a_company_chooses_its_region(sign_in: Any, cast: Any) -> None:
    assert region_names("CH")["BS"] == "Basel-Stadt" and region_names("XX") == {}
    ada, address = sign_in("ada"), reverse("accounts:company-edit")
    assert "Basel-Stadt" in ada.get(address).text
    company = cast.ada.company
    values = {"name": company.name, "country": "CH", "subdivision": "GE", "time_zone": "Europe/Zurich"}
    assert ada.post(address, values | {"version": company.version}).status_code == 302
    refused = ada.post(address, values | {"subdivision": "QQ", "version": company.version + 1})
    assert refused.status_code == 422 and "QQ is no region of CH" in refused.text
    moved = values | {"country": "AT", "version": company.version + 1}
    assert ada.post(address, moved).status_code == 302
    company.refresh_from_db()
    assert (company.country, company.subdivision) == ("AT", ""), "Geneva is no region of Austria"

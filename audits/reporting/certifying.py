"""When a certificate may be issued, what status it tells, and how long it may be valid."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from audits.programme.models import Audit
from audits.programme.steering import AuditInterval
from audits.programme.vocabulary import AuditStatus, IntervalStatus
from audits.reporting.models import AuditCertificate
from audits.reporting.proposing import counts_of, scopes_of
from cmo_portal.lib import wording
from cmo_portal.lib.calendars import add_months
from cmo_portal.records import deadlines
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.bulk import lock_many
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import Record
from cmo_portal.records.workflow import WrongState
from vendors.registry.models import Site, Vendor
from vendors.registry.vocabulary import QualificationStatus

LONGEST_MONTHS = 36  # EU practice: a certificate is not relied on beyond three years after the visit
CERTIFIED = {QualificationStatus.APPROVED: "Qualified", QualificationStatus.CONDITIONAL: "Qualified with conditions"}
ISSUED = (AuditStatus.REPORT_ISSUED, AuditStatus.FOLLOW_UP, AuditStatus.CLOSED)


def refusal(audit: Audit) -> str | None:
    """Why no certificate can be issued now; None when one can."""
    if audit.status not in ISSUED:
        return "A certificate is issued once the report of the audit is."
    if AuditCertificate.objects.filter(audit=audit, is_withdrawn=False).exists():
        return "This audit has a certificate that stands: withdraw it before you issue another."
    if counts_of(audit).open_critical:
        return "A critical finding is open at the site: no certificate is issued meanwhile."
    latest = latest_day(audit)
    if latest is not None and latest <= timezone.localdate():
        return "The next audit of the site is due: a certificate of this one could be valid no longer."
    statuses = {row.status for row in scopes_of(audit)}
    if not statuses & set(CERTIFIED):
        return "No audited scope of the site is qualified: quality decides on the scopes first."
    if statuses & {QualificationStatus.SUSPENDED, QualificationStatus.DISQUALIFIED}:
        return "A scope of the site is suspended or disqualified: a certificate would say too much."
    return None


def status_to_certify(audit: Audit) -> str:
    """The worst status among the audited scopes that are in use. Raises WrongState."""
    sentence = refusal(audit)
    if sentence:
        raise WrongState(sentence)
    statuses = {row.status for row in scopes_of(audit)}
    worst = (
        QualificationStatus.CONDITIONAL if QualificationStatus.CONDITIONAL in statuses else QualificationStatus.APPROVED
    )
    return CERTIFIED[worst]


def latest_day(audit: Audit) -> date | None:
    """The last day a certificate may be valid: the interval of the site after the visit, three years at most, and no
    later than the end of a qualification that it tells of."""
    if audit.end_date is None:
        return None
    interval = AuditInterval.objects.filter(site_id=audit.site_id, status=IntervalStatus.IN_FORCE).first()
    months = min(interval.months, LONGEST_MONTHS) if interval is not None and interval.months else LONGEST_MONTHS
    ends = [row.expires_date for row in scopes_of(audit) if row.status in CERTIFIED and row.expires_date]
    return min([add_months(audit.end_date, months), *ends])


def refuse_too_long(audit: Audit, day: date) -> None:
    latest = latest_day(audit)
    if latest is not None and day > latest:
        raise ValidationError({"valid_until_date": f"It may be valid until {wording.full_day(latest)} at the latest."})


def is_owed(certificate: AuditCertificate) -> bool:
    """Whether the site needs another certificate before this one ends, or still after it: not once this one is
    withdrawn, nor once a later one that covers the same services stands, nor where the site is out of use."""
    site = certificate.audit.site
    if certificate.is_withdrawn or site.is_retired or site.vendor.is_retired:
        return False
    later = AuditCertificate.objects.filter(
        audit__site=certificate.audit.site_id,
        is_withdrawn=False,
        valid_until_date__gt=certificate.valid_until_date,
    )
    return not any(covers(services, certificate.audit.services) for services in of_audits(later))


def of_audits(certificates: Any) -> list[list[str]]:
    """The services that each certificate's audit looked at; an empty list is all of the site."""
    return list(certificates.values_list("audit__services", flat=True))


def covers(newer: list[str], older: list[str]) -> bool:
    return not newer or (bool(older) and set(older) <= set(newer))


def at(record: Record) -> tuple[Any, ...]:
    """The certificates that may be owed differently since a site or a CMO was written: out of use, or back in it."""
    if not isinstance(record, Site | Vendor):
        return ()
    where = {"audit__site" if isinstance(record, Site) else "audit__site__vendor": record.pk}
    return (AuditCertificate.objects.filter(**where).select_related("audit__site__vendor"),)


def hold_place(audit: Audit) -> None:
    """Holds the site, which may go out of use at this moment: of the two, the second sees what the first has written.
    After the audit, as its moves do, which count the site's interval anew."""
    with acting_as(SWEEP):
        lock_many(Site, [audit.site_id])


def follow(certificate: AuditCertificate) -> None:
    """Brings what is owed of the site's certificates in step after one of them was written, in the same transaction."""
    rows = AuditCertificate.objects.filter(audit__site=certificate.audit.site_id).select_related("audit__site__vendor")
    with acting_as(SWEEP):
        deadlines.keep(list(rows), timezone.now())

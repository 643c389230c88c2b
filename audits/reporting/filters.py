"""What lists of reports and certificates can be cut down to."""

from __future__ import annotations

import django_filters

from audits.reporting.models import AuditCertificate, Report


class ReportFilter(django_filters.FilterSet):
    audit = django_filters.CharFilter(field_name="audit__number")

    class Meta:
        model = Report
        fields = ("status", "result")


class CertificateFilter(django_filters.FilterSet):
    audit = django_filters.CharFilter(field_name="audit__number")
    site = django_filters.CharFilter(field_name="audit__site__number")
    valid_after = django_filters.DateFilter(field_name="valid_until_date", lookup_expr="gt")

    class Meta:
        model = AuditCertificate
        fields = ("is_withdrawn",)

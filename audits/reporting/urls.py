"""Addresses of the subject."""

from typing import Any

from django.urls import path

from audits.reporting import views

urlpatterns: list[Any] = [
    path("audits/<str:number>/report/", views.audit_report, name="audit-report"),
    path("audits/<str:number>/report/open/", views.report_open, name="report-open"),
    path("audits/<str:number>/certificate/", views.certificate_issue, name="certificate-issue"),
    path("reports/<str:number>/", views.report_detail, name="report-detail"),
    path("reports/<str:number>/edit/", views.report_edit, name="report-edit"),
    path("reports/<str:number>/preview/", views.report_preview, name="report-preview"),
    path("reports/<str:number>/correct/", views.report_correct, name="report-correct"),
    path("reports/<str:number>/moves/<slug:name>/", views.report_move, name="report-move"),
    path("certificates/audit/<str:number>/", views.certificate_detail, name="certificate-detail"),
    path("certificates/audit/<str:number>/withdraw/", views.certificate_withdraw, name="certificate-withdraw"),
    path("documents/<str:number>/file/", views.document_file, name="document-file"),
    path("documents/<str:number>/signature/", views.document_signature, name="document-signature"),
]

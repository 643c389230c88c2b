"""Addresses of the subject."""

from typing import Any

from django.urls import path

from audits.findings import factual_views, finding_views, views
from vendors.registry.moved import with_survivors

urlpatterns: list[Any] = [
    path("findings/", views.finding_list, name="finding-list"),
    path("findings/export/<slug:kind>/", views.finding_export, name="finding-export"),
    path("findings/new/", finding_views.finding_create, name="finding-create"),
    path("findings/clauses/", views.clause_list, name="clause-list"),
    path("findings/disagreements/", views.dispute_list, name="dispute-list"),
    path("findings/answers/<slug:number>/", factual_views.comment_detail, name="comment-detail"),
    path("findings/rounds/<slug:number>/end/", factual_views.factual_check_end, name="factual-check-end"),
    path("findings/rounds/<slug:number>/extend/", factual_views.factual_check_extend, name="factual-check-extend"),
    path("findings/<slug:number>/", finding_views.finding_detail, name="finding-detail"),
    path("findings/<slug:number>/edit/", finding_views.finding_edit, name="finding-edit"),
    path("findings/<slug:number>/draft/", finding_views.finding_draft, name="finding-draft"),
    path("findings/<slug:number>/answer/", factual_views.finding_answer, name="finding-answer"),
    path("findings/<slug:number>/settle/", factual_views.finding_settle, name="finding-settle"),
    path("findings/<slug:number>/classify/", factual_views.finding_reclassify, name="finding-reclassify"),
    path("findings/<slug:number>/notes/", finding_views.note_create, name="finding-note"),
    path("findings/<slug:number>/separate/", finding_views.finding_separate, name="finding-separate"),
    path("findings/<slug:number>/repeat/", finding_views.repeat_clear, name="repeat-clear"),
    path("findings/<slug:number>/repeat/<slug:earlier>/", finding_views.repeat_confirm, name="repeat-confirm"),
    path("findings/<slug:number>/repeat/<slug:earlier>/no/", finding_views.repeat_rule_out, name="repeat-rule-out"),
    path("findings/<slug:number>/files/<slug:file>/<slug:choice>/", finding_views.file_share, name="finding-file"),
    path("findings/<slug:number>/move/<slug:name>/", factual_views.finding_move, name="finding-move"),
    path("audits/<slug:number>/findings/", views.audit_findings, name="audit-findings"),
    path("audits/<slug:number>/findings/new/", finding_views.audit_finding_create, name="audit-finding-create"),
    path("audits/<slug:number>/findings/combine/", finding_views.finding_combine, name="finding-combine"),
    path("audits/<slug:number>/factual-check/", factual_views.factual_check, name="factual-check"),
    path("audits/<slug:number>/factual-check/start/", factual_views.factual_check_start, name="factual-check-start"),
    *with_survivors([path("cmos/<slug:number>/findings/", views.cmo_findings, name="cmo-findings")]),
    path("sites/<slug:number>/findings/", views.site_findings, name="site-findings"),
]

"""Addresses of the subject."""

from typing import Any

from django.urls import path

from audits.capa import own_views as own
from audits.capa import response_views as responses
from audits.capa import views
from audits.capa import work_views as work

OWN = [
    path("own-capas/", own.own_capa_list, name="own-capa-list"),
    path("own-capas/new/", own.own_capa_create, name="own-capa-create"),
    path("own-capas/<slug:number>/", own.own_capa_detail, name="own-capa-detail"),
    path("own-capas/<slug:number>/edit/", own.own_capa_edit, name="own-capa-edit"),
    path("own-capas/<slug:number>/withdraw/", own.own_capa_withdraw, name="own-capa-withdraw"),
    path("own-capas/<slug:number>/restore/", own.own_capa_restore, name="own-capa-restore"),
    path("own-capas/<slug:number>/findings/", own.own_link_add, name="own-link-add"),
    path("own-links/<slug:number>/choose/", own.own_link_choose, name="own-link-choose"),
    path("own-links/<slug:number>/remove/", own.own_link_remove, name="own-link-remove"),
]
RESPONSES = [
    path("capas/<slug:number>/response/", responses.response_edit, name="response-edit"),
    path("capas/<slug:number>/response/send/", responses.response_send, name="response-send"),
    path("capas/<slug:number>/response/record/", responses.response_record, name="response-record"),
    path("capas/<slug:number>/containment/", responses.containment_record, name="containment-record"),
    path("response-drafts/<slug:number>/", responses.draft_files, name="draft-files"),
    path("capas/<slug:number>/response/<slug:name>/", responses.response_move, name="response-move"),
]
DATES = [
    path("capas/<slug:number>/date/", responses.date_propose, name="date-propose"),
    path("capas/<slug:number>/date/agree/", responses.date_agree, name="date-agree"),
    path("capas/<slug:number>/extension/", responses.extension_ask, name="extension-ask"),
    path("extensions/<slug:number>/<slug:name>/", responses.extension_answer, name="extension-answer"),
]
ACTIONS = [
    path("capas/<slug:number>/actions/new/", work.action_create, name="action-create"),
    path("capa-actions/<slug:number>/", work.action_detail, name="action-detail"),
    path("capa-actions/<slug:number>/done/", work.action_finish, name="action-finish"),
    path("capa-actions/<slug:number>/drop/", work.action_drop, name="action-drop"),
]
PAGES = [
    path("capas/", views.capa_list, name="capa-list"),
    path("capas/export.<slug:kind>", views.capa_export, name="capa-export"),
    path("capas/<slug:number>/", views.capa_detail, name="capa-detail"),
    path("capas/<slug:number>/moves/<slug:name>/", views.capa_move, name="capa-move"),
    path("audits/<slug:number>/capas/", views.audit_capas, name="audit-capas"),
    path("cmos/<slug:number>/capas/", views.cmo_capas, name="cmo-capas"),
    path("sites/<slug:number>/capas/", views.site_capas, name="site-capas"),
]
urlpatterns: list[Any] = [*OWN, *PAGES, *RESPONSES, *DATES, *ACTIONS]

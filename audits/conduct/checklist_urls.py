"""Addresses of the library, of checklists, of an audit's questions and of the conduct screen."""

from django.urls import path

from audits.conduct import checklist_views, conduct_views, library_views, template_views

urlpatterns = [
    path("checklists/", template_views.template_list, name="template-list"),
    path("checklists/library/", library_views.library, name="library"),
    path("checklists/new/", template_views.template_create, name="template-create"),
    path("checklists/<slug:number>/", template_views.template_detail, name="template-detail"),
    path("checklists/<slug:number>/edit/", template_views.template_edit, name="template-edit"),
    path("checklists/<slug:number>/next/", template_views.template_next, name="template-next"),
    path("checklists/<slug:number>/moves/<slug:name>/", template_views.template_move, name="template-move"),
    path("checklists/<slug:number>/questions/new/", template_views.question_create, name="question-create"),
    path("checklist-questions/<slug:number>/edit/", template_views.question_edit, name="question-edit"),
    path("checklist-questions/<slug:number>/remove/", template_views.question_remove, name="question-remove"),
    path("checklist-questions/<slug:number>/restore/", template_views.question_restore, name="question-restore"),
    path("checklist-questions/<slug:number>/place/", template_views.question_place, name="question-place"),
    path("audits/<slug:number>/checklist/", checklist_views.audit_checklist, name="audit-checklist"),
    path("audits/<slug:number>/checklist/put/", checklist_views.checklist_put, name="checklist-put"),
    path("audits/<slug:number>/checklist/new/", checklist_views.item_create, name="item-create"),
    path("audits/<slug:number>/notes/new/", checklist_views.note_create, name="note-create"),
    path("checklist-items/<slug:number>/", checklist_views.item_detail, name="item-detail"),
    path("checklist-items/<slug:number>/answer/", checklist_views.item_answer, name="item-answer"),
    path("checklist-items/<slug:number>/finding/", checklist_views.item_finding, name="item-finding"),
    path("checklist-items/<slug:number>/remove/", checklist_views.item_remove, name="item-remove"),
    path("checklist-notes/<slug:number>/", checklist_views.note_detail, name="note-detail"),
    path("conduct/worker.js", conduct_views.conduct_worker, name="conduct-worker"),
    path("conduct/<slug:number>/", conduct_views.conduct, name="conduct"),
    path("conduct/<slug:number>/data/", conduct_views.conduct_data, name="conduct-data"),
    path("conduct/<slug:number>/send/", conduct_views.conduct_send, name="conduct-send"),
]

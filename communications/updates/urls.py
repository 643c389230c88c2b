"""Addresses of the subject."""

from django.urls import path

from communications.updates import draft_views as drafts
from communications.updates import views

urlpatterns = [
    path("updates/", views.update_list, name="update-list"),
    path("updates/export.<slug:kind>", views.update_export, name="update-export"),
    path("updates/new/", drafts.update_create, name="update-create"),
    path("updates/new/<slug:code>/", drafts.update_write, name="update-write"),
    path("update-drafts/<slug:number>/", drafts.draft_detail, name="draft-detail"),
    path("update-drafts/<slug:number>/discard/", drafts.draft_discard, name="draft-discard"),
    path("updates/<slug:number>/", views.update_detail, name="update-detail"),
    path("updates/<slug:number>/amend/", views.update_amend, name="update-amend"),
    path("updates/<slug:number>/take-over/", views.update_take_over, name="update-take-over"),
    path("updates/<slug:number>/moves/<slug:name>/", views.update_move, name="update-move"),
    path("cmos/<slug:number>/updates/", views.cmo_updates, name="cmo-updates"),
    path("sites/<slug:number>/updates/", views.site_updates, name="site-updates"),
]

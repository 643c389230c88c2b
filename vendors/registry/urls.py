"""Addresses of the registry; a CMO is never called a vendor in one."""

from django.urls import path

from vendors.registry import views

urlpatterns = [
    path("cmos/", views.cmo_list, name="cmo-list"),
    path("cmos/new/", views.cmo_create, name="cmo-create"),
    path("cmos/<slug:number>/", views.cmo_detail, name="cmo-detail"),
    path("cmos/<slug:number>/edit/", views.cmo_edit, name="cmo-edit"),
]

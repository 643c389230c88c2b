"""Addresses of the public record."""

from django.urls import path

from vendors.regulatory import import_views, views

urlpatterns = [
    path("regulatory/events/", views.event_list, name="event-list"),
    path("regulatory/events/export/<slug:kind>/", views.event_export, name="event-export"),
    path("regulatory/events/<slug:number>/", views.event_detail, name="event-detail"),
    path("regulatory/imports/", import_views.import_list, name="import-list"),
    path("regulatory/imports/<slug:number>/", import_views.import_detail, name="import-detail"),
    path("regulatory/imports/<slug:number>/again/", import_views.import_again, name="import-again"),
    path("regulatory/imports/<slug:number>/refused.csv", import_views.import_refused, name="import-refused"),
    path("cmos/<slug:number>/inspections/", views.cmo_inspections, name="cmo-inspections"),
    path("sites/<slug:number>/inspections/", views.site_inspections, name="site-inspections"),
    path("sites/<slug:number>/registrations/", views.site_registrations, name="site-registrations"),
]

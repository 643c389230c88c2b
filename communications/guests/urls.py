"""The addresses of this room. A guest's begin with /by-link/; the cookie of a visit goes to its own link's only."""

from django.urls import path

from communications.guests import views, visit_views

urlpatterns = [
    path("links/", views.guest_list, name="guest-list"),
    path("links/for/<slug:kind>/<slug:number>/", views.guest_item, name="guest-item"),
    path("links/<slug:number>/", views.guest_detail, name="guest-detail"),
    path("links/<slug:number>/renew/", views.guest_renew, name="guest-renew"),
    path("links/<slug:number>/revoke/", views.guest_revoke, name="guest-revoke"),
    path("by-link/<slug:number>/", visit_views.guest_visit, name="guest-visit"),
    path("by-link/<slug:number>/open/<str:secret>/", visit_views.guest_open, name="guest-open"),
    path("by-link/<slug:number>/files/<slug:file>/", visit_views.guest_file, name="guest-file"),
    path("by-link/<slug:number>/receipt/", visit_views.guest_receipt, name="guest-receipt"),
]

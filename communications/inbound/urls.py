"""The addresses of this room."""

from django.urls import path

from communications.inbound import handing_in, views

urlpatterns = [
    path("inbound/mail/", handing_in.inbound_receive, name="inbound-receive"),
    path("mail/", views.inbound_list, name="inbound-list"),
    path("mail/<slug:number>/", views.inbound_detail, name="inbound-detail"),
    path("mail/<slug:number>/release/", views.inbound_release, name="inbound-release"),
    path("mail/<slug:number>/discard/", views.inbound_discard, name="inbound-discard"),
    path("mail/<slug:number>/whole/", views.inbound_raw, name="inbound-raw"),
    path("messages/<slug:number>/mail/", views.inbound_of_message, name="inbound-of-message"),
]

"""The addresses of this room."""

from django.urls import path

from communications.portal import views

urlpatterns = [path("cmos/<slug:number>/both-ways/", views.cmo_both_ways, name="cmo-both-ways")]

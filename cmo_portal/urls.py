"""Every address of the installation."""

from django.urls import include, path

from cmo_portal import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("trail/", pages.trail_list, name="trail-list"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("", include("cmo_portal.accounts.urls")),
]

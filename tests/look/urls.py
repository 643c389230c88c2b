"""A small site for the tests of the frame: some pages of the navigation exist, others do not."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from cmo_portal.styleguide import styleguide


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


vendors: list[URLPattern] = [path("selections/", empty, name="selection-list"), path("cmos/", empty, name="cmo-list")]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", empty, name="home"),
    path("search/", empty, name="search"),
    path("styleguide/", styleguide, name="styleguide"),
    path("accounts/", include("allauth.urls")),
    path("", include((vendors, "vendors"))),
]

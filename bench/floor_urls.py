"""The floor of a list page: a bare Django view over the same table, with the session and the person loaded."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from vendors.registry.models import Vendor

PAGE = Engine().from_string(
    "<!doctype html><title>CMOs</title><p>{{ who }}</p><table>{% for v in rows %}<tr><td>{{ v.number }}</td>"
    "<td>{{ v.name }}</td><td>{{ v.country }}</td><td>{{ v.website }}</td><td>{{ v.created_at }}</td>"
    "<td>{{ v.version }}</td></tr>{% endfor %}</table>"
)


def rows(request: HttpRequest) -> HttpResponse:
    names = ("number", "name", "country", "website", "created_at", "version")
    mine = Vendor.objects.filter(wall_owner=request.user.company_id, is_retired__in=[False])  # type: ignore
    found = mine.order_by("sort_name", "number")  # in the order of an index: the floor sorts nothing
    return HttpResponse(PAGE.render(Context({"rows": found.values(*names)[:25], "who": request.user.name})))  # type: ignore


urlpatterns = [path("", rows)]

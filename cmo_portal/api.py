"""The roof of the API: one router over every subject's `ROUTES`, the schema and its page."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from audits.capa.api import ROUTES as CAPAS
from audits.conduct.checklist_api import ROUTES as CHECKLISTS
from audits.conduct.visit_api import ROUTES as VISITS
from audits.findings.api import ROUTES as FINDINGS
from audits.programme.api import ROUTES as PROGRAMME
from audits.reporting.api import ROUTES as REPORTING
from audits.trends.api import ROUTES as TRENDS
from cmo_portal.accounts.api import ROUTES as ACCOUNTS
from cmo_portal.records.gate import public
from cmo_portal.walled_api import ROUTES as WALLED
from communications.deadlines.api import ROUTES as DEADLINES
from communications.guests.api import ROUTES as GUESTS
from communications.inbound.api import ROUTES as INBOUND
from communications.meetings.api import ROUTES as MEETINGS
from communications.messages.api import ROUTES as MESSAGES
from communications.notices.api import ROUTES as NOTICES
from communications.notices.desk_api import ROUTES as OPERATIONS
from communications.portal.api import ROUTES as RELATIONS
from communications.profiles.api import ROUTES as PROFILES
from communications.updates.api import ROUTES as UPDATES
from vendors.registry.api import ROUTES as REGISTRY
from vendors.registry.supply_api import ROUTES as SUPPLY
from vendors.regulatory.api import ROUTES as REGULATORY
from vendors.selection.api import ROUTES as SELECTION


@cache
def whole_schema() -> dict[str, Any]:
    """The OpenAPI schema. It costs a second and is the same for everybody, so a process makes it once."""
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def schema_as_yaml() -> bytes:
    return OpenApiYamlRenderer().render(whole_schema())


class KeptSchema(SchemaGenerator):
    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        return whole_schema()


class KeptYaml(OpenApiYamlRenderer):
    def render(self, data: Any, *context: Any, **more: Any) -> bytes:
        return schema_as_yaml() if data is whole_schema() else super().render(data, *context, **more)


class SchemaView(SpectacularAPIView):
    generator_class = KeptSchema
    renderer_classes = [KeptYaml, *SpectacularAPIView.renderer_classes[1:]]
    permission_classes = []
    authentication_classes = []


@public
def api_docs(request: HttpRequest) -> HttpResponse:
    """The schema as a page: every collection with its actions, parameters and what it returns."""
    schema = whole_schema()
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in schema["paths"].items():
        group = groups.setdefault(address.split("/")[3], [])
        for method, operation in methods.items():
            group.append({"method": method.upper(), "address": address, "operation": operation})
    return render(request, "api_docs.html", {"groups": sorted(groups.items())})


router = DefaultRouter()
router.include_root_view = False
router.include_format_suffixes = False
AUDITS = (*PROGRAMME, *VISITS, *CHECKLISTS, *FINDINGS, *REPORTING, *CAPAS, *TRENDS)
COMMUNICATIONS = (
    *(*DEADLINES, *NOTICES, *OPERATIONS, *UPDATES, *MESSAGES, *GUESTS),
    *(*MEETINGS, *RELATIONS, *PROFILES, *INBOUND),
)
for prefix, viewset in (*WALLED, *ACCOUNTS, *REGISTRY, *SUPPLY, *REGULATORY, *SELECTION, *AUDITS, *COMMUNICATIONS):
    router.register(prefix, viewset, basename=f"api-{prefix}")

urlpatterns = [*router.urls]
schema = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", api_docs, name="api-docs"),
]

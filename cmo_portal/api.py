"""The roof of the API: one router over every subject's `ROUTES`, the schema and its page."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import DefaultRouter

from vendors.registry.api import ROUTES as REGISTRY
from vendors.regulatory.api import ROUTES as REGULATORY
from vendors.selection.api import ROUTES as SELECTION

router = DefaultRouter()
router.include_root_view = False
router.include_format_suffixes = False
for prefix, viewset in (*REGISTRY, *REGULATORY, *SELECTION):
    router.register(prefix, viewset, basename=f"api-{prefix}")

urlpatterns = [*router.urls]
schema = [path("schema/", SpectacularAPIView.as_view(permission_classes=[], authentication_classes=[]), name="schema")]

"""The registry's API: the same rows, actions and sentences as its pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from vendors.registry import actions
from vendors.registry.filters import VendorFilter
from vendors.registry.models import Vendor


class VendorSerializer(serializers.ModelSerializer[Vendor]):
    """A CMO as its sponsor reads it. `version` goes back with a change, so that nobody overwrites unseen."""

    manager = serializers.CharField(source="manager.name", read_only=True, default=None)
    status = serializers.CharField(source="worst", read_only=True, default=None)

    class Meta:
        model = Vendor
        fields = ("number", "version", "name", "country", "website", "oms_organisation", "manager", "status")
        read_only_fields = ("number",)
        extra_kwargs: dict[str, Any] = {"version": {"required": False}}


class PartnerVendorSerializer(serializers.ModelSerializer[Vendor]):
    """The relation as the CMO reads it."""

    sponsor = serializers.CharField(source="sponsor.name", read_only=True)

    class Meta:
        model = Vendor
        fields = ("number", "sponsor", "name", "country", "website")


class VendorViewSet(RecordViewSet):
    """CMOs: list with filters, read, add, revise."""

    model = Vendor
    queryset = Vendor.objects.none()
    serializer_class = VendorSerializer
    partner_serializer = PartnerVendorSerializer
    filterset_class = VendorFilter
    order = ("sort_name", "number")
    needs = {"list": P.CMO_VIEW, "retrieve": P.CMO_VIEW, "create": P.CMO_EDIT, "partial_update": P.CMO_EDIT}

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        return rows.live().with_standing().select_related("manager", "sponsor")

    @extend_schema(responses={201: VendorSerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        return self.answer(actions.add_vendor(person_of(request).company, by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        vendor = self.get_object()
        actions.revise_vendor(vendor, by=self.actor, **self.checked(request, partial=True))
        return self.answer(vendor)


ROUTES = (("vendors", VendorViewSet),)

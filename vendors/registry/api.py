"""The registry's API of CMOs and their people: the same rows, actions and sentences as its pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.actors import PARTNER
from vendors.registry import actions
from vendors.registry.api_fields import NumberField, RetirableViewSet
from vendors.registry.filters import ContactFilter, PartnerVendorFilter, VendorFilter
from vendors.registry.models import Contact, Site, Vendor
from vendors.registry.site_api import ROUTES as SITE_ROUTES


class VendorSerializer(serializers.ModelSerializer[Vendor]):
    """A CMO as its sponsor reads it. `version` goes back with a change, so that nobody overwrites unseen."""

    manager = NumberField(User, required=False, allow_null=True)
    status = serializers.CharField(source="worst", read_only=True, default=None)
    scopes = serializers.IntegerField(read_only=True, default=0)
    site_count = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Vendor
        fields = (
            "number",
            "version",
            "name",
            "country",
            "website",
            "oms_organisation",
            "manager",
            "status",
            "scopes",
            "site_count",
            "is_retired",
        )
        read_only_fields = ("number", "is_retired")
        extra_kwargs: dict[str, Any] = {"version": {"required": False, "read_only": False}}


class PartnerVendorSerializer(serializers.ModelSerializer[Vendor]):
    """The relation as the CMO reads it."""

    sponsor = serializers.CharField(source="sponsor.name", read_only=True)

    class Meta:
        model = Vendor
        fields = ("number", "sponsor", "name", "country", "website")
        read_only_fields = fields


class VendorViewSet(RetirableViewSet):
    """CMOs: list with filters, read, add, revise, retire. A CMO reads its own relations."""

    model = Vendor
    queryset = Vendor.objects.none()
    serializer_class = VendorSerializer
    partner_serializer = PartnerVendorSerializer
    order = ("sort_name", "number")
    needs = {
        "list": P.SITE_VIEW,
        "retrieve": P.SITE_VIEW,
        "create": P.CMO_EDIT,
        "partial_update": P.CMO_EDIT,
        "retire": P.CMO_EDIT,
        "restore": P.CMO_EDIT,
    }

    @property
    def filterset_class(self) -> type[PartnerVendorFilter]:
        """A CMO cannot ask by what only its sponsor knows."""
        asker: Any = None if getattr(self, "swagger_fake_view", False) else self.actor
        return PartnerVendorFilter if getattr(asker, "company_kind", "") == PARTNER else VendorFilter

    def get_queryset(self) -> Any:
        rows: Any = self.live(super().get_queryset()).select_related("manager", "sponsor")
        if getattr(self.request.user, "company_kind", "") == PARTNER:
            return rows
        return rows.register_of(self.actor.company_id).with_standing().with_site_count()

    @extend_schema(responses={201: VendorSerializer})
    def create(self, request: Request) -> Response:
        sponsor = person_of(request).company
        return self.answer(actions.add_vendor(sponsor, by=self.actor, **self.new_values(request)), created=True)


class ContactSerializer(serializers.ModelSerializer[Contact]):
    """A person at the CMO. `cmo` is given once, when the contact is added."""

    cmo = NumberField(Vendor, source="vendor")
    site = NumberField(Site, required=False, allow_null=True)

    class Meta:
        model = Contact
        fields = (
            "number",
            "version",
            "cmo",
            "site",
            "name",
            "role",
            "title",
            "email",
            "phone",
            "is_primary",
            "is_retired",
        )
        read_only_fields = ("number", "is_retired")
        extra_kwargs: dict[str, Any] = {"version": {"required": False, "read_only": False}}


class ContactViewSet(RetirableViewSet):
    """Whom to call at a CMO, for what."""

    model = Contact
    queryset = Contact.objects.none()
    serializer_class = ContactSerializer
    filterset_class = ContactFilter
    parent = "vendor"
    order = ("name", "number")
    needs = {
        "list": P.SITE_VIEW,
        "retrieve": P.SITE_VIEW,
        "create": P.CMO_EDIT,
        "partial_update": P.CMO_EDIT,
        "retire": P.CMO_EDIT,
        "restore": P.CMO_EDIT,
    }

    def get_queryset(self) -> Any:
        return self.live(super().get_queryset()).select_related("vendor__sponsor", "vendor__company", "site")

    @extend_schema(responses={201: ContactSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        return self.answer(actions.add_contact(values.pop("vendor"), by=self.actor, **values), created=True)


ROUTES = (("vendors", VendorViewSet), ("contacts", ContactViewSet), *SITE_ROUTES)

"""The registry's API of sites: what they are, can do, hold and promise. Both audiences, each behind its wall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.record import Record
from vendors.registry import site_actions
from vendors.registry.api_fields import (
    NumberField,
    ReasonSerializer,
    RetirableViewSet,
    RevisableViewSet,
    required_reason,
)
from vendors.registry.filters import CapabilityFilter, CertificateFilter, OfferFilter, SiteFilter
from vendors.registry.models import Capability, CapacityOffer, Certificate, ContainmentBand, Site, Vendor

VERSION: dict[str, Any] = {"version": {"required": False, "read_only": False}}
KEPT = ("number", "is_retired")
SITE_FACTS = ("name", "address", "city", "postcode", "country", "fei", "duns", "oms_location", "is_retired")


class SiteSerializer(serializers.ModelSerializer[Site]):
    """A site as its sponsor reads it. `cmo` is given once, when the site is added."""

    cmo = NumberField(Vendor, source="vendor")
    former_feis: Any = serializers.SlugRelatedField(slug_field="fei", many=True, read_only=True)

    class Meta:
        model = Site
        fields = ("number", "version", "cmo", *SITE_FACTS, "former_feis")
        read_only_fields = KEPT
        extra_kwargs = VERSION | {
            "fei": {"max_length": 40},  # the action cleans it and names what is wrong
            "duns": {"max_length": 40},
            "oms_location": {"max_length": 40},
        }
        validators: ClassVar[list[Any]] = []


class PartnerSiteSerializer(serializers.ModelSerializer[Site]):
    """A site as the CMO reads it: which sponsor shares it, and its facts."""

    sponsor = serializers.CharField(source="vendor.sponsor.name", read_only=True)

    class Meta:
        model = Site
        fields = ("number", "sponsor", *SITE_FACTS)
        read_only_fields = fields


class SiteViewSet(RetirableViewSet):
    """Sites: list with filters, read, add, revise, retire."""

    model = Site
    queryset = Site.objects.none()
    serializer_class = SiteSerializer
    partner_serializer = PartnerSiteSerializer
    filterset_class = SiteFilter
    parent = "vendor"
    order = ("name", "number")
    needs = {
        "list": P.SITE_VIEW,
        "retrieve": P.SITE_VIEW,
        "create": P.SITE_EDIT,
        "partial_update": P.SITE_EDIT,
        "retire": P.SITE_EDIT,
        "restore": P.SITE_EDIT,
    }

    def get_queryset(self) -> Any:
        rows = self.live(super().get_queryset()).select_related("vendor__sponsor", "vendor__company")
        return rows.prefetch_related("former_feis")

    @extend_schema(responses={201: SiteSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        return self.answer(site_actions.add_site(values.pop("vendor"), by=self.actor, **values), created=True)


class OfSiteViewSet(RevisableViewSet):
    """Records of one site. `add` is the action that makes one."""

    parent = "site"
    add: ClassVar[Callable[..., Record]]

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("site__vendor__sponsor", "site__vendor__company")

    def create(self, request: Request) -> Response:
        values, add = self.new_values(request), type(self).add
        return self.answer(add(values.pop("site"), by=self.actor, **values), created=True)


class CapabilitySerializer(serializers.ModelSerializer[Capability]):
    """What a site can do. `band` is a row of the site's own containment table, by its number."""

    site = NumberField(Site)
    band = NumberField(ContainmentBand, required=False, allow_null=True)
    markets = serializers.ListField(child=serializers.CharField(max_length=40), required=False, max_length=100)

    class Meta:
        model = Capability
        fields = (
            "number",
            "version",
            "site",
            "service",
            "modality",
            "dosage_form",
            "scale",
            "band",
            "batch_min",
            "batch_max",
            "batch_unit",
            "markets",
            "equipment",
            "is_retired",
        )
        read_only_fields = KEPT
        extra_kwargs = VERSION


EDIT_SITE = dict.fromkeys(("create", "partial_update", "retire", "restore"), P.SITE_EDIT)
READ = {"list": P.SITE_VIEW, "retrieve": P.SITE_VIEW}


class CapabilityViewSet(OfSiteViewSet, RetirableViewSet):
    """What sites can do: service, dosage form, modality, scale, containment, batch size."""

    model = Capability
    queryset = Capability.objects.none()
    serializer_class = CapabilitySerializer
    filterset_class = CapabilityFilter
    needs = {**READ, **EDIT_SITE}
    add = staticmethod(site_actions.add_capability)

    def get_queryset(self) -> Any:
        return self.live(super().get_queryset()).select_related("band")

    @extend_schema(responses={201: CapabilitySerializer})
    def create(self, request: Request) -> Response:
        return super().create(request)


class CertificateSerializer(serializers.ModelSerializer[Certificate]):
    """A certificate or licence of a site. Dates are ISO."""

    site = NumberField(Site)

    class Meta:
        model = Certificate
        fields = (
            "number",
            "version",
            "site",
            "kind",
            "authority",
            "reference",
            "covers",
            "inspection_end_date",
            "issue_date",
            "expires_date",
            "is_retired",
        )
        read_only_fields = KEPT
        extra_kwargs = VERSION


class CertificateViewSet(OfSiteViewSet, RetirableViewSet):
    """Certificates and licences. A CMO may add its own."""

    model = Certificate
    queryset = Certificate.objects.none()
    serializer_class = CertificateSerializer
    filterset_class = CertificateFilter
    needs = {**READ, **EDIT_SITE, "create": P.CERTIFICATE_ADD}
    add = staticmethod(site_actions.add_certificate)

    def get_queryset(self) -> Any:
        return self.live(super().get_queryset())

    @extend_schema(responses={201: CertificateSerializer})
    def create(self, request: Request) -> Response:
        return super().create(request)


class CapacityOfferSerializer(serializers.ModelSerializer[CapacityOffer]):
    """A dated promise of capacity. `state`: standing, unsigned, ended or withdrawn."""

    site = NumberField(Site)
    state = serializers.SerializerMethodField()

    class Meta:
        model = CapacityOffer
        fields = (
            "number",
            "version",
            "site",
            "line",
            "service",
            "dosage_form",
            "window_start",
            "window_end",
            "quantity",
            "unit",
            "confidence",
            "signed_off_by",
            "signed_off_date",
            "expires_date",
            "state",
        )
        read_only_fields = ("number",)
        extra_kwargs = VERSION

    def get_state(self, offer: CapacityOffer) -> str:
        return offer.state(timezone.localdate())


class SignOffSerializer(serializers.Serializer[Any]):
    """Who of technical operations stands behind the offer, and since when."""

    signed_off_by = serializers.CharField(max_length=120)
    signed_off_date = serializers.DateField()


class CapacityOfferViewSet(OfSiteViewSet):
    """Capacity offers: add, revise until the sign-off, sign off, withdraw. A CMO makes its own."""

    model = CapacityOffer
    queryset = CapacityOffer.objects.none()
    serializer_class = CapacityOfferSerializer
    filterset_class = OfferFilter
    needs = {
        **READ,
        "create": P.CAPACITY_OFFER,
        "partial_update": P.CAPACITY_OFFER,
        "sign_off": P.CAPACITY_OFFER,
        "withdraw": P.CAPACITY_OFFER,
    }
    add = staticmethod(site_actions.add_offer)

    @extend_schema(responses={201: CapacityOfferSerializer})
    def create(self, request: Request) -> Response:
        return super().create(request)

    def partial_update(self, request: Request, number: str) -> Response:
        offer = self.get_object()
        site_actions.revise_offer(offer, by=self.actor, **self.changes(offer, request))
        return self.answer(offer)

    @extend_schema(request=SignOffSerializer)
    @action(detail=True, methods=["post"], url_path="sign-off")
    def sign_off(self, request: Request, number: str) -> Response:
        """Records the sign-off of technical operations."""
        offer = self.get_object()
        serializer = SignOffSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        site_actions.sign_off_offer(offer, by=self.actor, **serializer.validated_data)
        return self.answer(offer)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:
        """Takes the promise back, with the reason."""
        offer = self.get_object()
        site_actions.withdraw_offer(offer, by=self.actor, reason=required_reason(request))
        return self.answer(offer)


ROUTES = (
    ("sites", SiteViewSet),
    ("capabilities", CapabilityViewSet),
    ("certificates", CertificateViewSet),
    ("capacity-offers", CapacityOfferViewSet),
)

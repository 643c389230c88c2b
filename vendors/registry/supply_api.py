"""The API of products, supplies, batches, agreements and qualifications: the pages' actions, walls and sentences.

None of it is a CMO's to read: there is no partner's serializer, and the walls show a partner no row.
"""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionSerializer, TransitionsMixin
from vendors.registry import agreement_actions, product_actions, qualification_actions
from vendors.registry.api_fields import NumberField, required_reason
from vendors.registry.approved_list_api import ROUTES as APPROVED_ROUTES
from vendors.registry.deadline_policy_api import ROUTES as POLICY_ROUTES
from vendors.registry.import_api import ROUTES as IMPORT_ROUTES
from vendors.registry.joining_api import ROUTES as JOINING_ROUTES
from vendors.registry.models import Site, Vendor
from vendors.registry.sourcing import sourcing_of
from vendors.registry.supply import Agreement, Batch, Product, Qualification, Supply
from vendors.registry.supply_filters import (
    AgreementFilter,
    BatchFilter,
    ProductFilter,
    QualificationFilter,
    SupplyFilter,
)
from vendors.registry.workflows import BATCH, QUALIFICATION

VERSION: dict[str, Any] = {"version": {"required": False, "read_only": False}}


class SupplyViewSetBase(RecordViewSet):
    """Values of a request with the version and the reason apart."""

    fixed: ClassVar[tuple[str, ...]] = ()

    def new_values(self, request: Request) -> dict[str, Any]:
        return {name: value for name, value in self.checked(request).items() if name != "version"}

    def changes(self, request: Request) -> dict[str, Any]:
        """What may change, with `version` and `reason`; what is given once stays as it was."""
        values = self.checked(request, partial=True)
        kept = {name: value for name, value in values.items() if name not in self.fixed}
        data: Any = request.data
        return kept | {"reason": str(data.get("reason", ""))[:300]}


class SourcingSerializer(serializers.Serializer[Any]):
    service = serializers.CharField()
    kind = serializers.CharField()
    alternatives = serializers.IntegerField()
    words = serializers.CharField()


class ProductSerializer(serializers.ModelSerializer[Product]):
    """A product or programme. `sourcing` is counted from its supplies, service by service."""

    markets = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    sourcing = serializers.SerializerMethodField()

    class Meta:
        model = Product
        fields = (
            *("number", "version", "code", "name", "modality", "dosage_form", "stage", "markets"),
            *("annual_volume", "volume_unit", "is_medically_necessary", "is_retired", "sourcing"),
        )
        read_only_fields = ("number", "is_retired")
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []

    @extend_schema(responses=SourcingSerializer(many=True))
    def get_sourcing(self, product: Product) -> list[dict[str, Any]]:
        rows = [row for row in product.supplies.all() if not row.is_retired]
        return [
            {"service": each.service, "kind": each.kind, "alternatives": each.alternatives, "words": each.words}
            for each in sourcing_of(rows)
        ]


class ProductViewSet(SupplyViewSetBase):
    """Products: list with filters, read, add, revise, retire, take back into use."""

    model = Product
    queryset = Product.objects.none()
    serializer_class = ProductSerializer
    filterset_class = ProductFilter
    order = ("code", "number")
    needs = {
        "list": P.PRODUCT_VIEW,
        "retrieve": P.PRODUCT_VIEW,
        "create": P.PRODUCT_EDIT,
        "partial_update": P.PRODUCT_EDIT,
        "retire": P.PRODUCT_EDIT,
        "restore": P.PRODUCT_EDIT,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("sponsor").prefetch_related("supplies")
        in_use = self.action == "list" and "retired" not in self.request.query_params
        return rows.filter(is_retired=False) if in_use else rows

    @extend_schema(responses={201: ProductSerializer})
    def create(self, request: Request) -> Response:
        company = person_of(request).company
        return self.answer(
            product_actions.add_product(company, by=self.actor, **self.new_values(request)), created=True
        )

    def partial_update(self, request: Request, number: str) -> Response:
        product = self.get_object()
        product_actions.revise_product(product, by=self.actor, **self.changes(request))
        return self.answer(product)

    @action(detail=True, methods=["post"])
    def retire(self, request: Request, number: str) -> Response:
        product = self.get_object()
        product_actions.retire_product(product, by=self.actor, reason=required_reason(request))
        return self.answer(product)

    @action(detail=True, methods=["post"])
    def restore(self, request: Request, number: str) -> Response:
        product = self.get_object()
        product_actions.bring_back_product(product, by=self.actor, reason=required_reason(request))
        return self.answer(product)


class SupplySerializer(serializers.ModelSerializer[Supply]):
    """Which site does which service for a product. Product, site and service are given once."""

    product = NumberField(Product)
    site = NumberField(Site)
    cmo = serializers.CharField(source="site.vendor.number", read_only=True)

    class Meta:
        model = Supply
        fields = (
            *("number", "version", "product", "site", "cmo", "service"),
            *("stage", "role", "since_date", "is_retired"),
        )
        read_only_fields = ("number", "is_retired")
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []


class SupplyViewSet(SupplyViewSetBase):
    """Who supplies what: list, read, add, revise, remove."""

    model = Supply
    queryset = Supply.objects.none()
    serializer_class = SupplySerializer
    filterset_class = SupplyFilter
    fixed = ("product", "site", "service")
    needs = {
        "list": P.PRODUCT_VIEW,
        "retrieve": P.PRODUCT_VIEW,
        "create": P.PRODUCT_EDIT,
        "partial_update": P.PRODUCT_EDIT,
        "remove": P.PRODUCT_EDIT,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("product__sponsor", "site__vendor")
        return rows.filter(is_retired=False) if self.action == "list" else rows

    @extend_schema(responses={201: SupplySerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        product, site = values.pop("product"), values.pop("site")
        return self.answer(product_actions.add_supply(product, site, by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        supply = self.get_object()
        product_actions.revise_supply(supply, by=self.actor, **self.changes(request))
        return self.answer(supply)

    @action(detail=True, methods=["post"])
    def remove(self, request: Request, number: str) -> Response:
        """Takes away a row that should never have stood there."""
        supply = self.get_object()
        product_actions.remove_supply(supply, by=self.actor, reason=required_reason(request))
        return self.answer(supply)


class BatchSerializer(serializers.ModelSerializer[Batch]):
    """A batch as a number with a status; the status changes by its transitions only."""

    supply = NumberField(Supply)

    class Meta:
        model = Batch
        fields = (
            *("number", "version", "supply", "batch_number", "status"),
            *("quantity", "unit", "made_date", "status_date"),
        )
        read_only_fields = ("number", "status", "status_date")
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []


class BatchTransitionSerializer(TransitionSerializer):
    status_date = serializers.DateField(required=False)


class BatchViewSet(TransitionsMixin, SupplyViewSetBase):
    """Batches: list, read, add, revise, and `transitions`."""

    model = Batch
    queryset = Batch.objects.none()
    serializer_class = BatchSerializer
    filterset_class = BatchFilter
    fixed = ("supply",)
    workflow = BATCH
    transition_serializer = BatchTransitionSerializer
    needs = {
        "list": P.PRODUCT_VIEW,
        "retrieve": P.PRODUCT_VIEW,
        "create": P.PRODUCT_EDIT,
        "partial_update": P.PRODUCT_EDIT,
        "transitions": P.PRODUCT_VIEW,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("supply__product__sponsor", "supply__site")

    @extend_schema(responses={201: BatchSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        return self.answer(product_actions.add_batch(values.pop("supply"), by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        batch = self.get_object()
        product_actions.revise_batch(batch, by=self.actor, **self.changes(request))
        return self.answer(batch)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        keywords.pop("credentials")
        product_actions.move_batch(record, name, **keywords)  # type: ignore[arg-type]


class AgreementSerializer(serializers.ModelSerializer[Agreement]):
    """A contract with a CMO. `cmo` is given once; it ends early by the action `end`."""

    cmo = NumberField(Vendor, source="vendor")

    class Meta:
        model = Agreement
        fields = (
            *("number", "version", "cmo", "kind", "title", "reference", "parties"),
            *("signed_date", "effective_date", "expires_date", "ended_date", "ended_reason"),
        )
        read_only_fields = ("number", "ended_date", "ended_reason")
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []


class EndSerializer(serializers.Serializer[Any]):
    ended_date = serializers.DateField()
    reason = serializers.CharField(max_length=500)


class AgreementViewSet(SupplyViewSetBase):
    """Agreements: list with filters (`state`: in_force, expiring, over), read, add, revise, end early."""

    model = Agreement
    queryset = Agreement.objects.none()
    serializer_class = AgreementSerializer
    filterset_class = AgreementFilter
    fixed = ("vendor",)
    order = ("title", "number")
    needs = {
        "list": P.AGREEMENT_VIEW,
        "retrieve": P.AGREEMENT_VIEW,
        "create": P.AGREEMENT_EDIT,
        "partial_update": P.AGREEMENT_EDIT,
        "end": P.AGREEMENT_EDIT,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("vendor__sponsor")

    @extend_schema(responses={201: AgreementSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        vendor = values.pop("vendor")
        return self.answer(agreement_actions.add_agreement(vendor, by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        agreement = self.get_object()
        agreement_actions.revise_agreement(agreement, by=self.actor, **self.changes(request))
        return self.answer(agreement)

    @extend_schema(request=EndSerializer)
    @action(detail=True, methods=["post"])
    def end(self, request: Request, number: str) -> Response:
        """Ends the agreement before its date, with the reason."""
        agreement = self.get_object()
        sent = EndSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        agreement_actions.end_agreement(agreement, by=self.actor, **sent.validated_data)
        return self.answer(agreement)


class QualificationSerializer(serializers.ModelSerializer[Qualification]):
    """A scope and what quality has decided on it. It is proposed here, and moved by its transitions."""

    cmo = NumberField(Vendor, source="vendor")
    site = NumberField(Site)
    product = NumberField(Product, required=False, allow_null=True)

    class Meta:
        model = Qualification
        fields = (
            *("number", "version", "cmo", "site", "service", "dosage_form", "product", "status", "status_date"),
            *("expires_date", "conditions", "rationale", "inventory_plan", "alternate_plan"),
        )
        read_only_fields = (
            *("number", "status", "status_date", "expires_date", "conditions"),
            *("inventory_plan", "alternate_plan"),
        )
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []


class QualificationTransitionSerializer(TransitionSerializer):
    """What a decision takes besides its proof; a field that the move does not take is refused."""

    conditions = serializers.CharField(required=False, allow_blank=True)
    expires_date = serializers.DateField(required=False, allow_null=True)
    rationale = serializers.CharField(required=False, allow_blank=True)
    inventory_plan = serializers.CharField(required=False, allow_blank=True)
    alternate_plan = serializers.CharField(required=False, allow_blank=True)


class QualificationViewSet(TransitionsMixin, SupplyViewSetBase):
    """Qualifications: list with filters, read, propose, revise the proposal, and `transitions`."""

    model = Qualification
    queryset = Qualification.objects.none()
    serializer_class = QualificationSerializer
    filterset_class = QualificationFilter
    fixed = ("vendor",)
    workflow = QUALIFICATION
    transition_serializer = QualificationTransitionSerializer
    needs = {
        "list": P.CMO_VIEW,
        "retrieve": P.CMO_VIEW,
        "create": P.QUALIFICATION_PROPOSE,
        "partial_update": P.QUALIFICATION_PROPOSE,
        "transitions": P.CMO_VIEW,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("vendor__sponsor", "site__vendor", "product")

    @extend_schema(responses={201: QualificationSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        vendor = values.pop("vendor")
        return self.answer(qualification_actions.propose(vendor, by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        row = self.get_object()
        values = self.changes(request)
        values.pop("reason")
        qualification_actions.revise_proposal(row, by=self.actor, **values)
        return self.answer(row)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        qualification_actions.move(record, name, **keywords)  # type: ignore[arg-type]


ROUTES: tuple[tuple[str, Any], ...] = (
    ("products", ProductViewSet),
    ("supplies", SupplyViewSet),
    ("batches", BatchViewSet),
    ("agreements", AgreementViewSet),
    ("qualifications", QualificationViewSet),
    *IMPORT_ROUTES,
    *JOINING_ROUTES,
    *APPROVED_ROUTES,
    *POLICY_ROUTES,
)

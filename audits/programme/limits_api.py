"""The API of time limits: a sponsor's own numbers and those of its agreements, by the pages' actions. A CMO finds
neither: it reads the dates that follow from them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from audits.programme.api_walls import SponsorsOnly
from audits.programme.limits import LIMITS, Limit, limits_of
from audits.programme.limits_actions import set_agreed_limits, set_limits
from audits.programme.steering import AgreementLimits, AuditLimits
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from vendors.registry.api_fields import NumberField
from vendors.registry.supply import Agreement

NEEDS: dict[str, str] = {
    "list": P.AUDIT_VIEW,
    "retrieve": P.AUDIT_VIEW,
    "create": P.AUDIT_PLAN,
    "partial_update": P.AUDIT_PLAN,
}
FIRST = 0  # the version of a row that is not there yet: a colleague's is not overwritten unseen


class NumbersField(serializers.DictField):
    """{name of a limit: number in its unit}; of what is not named nothing changes, null takes a number away."""

    child = serializers.IntegerField(allow_null=True)


class InForceSerializer(serializers.Serializer[Any]):
    """One limit with its unit, its range, its default and the number in force. side: who must act in that time, and
    empty where no agreement may say otherwise; follows: the limit that counts where this one is not set."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.CharField()
    side = serializers.CharField()
    follows = serializers.CharField()
    lowest = serializers.IntegerField()
    highest = serializers.IntegerField()
    default = serializers.IntegerField()
    number = serializers.IntegerField()


class AuditLimitsSerializer(serializers.ModelSerializer[AuditLimits]):
    """The sponsor's own numbers, where they differ from the defaults. reason: why they change, for the trail.

    version: the one that was read; a change to another one is refused with 409.
    """

    values = NumbersField()  # type: ignore[assignment]
    reason = serializers.CharField(max_length=300, write_only=True)

    class Meta:
        model = AuditLimits
        fields = ("number", "version", "values", "reason")
        read_only_fields = ("number",)
        extra_kwargs: ClassVar[dict[str, Any]] = {"version": {"required": False, "read_only": False}}


class AgreementLimitsSerializer(AuditLimitsSerializer):
    """What an agreement says; it counts before the sponsor's own numbers while the agreement is in force (`holds`)."""

    agreement = NumberField(Agreement)
    holds = serializers.SerializerMethodField()

    class Meta(AuditLimitsSerializer.Meta):
        model = AgreementLimits  # type: ignore[assignment]
        fields = ("number", "version", "agreement", "values", "holds", "reason")  # type: ignore[assignment]
        validators: ClassVar[list[Any]] = []

    @extend_schema(responses=serializers.BooleanField)
    def get_holds(self, row: AgreementLimits) -> bool:
        """Whether it counts today."""
        return row.agreement.state(row.agreement.vendor.sponsor.today()) == "in_force"


class AuditLimitsViewSet(SponsorsOnly, RecordViewSet):
    """The sponsor's own numbers: list (one row, or none as long as every default holds), read, set first, change."""

    model = AuditLimits
    queryset = AuditLimits.objects.none()
    serializer_class = AuditLimitsSerializer
    needs = {**NEEDS, "in_force": P.AUDIT_VIEW}

    @extend_schema(responses={201: AuditLimitsSerializer})
    def create(self, request: Request) -> Response:
        """Sets the first numbers; 409 where a colleague has set some: change those."""
        values = self.checked(request) | {"version": FIRST}
        return self.answer(self.put(request, values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        self.get_object()
        return self.answer(self.put(request, self.checked(request)))

    def put(self, request: Request, sent: dict[str, Any]) -> AuditLimits:
        company = person_of(request).company
        version = sent.get("version")
        return set_limits(company, sent["values"], by=self.actor, reason=sent["reason"], version=version)

    @extend_schema(responses=InForceSerializer(many=True), filters=False)
    @action(detail=False, url_path="in-force", pagination_class=None)
    def in_force(self, request: Request) -> Response:
        """Every limit as it stands for the sponsor, set or not. Agreements may say otherwise for their CMO."""
        now = limits_of(person_of(request).company)
        return Response(InForceSerializer([row_of(each, now) for each in LIMITS.values()], many=True).data)


class AgreementLimitsViewSet(SponsorsOnly, RecordViewSet):
    """What agreements say about time limits: list, read, set first (`agreement`), change."""

    model = AgreementLimits
    queryset = AgreementLimits.objects.none()
    serializer_class = AgreementLimitsSerializer
    needs = NEEDS

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("agreement__vendor__sponsor")

    @extend_schema(responses={201: AgreementLimitsSerializer})
    def create(self, request: Request) -> Response:
        """Sets an agreement's first numbers; 409 where a colleague has set some: change those."""
        sent = self.checked(request)
        agreement = sent["agreement"]
        row = set_agreed_limits(agreement, sent["values"], by=self.actor, reason=sent["reason"], version=FIRST)
        return self.answer(row, created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        agreement = self.get_object().agreement
        data: Any = request.data
        if data.get("agreement", agreement.number) != agreement.number:
            raise ValidationError({"agreement": "These numbers stay with their agreement: set those of the other one."})
        sent = self.checked(request, partial=True)
        lacking = [name for name in ("values", "reason") if name not in sent]
        if lacking:
            raise ValidationError(dict.fromkeys(lacking, "This field is required."))
        version = sent.get("version")
        row = set_agreed_limits(agreement, sent["values"], by=self.actor, reason=sent["reason"], version=version)
        return self.answer(row)


def row_of(each: Limit, now: dict[str, int]) -> dict[str, Any]:
    names = ("name", "label", "unit", "side", "follows", "lowest", "highest", "default")
    return {**{name: getattr(each, name) for name in names}, "number": now[each.name]}


ROUTES: tuple[tuple[str, Any], ...] = (
    ("audit-limits", AuditLimitsViewSet),
    ("agreement-limits", AgreementLimitsViewSet),
)

"""The API of deadline policies: the pages' actions, walls and sentences. A CMO learns nothing of them."""

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
from vendors.registry import deadline_policy_actions as actions
from vendors.registry.api_fields import NumberField, ReasonSerializer, required_reason
from vendors.registry.deadline_policies import DeadlinePolicy, Rung
from vendors.registry.supply import Agreement


class DeadlinePolicySerializer(serializers.ModelSerializer[DeadlinePolicy]):
    """One rule about reminders.

    kind, facet, agreement: what it is about; empty means all. offsets: like `14d`, `-3d`, `5b` (business days) or
    `24h`, before the date where positive. escalation: offset after the date -> owner, manager or facilitators.
    """

    agreement = NumberField(Agreement, required=False, allow_null=True)
    offsets = serializers.ListField(child=serializers.CharField(max_length=8), required=False, max_length=20)
    escalation = serializers.DictField(child=serializers.ChoiceField(choices=Rung.choices), required=False)
    holds = serializers.SerializerMethodField()

    class Meta:
        model = DeadlinePolicy
        fields = ("number", "version", "kind", "facet", "agreement", "offsets", "escalation", "is_retired", "holds")
        read_only_fields = ("number", "is_retired")
        extra_kwargs: ClassVar[dict[str, Any]] = {"version": {"required": False, "read_only": False}}
        validators: ClassVar[list[Any]] = []

    @extend_schema(responses=serializers.BooleanField)
    def get_holds(self, policy: DeadlinePolicy) -> bool:
        """Whether it counts today: in use, and its agreement in force."""
        return not policy.is_retired and policy.holds_on(policy.sponsor.today())


class DeadlinePolicyViewSet(RecordViewSet):
    """Policies: list (`?retired=1` those out of use), read, add, revise, retire, take back into use."""

    model = DeadlinePolicy
    queryset = DeadlinePolicy.objects.none()
    serializer_class = DeadlinePolicySerializer
    needs = {
        "list": P.POLICY_VIEW,
        "retrieve": P.POLICY_VIEW,
        "create": P.POLICY_EDIT,
        "partial_update": P.POLICY_EDIT,
        "retire": P.POLICY_EDIT,
        "restore": P.POLICY_EDIT,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset().select_related("sponsor", "agreement__vendor")
        query = self.request.query_params if getattr(self, "request", None) else {}
        retired = query.get("retired", "0") not in ("", "0", "false")
        return rows.filter(is_retired=retired) if self.action == "list" else rows

    @extend_schema(responses={201: DeadlinePolicySerializer})
    def create(self, request: Request) -> Response:
        values = self.checked(request)
        values.pop("version", None)
        return self.answer(actions.add_policy(person_of(request).company, by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        policy = self.get_object()
        data: Any = request.data
        reason = str(data.get("reason", ""))[:300]
        actions.revise_policy(policy, by=self.actor, reason=reason, **self.checked(request, partial=True))
        return self.answer(policy)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, number: str) -> Response:
        policy = self.get_object()
        actions.retire_policy(policy, by=self.actor, reason=required_reason(request))
        return self.answer(policy)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, number: str) -> Response:
        policy = self.get_object()
        actions.restore_policy(policy, by=self.actor)
        return self.answer(policy)


ROUTES = (("deadline-policies", DeadlinePolicyViewSet),)

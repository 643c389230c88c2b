"""The API of teams: who audits, and whether they are independent. A CMO reads its audits' teams at the audit alone."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from audits.programme import team_actions
from audits.programme.api_walls import SponsorsOnly
from audits.programme.models import Audit, TeamMember
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.api import RecordViewSet
from vendors.registry.api_fields import NumberField, ReasonSerializer

ONCE = ("audit", "person", "name", "employer")
GIVEN_ONCE = "It is given once: take this person out of the team and add the other one."


class MemberFilter(django_filters.FilterSet):
    audit = django_filters.CharFilter(field_name="audit__number")

    class Meta:
        model = TeamMember
        fields = ("role",)


class TeamMemberSerializer(serializers.ModelSerializer[TeamMember]):
    """A person of a team: a colleague as `person`, or somebody from outside by name and employer. Audit and person are
    given once. independence: empty before the declaration, then `independent`, `ties`, or `cleared` by quality."""

    audit = NumberField(Audit)
    person = NumberField(User, required=False, allow_null=True)
    independence = serializers.SerializerMethodField()

    class Meta:
        model = TeamMember
        fields = ("number", "version", "audit", "person", "name", "employer", "role", "expertise", "independence")
        read_only_fields = ("number",)
        extra_kwargs: ClassVar[dict[str, Any]] = {
            "version": {"required": False, "read_only": False},
            "name": {"required": False},
        }
        validators: ClassVar[list[Any]] = []

    def get_independence(self, member: TeamMember) -> str:
        declaration = getattr(member, "declaration", None)
        if declaration is None:
            return ""
        if not declaration.has_conflict:
            return "independent"
        return "cleared" if declaration.is_cleared else "ties"


class DeclarationSerializer(serializers.Serializer[Any]):
    has_conflict = serializers.BooleanField()
    ties = serializers.CharField(required=False, allow_blank=True, default="", max_length=4000)


class ClearingSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=4000)


class TeamViewSet(SponsorsOnly, RecordViewSet):
    """Teams: list by audit, read, add, revise, `remove`, `declare` one's independence, and `clear` declared ties."""

    model = TeamMember
    queryset = TeamMember.objects.none()
    serializer_class = TeamMemberSerializer
    filterset_class = MemberFilter
    needs: ClassVar[dict[str, str]] = {
        "list": P.AUDIT_VIEW,
        "retrieve": P.AUDIT_VIEW,
        "create": P.AUDIT_PLAN,
        "partial_update": P.AUDIT_PLAN,
        "remove": P.AUDIT_PLAN,
        "declare": P.AUDIT_VIEW,  # one's own; the action asks whose it is
        "clear": P.AUDITOR_QUALIFY,
    }

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        rows = rows.filter(audit__in=Audit.objects.open_to(self.actor).values("pk"))
        if self.action not in ("remove", "retrieve"):
            rows = rows.filter(is_removed=False)
        places = ("audit__site__vendor__sponsor", "audit__site__vendor__company")
        return rows.select_related("person", "declaration", *places)

    @extend_schema(responses={201: TeamMemberSerializer})
    def create(self, request: Request) -> Response:
        values = {name: value for name, value in self.checked(request).items() if name != "version"}
        return self.answer(team_actions.add_member(values.pop("audit"), by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        member = self.get_object()
        values = self.checked(request, partial=True)
        moved = [name for name in ONCE if name in values and values.pop(name) != getattr(member, name)]
        if moved:
            raise ValidationError(dict.fromkeys(moved, GIVEN_ONCE))
        team_actions.revise_member(member, by=self.actor, **values)
        return self.answer(member)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def remove(self, request: Request, number: str) -> Response:
        """Takes the person out of the team; the row stays."""
        member = self.get_object()
        sent = ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        team_actions.remove_member(member, by=self.actor, reason=sent.validated_data["reason"])
        return self.answer(member)

    @extend_schema(request=DeclarationSerializer)
    @action(detail=True, methods=["post"])
    def declare(self, request: Request, number: str) -> Response:
        """One's own word on ties to the site; of somebody from outside the planner records it."""
        member = self.get_object()
        if not team_actions.may_declare(member, self.actor):
            raise PermissionDenied
        sent = DeclarationSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        team_actions.declare_independence(member, by=self.actor, **sent.validated_data)
        return self.answer(member)

    @extend_schema(request=ClearingSerializer)
    @action(detail=True, methods=["post"])
    def clear(self, request: Request, number: str) -> Response:
        """Quality finds that the declared ties do not stand against auditing."""
        member = self.get_object()
        sent = ClearingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        team_actions.clear_declared(member, by=self.actor, **sent.validated_data)
        return self.answer(member)


ROUTES: tuple[tuple[str, Any], ...] = (("audit-team-members", TeamViewSet),)

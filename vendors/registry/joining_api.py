"""The API of inviting CMOs to the portal: the same invitations, actions and sentences as the pages.

The mail's address is in no answer: only the mailbox it went to may read it. Joining itself is a page.
"""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.actions import resend, withdraw
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from vendors.registry.api_fields import NumberField
from vendors.registry.cmo_invitations import CmoInvitation
from vendors.registry.joining_actions import invite_cmo
from vendors.registry.models import Vendor


class OwnCmoField(NumberField):
    """A CMO of the asker's register by its number, also for an administrator, who invites CMOs but reads none."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        if request is None or request.user is None:
            return Vendor.objects.none()
        return Vendor.objects.visible_to(request.user).register_of(request.user.company_id)


class CmoInvitationSerializer(serializers.ModelSerializer[CmoInvitation]):
    """An invitation and how it stands. `delivered_at` is empty until its mail is sent, and again after `resend`."""

    cmo = OwnCmoField(Vendor, source="vendor")
    cmo_name = serializers.CharField(source="vendor.name", read_only=True)

    class Meta:
        model = CmoInvitation
        fields = (
            *("number", "cmo", "cmo_name", "email", "name", "status"),
            *("created_at", "delivered_at", "expires_at"),
        )
        read_only_fields = ("number", "status", "created_at", "delivered_at", "expires_at")
        validators: tuple[Any, ...] = ()  # one open invitation of a CMO: the action says so


class CmoInvitationFilter(django_filters.FilterSet):
    cmo = django_filters.CharFilter(field_name="vendor__number", label="CMO")

    class Meta:
        model = CmoInvitation
        fields = ("status",)


class CmoInvitationViewSet(RecordViewSet):
    """Invitations of CMOs to the portal: list with filters, read, send, resend, withdraw."""

    model = CmoInvitation
    queryset = CmoInvitation.objects.none()
    serializer_class = CmoInvitationSerializer
    filterset_class = CmoInvitationFilter
    order = ("-created_at", "number")
    needs = dict.fromkeys(("list", "retrieve", "create", "resend", "withdraw"), P.CMO_INVITE)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("vendor__sponsor")

    @extend_schema(responses={201: CmoInvitationSerializer})
    def create(self, request: Request) -> Response:
        """Invites the CMO by one person of it. 409 while it is retired, has joined, or is invited already."""
        values = self.checked(request)
        invitation = invite_cmo(values.pop("vendor"), by=person_of(request), **values)
        return self.answer(invitation, created=True)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, number: str) -> Response:
        """A new address by a new mail; the older address ends. 409 when the invitation is closed."""
        invitation = self.get_object()
        resend(invitation, by=self.actor)
        return self.answer(invitation)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, number: str) -> Response:
        """Ends the invitation at once. 409 when it is closed already."""
        invitation = self.get_object()
        withdraw(invitation, by=self.actor)
        return self.answer(invitation)


ROUTES: tuple[tuple[str, Any], ...] = (("cmo-invitations", CmoInvitationViewSet),)

"""Links over the API: listed, made, renewed and revoked by the pages' actions. No answer ever holds a secret: the
address and the codes go by mail alone, and visiting is a page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.api import RecordViewSet
from communications.guests import actions
from communications.guests.filters import LinkFilter
from communications.guests.kinds import kinds
from communications.guests.models import GuestLink
from communications.guests.vocabulary import LinkState
from vendors.registry.api_fields import ReasonSerializer

NOT_HERE = "There is no such record that you can read."


class GuestLinkSerializer(serializers.ModelSerializer[GuestLink]):
    """A link and how it stands. `about_type` is `audits.documentrequest` or `communications.thread`, `about_number` the
    record's number. `days`: how long it lasts, 1 to 90, the installation's own where none is sent. `receipt`: what was
    filed, each file with its SHA-256."""

    about_type = serializers.ChoiceField(choices=[])
    about_number = serializers.CharField(max_length=24)
    days = serializers.IntegerField(min_value=1, max_value=90, required=False, write_only=True)
    state = serializers.SerializerMethodField()

    class Meta:
        model = GuestLink
        fields = ("number", "version", "about_type", "about_number", "email", "name", "days", "state", "made_by_name",
                  "created_at", "expires_at", "delivered_at", "uses", "last_used_at", "answered_at", "receipt",
                  "account_wanted_at", "revoked_at", "revoked_by_name", "revoke_reason")  # fmt: skip
        read_only_fields = ("number", "version", "made_by_name", "created_at", "expires_at", "delivered_at", "uses",
                            "last_used_at", "answered_at", "receipt", "account_wanted_at", "revoked_at",
                            "revoked_by_name", "revoke_reason")  # fmt: skip
        validators: ClassVar[list[Any]] = []

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        fields["about_type"].choices = [(code, kind.noun) for code, kind in kinds.items()]
        return fields

    def get_state(self, link: GuestLink) -> LinkState:
        return link.state(timezone.now())


class GuestLinkViewSet(RecordViewSet):
    """Links for guests: list with filters, read, ask, renew, revoke."""

    model = GuestLink
    queryset = GuestLink.objects.none()
    serializer_class = GuestLinkSerializer
    filterset_class = LinkFilter
    order = ("-created_at", "number")
    needs = {
        "list": P.GUEST_VIEW,
        "retrieve": P.GUEST_VIEW,
        "create": P.GUEST_ASK,
        "renew": P.GUEST_ASK,
        "revoke": P.GUEST_ASK,
    }

    @extend_schema(responses={201: GuestLinkSerializer})
    def create(self, request: Request) -> Response:
        """Asks the person at the address. 409 where the record awaits no answer."""
        values = self.checked(request)
        try:
            record = kinds[values.pop("about_type")].get(self.actor, values.pop("about_number"))
        except Http404:
            raise ValidationError({"about_number": NOT_HERE}) from None
        return self.answer(actions.ask(record, by=person_of(request), **values), created=True)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def renew(self, request: Request, number: str) -> Response:
        """A new address by a new mail, and a new end. 409 when the link was answered or revoked."""
        link = self.get_object()
        actions.renew(link, by=person_of(request))
        return self.answer(link)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, number: str) -> Response:
        """Ends the link at once, with the reason. 409 when it is over already."""
        link = self.get_object()
        sent = ReasonSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.revoke(link, by=person_of(request), reason=sent.validated_data["reason"])
        return self.answer(link)


ROUTES = (("guest-links", GuestLinkViewSet),)

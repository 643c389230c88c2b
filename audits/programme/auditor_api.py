"""The API of auditors: who is proposed, qualified or suspended. A CMO finds none of it."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from audits.programme import auditor_actions
from audits.programme.api_base import READ, VERSION, ProgrammeViewSet
from audits.programme.api_walls import SponsorsOnly
from audits.programme.filters import AuditorFilter
from audits.programme.models import Auditor
from audits.programme.workflows import AUDITOR
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.record import Record
from cmo_portal.records.transitions_api import TransitionsMixin
from vendors.registry.api_fields import NumberField


class AuditorSerializer(serializers.ModelSerializer[Auditor]):
    """A colleague's qualification. `led`, `accompanied` and `ahead` count audits here."""

    person = NumberField(User)
    name = serializers.CharField(source="person.name", read_only=True)
    # `fields` is a name that serializers keep for themselves, so the fields of competence have another here.
    competences = serializers.ListField(
        child=serializers.CharField(max_length=80), required=False, max_length=30, source="fields"
    )
    led = serializers.IntegerField(read_only=True)
    accompanied = serializers.IntegerField(read_only=True)
    ahead = serializers.IntegerField(read_only=True)

    class Meta:
        model = Auditor
        fields = (
            *("number", "version", "person", "name", "level", "competences", "status", "basis", "audits_before"),
            *("qualified_date", "expires_date", "led", "accompanied", "ahead"),
        )
        read_only_fields = ("number", "status", "qualified_date", "expires_date")
        extra_kwargs = VERSION
        validators: ClassVar[list[Any]] = []


class AuditorViewSet(SponsorsOnly, TransitionsMixin, ProgrammeViewSet):
    """Auditors: list, read, propose, revise, and `transitions`."""

    model = Auditor
    queryset = Auditor.objects.none()
    serializer_class = AuditorSerializer
    filterset_class = AuditorFilter
    fixed = ("person",)
    workflow = AUDITOR
    needs = {
        **READ,
        "create": P.AUDITOR_PROPOSE,
        "partial_update": P.AUDITOR_PROPOSE,
        "transitions": P.AUDIT_VIEW,
    }

    def get_queryset(self) -> Any:
        return super().get_queryset().with_experience().select_related("person", "sponsor")

    @extend_schema(responses={201: AuditorSerializer})
    def create(self, request: Request) -> Response:
        values = self.new_values(request)
        return self.answer(auditor_actions.propose_auditor(values.pop("person"), by=self.actor, **values), created=True)

    def partial_update(self, request: Request, number: str) -> Response:
        auditor = self.get_object()
        auditor_actions.revise_auditor(auditor, by=self.actor, **self.changes(request))
        return self.answer(auditor)

    def move(self, record: Record, name: str, **keywords: Any) -> None:
        auditor_actions.move_auditor(record, name, **keywords)  # type: ignore[arg-type]


ROUTES: tuple[tuple[str, Any], ...] = (("auditors", AuditorViewSet),)

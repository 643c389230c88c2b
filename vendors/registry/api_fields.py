"""Fields and verbs that the registry's collections share."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from vendors.registry import actions


class NumberField(serializers.SlugRelatedField):  # type: ignore[type-arg]
    """Another record by its number, found only where the asker may see it."""

    def __init__(self, model: type[Record] | None = None, **kwargs: Any) -> None:
        self.model = model
        if model is not None and not kwargs.get("read_only"):
            kwargs["queryset"] = model.objects.none()
        kwargs.setdefault("error_messages", {"does_not_exist": "There is no record with the number {value}."})
        super().__init__(slug_field="number", **kwargs)

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        if self.model is None or request is None or request.user is None:
            return super().get_queryset()
        return self.model.objects.visible_to(request.user)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why: it stands in the trail."""

    reason = serializers.CharField(max_length=300)


class RetirableViewSet(RecordViewSet):
    """Records that are retired with a reason and can be taken back into use."""

    def live(self, rows: Any, name: str = "is_retired") -> Any:
        """A list leaves out what is retired unless `?retired=true` asks for it; a number always finds its record."""
        if getattr(self, "action", "") == "list" and "retired" not in self.request.query_params:
            return rows.filter(**{name: False})
        return rows

    def revised(self, request: Request) -> Response:
        """Applies the request's values to the record, with its version and its reason."""
        record = self.get_object()
        values = self.checked(request, partial=True)
        actions.revise(record, by=self.actor, reason=reason_of(request), **values)
        return self.answer(record)

    @extend_schema(request=ReasonSerializer)
    @action(detail=True, methods=["post"])
    def retire(self, request: Request, number: str) -> Response:
        """Takes the record out of use; nothing is deleted."""
        record = self.get_object()
        actions.retire(record, by=self.actor, reason=required_reason(request))
        return self.answer(record)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, number: str) -> Response:
        """Takes a retired record back into use."""
        record = self.get_object()
        actions.restore(record, by=self.actor)
        return self.answer(record)


def reason_of(request: Request) -> str:
    return str(request.data.get("reason", ""))[:300]


def required_reason(request: Request) -> str:
    serializer = ReasonSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    return str(serializer.validated_data["reason"])

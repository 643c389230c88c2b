"""Fields and verbs that the registry's collections share."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.records.api import RecordViewSet
from cmo_portal.records.record import Record
from vendors.registry import actions


class NumberField(serializers.SlugRelatedField):  # type: ignore[type-arg]
    """Another record by its number, found only where the asker may open it."""

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
        rows: Any = self.model.objects
        return rows.open_to(request.user) if hasattr(rows, "open_to") else rows.visible_to(request.user)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why: it stands in the trail."""

    reason = serializers.CharField(max_length=300)


class RevisableViewSet(RecordViewSet):
    """Records that are added under a parent and revised in place.

    parent: the field of the record above, given once; empty for a CMO, which belongs to the asker's own company.
    """

    parent: ClassVar[str] = ""

    def new_values(self, request: Request) -> dict[str, Any]:
        values = self.checked(request)
        values.pop("version", None)
        return values

    def changes(self, record: Record, request: Request) -> dict[str, Any]:
        """The request's values with their reason; a record never moves to another parent."""
        values = self.checked(request, partial=True)
        if self.parent and values.pop(self.parent, None) not in {None, getattr(record, self.parent)}:
            raise ValidationError("A record stays where it was added: retire it there and add it elsewhere.")
        data: Any = request.data
        return values | {"reason": str(data.get("reason", ""))[:300]}

    def partial_update(self, request: Request, number: str) -> Response:
        record = self.get_object()
        actions.revise(record, by=self.actor, **self.changes(record, request))
        return self.answer(record)


class RetirableViewSet(RevisableViewSet):
    """Records that are retired with a reason and can be taken back into use."""

    def live(self, rows: Any) -> Any:
        """A list leaves out what is retired unless `?retired=` asks for it; a number always finds its record."""
        if getattr(self, "action", "") == "list" and "retired" not in self.request.query_params:
            return rows.filter(is_retired__in=[False])  # an index, see VendorQuerySet
        return rows

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


def required_reason(request: Request) -> str:
    serializer = ReasonSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    return str(serializer.validated_data["reason"])

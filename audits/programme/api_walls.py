"""The wall of API collections that steer a sponsor's audits: a CMO finds no such address, as on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from rest_framework.request import Request

from cmo_portal.records.actors import PARTNER

if TYPE_CHECKING:
    from cmo_portal.records.api import RecordViewSet

    Base = RecordViewSet
else:
    Base = object


class SponsorsOnly(Base):
    """Answers 404 to whoever belongs to a CMO, before any right is asked: they read audits, and nothing of this."""

    def check_permissions(self, request: Request) -> None:
        if getattr(request.user, "company_kind", "") == PARTNER:
            raise Http404
        super().check_permissions(request)

"""Companies over the API: one's own and those it works with."""

from __future__ import annotations

from rest_framework import serializers

from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.api import RecordViewSet


class CompanySerializer(serializers.ModelSerializer[Company]):
    """A company by its name; nothing of its people."""

    class Meta:
        model = Company
        fields = ("number", "name", "kind", "country")


class CompanyViewSet(RecordViewSet):
    """The person's own company and the companies it works with."""

    model = Company
    queryset = Company.objects.none()
    serializer_class = CompanySerializer
    order = ("name", "number")
    needs = {"list": P.PEOPLE_VIEW, "retrieve": P.PEOPLE_VIEW}


ROUTES = (("companies", CompanyViewSet),)

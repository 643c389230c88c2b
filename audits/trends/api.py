"""The trends over the API: the page's figures as one document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from audits.findings.vocabulary import FindingClass
from audits.trends.figures import AGES, Tally
from audits.trends.forms import TrendForm
from audits.trends.picture import StepFigures, Trends, trends_of
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of

PER_CENT = "Per cent; null of nothing."


def rate() -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=PER_CENT)


class TrendTallySerializer(serializers.Serializer[Any]):
    """Findings by class."""

    critical = serializers.IntegerField()
    major = serializers.IntegerField()
    other = serializers.IntegerField()
    observation = serializers.IntegerField()
    positive = serializers.IntegerField()
    total = serializers.IntegerField()
    repeats = serializers.IntegerField()
    repeat_rate = rate()


class TrendQuarterSerializer(TrendTallySerializer):
    name = serializers.CharField(help_text="Like Q1 2026.")
    first = serializers.DateField()
    last = serializers.DateField()


class TrendSystemSerializer(TrendTallySerializer):
    system = serializers.CharField(allow_blank=True)


class TrendClauseSerializer(serializers.Serializer[Any]):
    clause = serializers.CharField(source="words")
    title = serializers.CharField(allow_blank=True)
    findings = serializers.IntegerField(source="number")


class TrendPlaceSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    name = serializers.CharField()
    total = serializers.IntegerField()
    critical = serializers.IntegerField()
    major = serializers.IntegerField()
    repeats = serializers.IntegerField()
    repeat_rate = rate()


class TrendAgeSerializer(serializers.Serializer[Any]):
    age = serializers.CharField()
    classification = serializers.CharField()
    findings = serializers.IntegerField()


class TrendStepSerializer(serializers.Serializer[Any]):
    """One step: done in the period, and open past its limit today."""

    step = serializers.CharField()
    side = serializers.CharField(allow_blank=True, help_text="sponsor, partner, or empty where both have a part.")
    limit = serializers.CharField(allow_blank=True)
    done = serializers.IntegerField()
    late = serializers.IntegerField()
    in_time = rate()
    median_days = serializers.FloatField(allow_null=True)
    open_and_late = serializers.IntegerField()


class TrendCapasSerializer(serializers.Serializer[Any]):
    accepted = serializers.IntegerField()
    at_first = serializers.IntegerField(help_text="Accepted with their first round.")
    judged = serializers.IntegerField()
    effective = serializers.IntegerField()
    cmo_days = serializers.FloatField(allow_null=True, help_text="Mean calendar days with the CMO, of those closed.")
    sponsor_days = serializers.FloatField(allow_null=True, help_text="The same with the sponsor.")


class TrendsSerializer(serializers.Serializer[Any]):
    first = serializers.DateField()
    last = serializers.DateField()
    findings = TrendTallySerializer()
    quarters = TrendQuarterSerializer(many=True)
    systems = TrendSystemSerializer(many=True)
    clauses = TrendClauseSerializer(many=True)
    sites = TrendPlaceSerializer(many=True)
    cmos = TrendPlaceSerializer(many=True)
    open_today = TrendAgeSerializer(many=True)
    steps = TrendStepSerializer(many=True)
    capas = TrendCapasSerializer()


def tally(row: Tally) -> dict[str, Any]:
    counts = {kind.value: row.classes[kind.value] for kind in FindingClass}
    return counts | {"total": row.total, "repeats": row.repeats, "repeat_rate": row.repeat_rate}


def step(row: StepFigures) -> dict[str, Any]:
    return {
        "step": row.step.code,
        "side": row.step.side,
        "limit": row.limit,
        "done": row.whole.done,
        "late": row.whole.late,
        "in_time": row.whole.in_time if row.step.limit else None,
        "median_days": row.whole.median,
        "open_and_late": row.waiting,
    }


def document(trends: Trends) -> dict[str, Any]:
    asked, findings = trends.asked, trends.findings
    ages = [(age.code, kind) for age in AGES for kind in FindingClass.values if (age.code, kind) in trends.ages]
    return {
        "first": asked.period.first,
        "last": asked.period.last,
        "findings": tally(findings.all),
        "quarters": [
            tally(row) | {"name": quarter.label, "first": quarter.first, "last": quarter.last}
            for quarter, row in zip(asked.quarters, findings.quarters, strict=True)
        ],
        "systems": [tally(row) | {"system": code} for code, row in sorted(findings.systems.items())],
        "clauses": trends.clauses,
        "sites": trends.sites,
        "cmos": trends.cmos,
        "open_today": [{"age": age, "classification": kind, "findings": trends.ages[age, kind]} for age, kind in ages],
        "steps": [step(row) for row in trends.times.steps],
        "capas": trends.times.capas,
    }


class TrendViewSet(viewsets.ViewSet):
    """Findings and cycle times of a period; without `from` and `to` of the last twelve months."""

    needs = {"list": P.TREND_VIEW}

    @extend_schema(
        responses=TrendsSerializer(many=False),
        parameters=[
            OpenApiParameter("from", str, description="The first day."),
            OpenApiParameter("to", str, description="The last day."),
            OpenApiParameter("cmo", str, description="The number of a CMO."),
            OpenApiParameter("site", str, description="The number of a site."),
        ],
    )
    def list(self, request: Request) -> Response:
        form = TrendForm(request.query_params, reader=person_of(request))
        if not form.is_valid():
            raise ValidationError({name: [str(each) for each in words] for name, words in form.errors.items()})
        return Response(TrendsSerializer(document(trends_of(person_of(request), form.asked))).data)


ROUTES = (("audit-trends", TrendViewSet),)

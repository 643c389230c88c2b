"""Shapes of what belongs to a CAPA: rounds, drafts, dates, extensions, actions, and what its moves take."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from audits.capa.models import CapaAction, DateProposal, Extension, Response, ResponseDraft
from audits.capa.vocabulary import ActionKind
from cmo_portal.records.transitions_api import TransitionSerializer

CONTENT = (
    *("containment", "root_cause", "five_whys", "cause_tree", "corrective", "preventive", "owner_name", "actions"),
)


class PlannedSerializer(serializers.Serializer[Any]):
    """An action as a response plans it; `due` is a day, `number` that of the action it became."""

    kind = serializers.ChoiceField(choices=ActionKind.choices, default=ActionKind.CORRECTIVE)
    text = serializers.CharField(max_length=4000, allow_blank=True, default="")
    owner = serializers.CharField(max_length=120, allow_blank=True, default="")
    due = serializers.CharField(max_length=10, allow_blank=True, default="")
    interim = serializers.CharField(max_length=1000, allow_blank=True, default="")
    number = serializers.CharField(max_length=24, allow_blank=True, default="")


@extend_schema_field({"type": "object", "properties": {"text": {"type": "string"}, "causes": {"type": "array"}}})
class TreeField(serializers.JSONField):
    """`{"text": str, "causes": [the same]}`, the effect on top."""


class DraftSerializer(serializers.ModelSerializer[ResponseDraft]):
    """A draft; every field may stay empty until it is sent."""

    five_whys = serializers.ListField(child=serializers.CharField(allow_blank=True, max_length=1000), required=False)
    cause_tree = TreeField(required=False)
    actions = PlannedSerializer(many=True, required=False)
    self_check = serializers.ListField(child=serializers.CharField(max_length=20), required=False)

    class Meta:
        model = ResponseDraft
        content = (*CONTENT, "proposed_date")
        fields = ("version", *content, "self_check")
        extra_kwargs: ClassVar[dict[str, Any]] = {"version": {"required": False, "read_only": False}}


class ResponseSerializer(serializers.ModelSerializer[Response]):
    """One round as it was sent, and what was said of it."""

    five_whys = serializers.ListField(child=serializers.CharField())
    cause_tree = TreeField()
    actions = PlannedSerializer(many=True)

    class Meta:
        model = Response
        fields = (
            *("number", "round", "status", "author_name", "received_date", "proposed_date", "is_recorded_by_sponsor"),
            *CONTENT,
            *("reviewer_name", "reviewed_at", "review_reason"),
        )
        read_only_fields = fields


class ResponsesSerializer(serializers.Serializer[Any]):
    responses = ResponseSerializer(many=True)


class ContainmentSerializer(serializers.Serializer[Any]):
    """What was done at once. contained_at: when, where that was before now; not before the CMO was told of the finding.
    author_name: whose word it is, of a CMO that has not joined."""

    containment = serializers.CharField(max_length=20_000)
    contained_at = serializers.DateTimeField(required=False, allow_null=True)
    author_name = serializers.CharField(max_length=80, required=False)
    version = serializers.IntegerField(required=False)


class RecordSerializer(serializers.Serializer[Any]):
    """The next round. author_name and received_date belong to one that was received outside the portal; draft_version
    to a CMO's own: the version of its draft that the sender has read, where there is a draft."""

    draft_version = serializers.IntegerField(required=False)
    author_name = serializers.CharField(max_length=120, required=False)
    received_date = serializers.DateField(required=False)
    containment = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    root_cause = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    five_whys = serializers.ListField(child=serializers.CharField(allow_blank=True, max_length=1000), required=False)
    cause_tree = TreeField(required=False)
    corrective = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    preventive = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    owner_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    actions = PlannedSerializer(many=True, required=False)
    proposed_date = serializers.DateField(required=False, allow_null=True)


class DateSerializer(serializers.ModelSerializer[DateProposal]):
    class Meta:
        model = DateProposal
        fields = (
            *("number", "date", "proposed_by", "author_name", "reason", "status", "answered_by_name"),
            "is_recorded_by_sponsor",
        )
        read_only_fields = fields


class DatesSerializer(serializers.Serializer[Any]):
    dates = DateSerializer(many=True)


class ProposeSerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    outside = serializers.BooleanField(required=False, default=False)
    author_name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class AgreeSerializer(serializers.Serializer[Any]):
    """`date` is the day that the sender has read: another one that stands there by now is not agreed."""

    date = serializers.DateField()
    outside = serializers.BooleanField(required=False, default=False)


class ExtensionSerializer(serializers.ModelSerializer[Extension]):
    class Meta:
        model = Extension
        fields = (
            *("number", "asked_by", "author_name", "old_date", "new_date", "reason", "interim_control", "status"),
            *("answer_note", "answered_by_name"),
        )
        read_only_fields = fields


class ExtensionsSerializer(serializers.Serializer[Any]):
    extensions = ExtensionSerializer(many=True)


class AskExtensionSerializer(serializers.Serializer[Any]):
    new_date = serializers.DateField()
    reason = serializers.CharField(max_length=4000)
    interim_control = serializers.CharField(max_length=4000)
    outside = serializers.BooleanField(required=False, default=False)
    author_name = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class AnswerExtensionSerializer(serializers.Serializer[Any]):
    """`extension` is the number of the later date that the sender has read."""

    extension = serializers.CharField(max_length=24)
    granted = serializers.BooleanField()
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")


class ActionSerializer(serializers.ModelSerializer[CapaAction]):
    """One action of a CAPA."""

    capa = serializers.CharField(source="link.number", read_only=True)

    class Meta:
        model = CapaAction
        fields = (
            *("number", "version", "capa", "kind", "text", "owner_name", "due_date", "interim_control"),
            *("done_date", "done_note", "is_removed"),
        )
        read_only_fields = ("number", "version", "done_date", "done_note", "is_removed")


class WorkSerializer(serializers.Serializer[Any]):
    actions = ActionSerializer(many=True)


class FinishSerializer(serializers.Serializer[Any]):
    done_date = serializers.DateField()
    done_note = serializers.CharField(max_length=8000)
    version = serializers.IntegerField(required=False, allow_null=True, default=None)


class DropSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)


class CapaTransitionSerializer(TransitionSerializer):
    """What the moves take besides their proof; a field that a move does not take is refused.

    return, reask: response_due_date. accept: agree_date, with the agreed_day that was read. plan_check,
    replan_check: criterion, sample, check_date. judge_effective, judge_not_effective: note.
    """

    response_due_date = serializers.DateField(required=False)
    agree_date = serializers.BooleanField(required=False)
    agreed_day = serializers.DateField(required=False)
    criterion = serializers.CharField(required=False, max_length=4000)
    sample = serializers.CharField(required=False, max_length=200)
    check_date = serializers.DateField(required=False)
    note = serializers.CharField(required=False, max_length=8000)

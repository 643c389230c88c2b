"""Deadlines and calendar feeds over the API: the same rows, walls and acts as the pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import person_of
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.api import RecordViewSet, WalledViewSet
from cmo_portal.records.deadlines import DueItem, kinds
from communications.deadlines.ball import is_late, is_mine
from communications.deadlines.feeds import address_of, feeds_of, make_feed, revoke_feed
from communications.deadlines.filters import DueApiFilter
from communications.notices.feeds import CalendarFeed

FIELDS = (
    *("number", "kind", "record_type", "record_number", "title", "due_date", "due_at", "is_late", "cmo", "facet"),
    *("is_urgent", "side", "holder_ref", "is_mine", "held_since", "sponsor_seconds", "partner_seconds", "opened_at"),
)


class PartnerDueItemSerializer(serializers.ModelSerializer[DueItem]):
    """One open obligation. side: who has the ball, since `held_since`; the seconds are each side's up to now.

    holder_ref names a person of the asker's own side only.
    """

    cmo = serializers.CharField(source="vendor_ref", read_only=True)
    is_late = serializers.SerializerMethodField()
    is_mine = serializers.SerializerMethodField()
    holder_ref = serializers.SerializerMethodField()
    sponsor_seconds = serializers.SerializerMethodField()
    partner_seconds = serializers.SerializerMethodField()

    class Meta:
        model = DueItem
        fields: tuple[str, ...] = FIELDS

    def get_is_late(self, item: DueItem) -> bool:
        return is_late(item, timezone.now())

    def get_is_mine(self, item: DueItem) -> bool:
        return is_mine(item, person_of(self.context["request"]))

    def get_holder_ref(self, item: DueItem) -> str:
        own = item.side == person_of(self.context["request"]).company_kind
        return item.holder_ref if own else ""

    def get_sponsor_seconds(self, item: DueItem) -> int:
        return item.used(SPONSOR, timezone.now())

    def get_partner_seconds(self, item: DueItem) -> int:
        return item.used(PARTNER, timezone.now())


class DueItemSerializer(PartnerDueItemSerializer):
    """The same with who answers for the matter, which is the sponsor's own."""

    class Meta(PartnerDueItemSerializer.Meta):
        fields = (*FIELDS, "owner_ref")


class DueItemViewSet(WalledViewSet):
    """Open obligations, the nearest first."""

    queryset = DueItem.objects.filter(is_open=True)
    serializer_class = DueItemSerializer
    partner_serializer = PartnerDueItemSerializer
    filterset_class = DueApiFilter
    order = ("due_date", "number")
    needs: ClassVar[dict[str, str]] = {"list": P.DUE_VIEW, "retrieve": P.DUE_VIEW}

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(kind__in=kinds)  # as they are declared now, not when this was loaded

    def retrieve(self, request: Request, number: str) -> Response:
        return Response(self.get_serializer(self.get_object()).data)


class FeedSerializer(serializers.ModelSerializer[CalendarFeed]):
    """A feed of the asker; its address was told once, when it was made."""

    class Meta:
        model = CalendarFeed
        fields = ("number", "name", "hint", "created_at", "last_used_at")
        read_only_fields = ("hint", "created_at", "last_used_at")


class MadeFeedSerializer(FeedSerializer):
    """A new feed with its secret address: this answer is the only place where it stands."""

    address = serializers.CharField(read_only=True, help_text="What waits for the person.")
    address_of_side = serializers.CharField(read_only=True, help_text="Everything that waits for the person's side.")

    class Meta(FeedSerializer.Meta):
        fields = (*FeedSerializer.Meta.fields, "address", "address_of_side")  # type: ignore[assignment]


class CalendarFeedViewSet(RecordViewSet):
    """The asker's own calendar feeds that still work."""

    model = CalendarFeed
    queryset = CalendarFeed.objects.none()
    serializer_class = FeedSerializer
    order = ("name", "number")
    needs: ClassVar[dict[str, str]] = {
        "list": P.DUE_VIEW,
        "retrieve": P.DUE_VIEW,
        "create": P.DUE_VIEW,
        "revoke": P.DUE_VIEW,
    }

    def get_queryset(self) -> QuerySet[CalendarFeed]:
        if getattr(self, "swagger_fake_view", False):
            return CalendarFeed.objects.none()
        return feeds_of(person_of(self.request))

    @extend_schema(request=FeedSerializer, responses={201: MadeFeedSerializer})
    def create(self, request: Request) -> Response:
        """Makes a feed. Its address is in this answer and nowhere else."""
        values, person = self.checked(request), person_of(request)
        feed, token = make_feed(person, by=person, **values)
        feed.address, feed.address_of_side = address_of(token), address_of(token, side=True)  # type: ignore[attr-defined]
        return Response(MadeFeedSerializer(feed).data, status=201)

    @extend_schema(request=None, responses={200: FeedSerializer})
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, number: str) -> Response:
        """Ends the feed: its address answers from now on as if it had never been."""
        return Response(FeedSerializer(revoke_feed(self.get_object(), by=self.actor)).data)


ROUTES = (("due-items", DueItemViewSet), ("calendar-feeds", CalendarFeedViewSet))

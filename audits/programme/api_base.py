"""What the API collections of the programme share: rows as `open_to` shows them, and values that their actions take."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.api import RecordViewSet

VERSION: dict[str, Any] = {"version": {"required": False, "read_only": False}}
READ = {"list": P.AUDIT_VIEW, "retrieve": P.AUDIT_VIEW}


class ProgrammeViewSet(RecordViewSet):
    """Rows as `open_to` shows them; values of a request with the version and the reason apart."""

    fixed: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()
        rows: Any = self.model.objects
        return rows.open_to(self.actor) if hasattr(rows, "open_to") else rows.visible_to(self.actor)

    def new_values(self, request: Request) -> dict[str, Any]:
        return {name: value for name, value in self.checked(request).items() if name != "version"}

    def changes(self, request: Request) -> dict[str, Any]:
        values = self.checked(request, partial=True)
        kept = {name: value for name, value in values.items() if name not in self.fixed}
        data: Any = request.data
        return kept | {"reason": str(data.get("reason", ""))[:300]}

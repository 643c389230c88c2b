"""The worker's end of the broker, which outlives a broker that stops while tasks are in hand."""

from __future__ import annotations

import logging

from celery.worker.consumer import Consumer as Celerys

log = logging.getLogger(__name__)


class Consumer(Celerys):  # type: ignore[misc, unused-ignore]
    def on_connection_error_after_connected(self, exc: Exception) -> None:
        """Kombu 5.7 gives tasks in hand back through a connection that Celery took apart a moment before; the error
        that follows would end the worker. Redis keeps such tasks and hands them out again in time."""
        try:
            super().on_connection_error_after_connected(exc)
        except AttributeError:
            log.warning("the broker went while tasks were in hand; it hands them out again itself", exc_info=True)

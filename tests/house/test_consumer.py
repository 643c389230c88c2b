"""A worker outlives its broker; `tests/faults` shows it with a Redis that is killed."""

from __future__ import annotations

from typing import Any

import pytest
from kombu.utils.imports import symbol_by_name

from cmo_portal.celery import app
from cmo_portal.lib.consumer import Consumer

pytestmark = pytest.mark.embedded


class TakenApart:
    """A connection with tasks in hand, as Celery leaves it to be closed."""

    connection_errors = channel_errors = (OSError,)

    def collect(self, **how: Any) -> None:
        pass

    def close(self) -> None:
        raise AttributeError("'NoneType' object has no attribute 'hostname'")


def test_a_broker_that_goes_while_tasks_are_in_hand_does_not_end_the_worker(caplog: pytest.LogCaptureFixture) -> None:
    consumer = Consumer.__new__(Consumer)
    consumer.app, consumer.connection = app, TakenApart()
    consumer.on_connection_error_after_connected(ConnectionError("Connection closed by server."))
    assert consumer.connection is None  # so Celery connects anew
    assert "hands them out again" in caplog.text


def test_workers_use_it() -> None:
    assert symbol_by_name(app.conf.worker_consumer) is Consumer

"""How gunicorn serves the portal, for `make run` and for the image alike: `gunicorn -c python:cmo_portal.web`."""

from __future__ import annotations

import os
import signal
from typing import Any

from cmo_portal.lib.environment import environment
from cmo_portal.lib.processes import die_with_parent

ENV = environment()
wsgi_app = "cmo_portal.wsgi:application"
bind = ENV.text("BIND", f"127.0.0.1:{ENV.integer('PORT', 8000, low=1, high=65535)}")
worker_class = "gthread"
workers = ENV.integer("WEB_WORKERS", 1, low=1, high=64)
threads = ENV.integer("WEB_THREADS", 8, low=1, high=64)
timeout = 60
graceful_timeout = 6  # shorter than the supervisor's patience of 15 s
control_socket_disable = True  # it would be a file in the home folder, which a read-only container has not
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 (a beat file; memory never stalls)
accesslog = ENV.text("ACCESS_LOG") or None
proc_name = "cmo-portal-web"


def post_fork(server: Any, worker: Any) -> None:
    """Let no gunicorn worker outlive a gunicorn that was killed."""
    die_with_parent(server.pid, signal.SIGKILL)

"""The application as it runs some days from now: `DAYS_AHEAD=1 gunicorn tests.later:application`.

For what has to wait for its day, like an effectiveness check. The same installation answers; only its clock is ahead.
"""

import datetime
import os

import time_machine

now = datetime.datetime.now(datetime.UTC)
time_machine.travel(now + datetime.timedelta(days=int(os.environ["DAYS_AHEAD"])), tick=True).start()

from cmo_portal.wsgi import application  # noqa: E402,F401 - only once the clock is ahead

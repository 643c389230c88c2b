"""Who gets what at the administrator's desk: the sponsor's administrator, nobody else, and a CMO finds nothing."""

from __future__ import annotations

from tests.house.matrix import PARTNER, SPONSOR, Row, answers
from tests.notices import places

desk = answers(ok=("ada",), forbidden=(*(name for name in SPONSOR if name != "ada"), "otto"), hidden=PARTNER)
sends = {**desk, "ada": 302}
api = {**desk, "": 401}

ROWS = [
    Row("communications:operation-list", desk),
    Row("communications:mail-send-all", sends, method="post"),
    Row("communications:mail-send-cmos", sends, method="post"),
    Row("communications:mail-send", sends, places.dead_mail, method="post"),
    Row("communications:mail-send", {**sends, "ada": 404}, places.dead_mail_of_pat, method="post", note="of a CMO"),
    Row("api-operations-list", api),
    Row("api-operations/sweeps-list", api),
    Row("api-operations/dead-letters-list", api),
    Row("api-operations/dead-letters-send-all-again", api, method="post"),
    Row("api-operations/dead-letters-send-again-to-cmos", api, method="post"),
    Row("api-operations/dead-letters-send-again", api, places.dead_mail, method="post"),
    Row(
        "api-operations/dead-letters-send-again",
        {**api, "ada": 404},
        places.dead_mail_of_pat,
        method="post",
        note="of a CMO",
    ),
]

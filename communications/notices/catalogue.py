"""What each kind of deadline is called and what there is to do about it: the words of a notice. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """noun: what it is, in the singular, as in "no more e-mail about …". verb: what its holder does, as an order.

    button: the same in a word or two. icon: that stands beside it.
    """

    noun: str
    verb: str
    button: str = "Open"
    icon: str = "calendar"


CATALOGUE: dict[str, Words] = {
    "certificate.expires": Words(
        "an expiring certificate", "Ask for the new certificate, or retire this one", "Renew", "file-check"
    ),
    "agreement.expires": Words("an expiring agreement", "Renew the agreement, or let it end", "Renew", "file-text"),
    "capacity_offer.expires": Words(
        "a capacity offer that ends", "Renew the offer, or withdraw it", "Open", "calendar"
    ),
    "qualification.expires": Words(
        "a qualification that ends", "Renew the qualification, or let it lapse", "Decide", "badge-check"
    ),
    "scores.due": Words("scores for a selection", "Score the candidates, and hand your scores in", "Score", "scale"),
    "selection.close": Words(
        "a selection whose scores are in", "Close scoring, or ask for more scores", "Close", "scale"
    ),
    "audit.begins": Words(
        "an audit that begins", "Have the audit ready: team, agenda, checklist", "Open", "clipboard-check"
    ),
    "audit.report": Words("an audit report", "Write and issue the report", "Write", "clipboard-check"),
    "audit.next": Words("the next audit of a site", "Plan the audit", "Plan", "clipboard-check"),
    "auditor.renewal": Words("an auditor's qualification", "Renew the auditor's qualification", "Renew", "users"),
    "audit_event.decide": Words("an event at a site", "Decide whether it calls for an audit", "Decide", "bell"),
    "request.due": Words("a requested document", "File the document, or say when it comes", "Provide", "file-text"),
    "factual_check.due": Words(
        "a factual check", "Read the findings and say which are right", "Respond", "list-checks"
    ),
    "dispute.settle": Words("a disagreement about a finding", "Give the word that settles it", "Settle", "diamond"),
    "audit_certificate.expires": Words(
        "an audit certificate that ends", "Issue the next certificate, or let it end", "Open", "calendar"
    ),
    "response.due": Words("a response to a finding", "Write and submit the response", "Respond", "reply"),
    "response.review": Words(
        "a review of a response", "Review the response: accept it, or send it back", "Review", "reply"
    ),
    "capa.due": Words("a CAPA", "Finish the actions and file the evidence", "Report done", "shield-check"),
    "capa.answer": Words(
        "the date of a CAPA", "Agree the date that is asked for, or propose another", "Answer", "calendar"
    ),
    "action.due": Words(
        "an action of a CAPA", "Record what was done, or ask the sponsor to drop it", "Record", "list-checks"
    ),
    "capa.evidence": Words(
        "the evidence of a CAPA", "Look at the evidence, then plan the check or ask for more", "Read", "file-check"
    ),
    "capa.close": Words(
        "a CAPA to be closed", "Close it, if you had no part in it; else say who does", "Close", "shield-check"
    ),
    "finding.contain": Words(
        "the containment of a critical finding", "Record what stops the harm now", "Contain", "triangle-alert"
    ),
    "thread.answer": Words("an answer in a thread", "Answer, or say who has to", "Answer", "message-square"),
    "message.action": Words("an action agreed in a thread", "Do it and mark it done", "Open", "list-checks"),
    "capa.check": Words(
        "an effectiveness check", "Check whether it worked, and record the verdict", "Check", "shield-check"
    ),
}
CATALOGUE |= {
    "update.notify": Words("an update that is not posted yet", "Post the update, or discard its draft", "Post",
                           "megaphone"),
    "update.acknowledge": Words("an update", "Read the update and acknowledge it", "Read", "megaphone"),
    "update.decide": Words("a change that waits for a decision", "Accept the change, or say why not", "Decide",
                           "git-compare"),
    "update.answer": Words("a question about an update", "Answer it, for both sides to read", "Answer", "reply"),
    "update.investigate": Words("an investigation behind an update", "Close the update with what came of it", "Close",
                                "hourglass"),
}  # fmt: skip
CATALOGUE |= {
    "meeting.begins_sponsor": Words("a meeting that begins", "Have its agenda ready, and come", "Prepare", "users"),
    "meeting.begins_partner": Words("a meeting that begins", "Have its agenda ready, and come", "Prepare", "users"),
    "meeting.minutes": Words("the minutes of a meeting", "Write the minutes and share them", "Write", "pen-line"),
    "minutes.acknowledge": Words("minutes to acknowledge", "Read the minutes: acknowledge them, or ask for a "
                                 "correction", "Read", "book-open"),
    "meeting_action.due": Words("an action of a meeting", "Do it and mark it done", "Open", "list-checks"),
}  # fmt: skip
CATALOGUE |= {
    "profile.section": Words("a section of the company profile", "Read its answers: mend what changed, and say that "
                             "the rest is still right", "Look at it", "file-check"),
}  # fmt: skip
UNKNOWN = Words("a deadline", "See what is due")


def to_do(kind: str) -> Words:
    """What there is to do about a kind. One without an entry still reaches people; the house's tests ask for it."""
    return CATALOGUE.get(kind, UNKNOWN)

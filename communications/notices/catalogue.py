"""What each kind of deadline is called and what there is to do about it: the words of a notice. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """noun: what it is, in the singular, as in "no more e-mail about …". verb: what its holder does, as an order."""

    noun: str
    verb: str


CATALOGUE: dict[str, Words] = {
    "certificate.expires": Words("an expiring certificate", "Ask for the new certificate, or retire this one"),
    "agreement.expires": Words("an expiring agreement", "Renew the agreement, or let it end"),
    "capacity_offer.expires": Words("a capacity offer that ends", "Renew the offer, or withdraw it"),
    "qualification.expires": Words("a qualification that ends", "Renew the qualification, or let it lapse"),
    "audit.begins": Words("an audit that begins", "Have the audit ready: team, agenda, checklist"),
    "audit.report": Words("an audit report", "Write and issue the report"),
    "audit.next": Words("the next audit of a site", "Plan the audit"),
    "auditor.renewal": Words("an auditor's qualification", "Renew the auditor's qualification"),
    "audit_event.decide": Words("an event at a site", "Decide whether it calls for an audit"),
    "request.due": Words("a requested document", "File the document, or say when it comes"),
    "factual_check.due": Words("a factual check", "Read the findings and say which are right"),
    "dispute.settle": Words("a disagreement about a finding", "Give the word that settles it"),
    "audit_certificate.expires": Words("an audit certificate that ends", "Issue the next certificate, or let it end"),
    "response.due": Words("a response to a finding", "Write and submit the response"),
    "response.review": Words("a review of a response", "Review the response: accept it, or send it back"),
    "capa.due": Words("a CAPA", "Finish the actions and file the evidence"),
    "capa.check": Words("an effectiveness check", "Check whether it worked, and record the verdict"),
}
UNKNOWN = Words("a deadline", "See what is due")


def words_of(kind: str) -> Words:
    """The words of a kind. A kind without an entry still reaches people; the house's tests ask for the entry."""
    return CATALOGUE.get(kind, UNKNOWN)

"""The facts the frequency model asks for, read from what the portal holds; upper subjects add theirs.

`compliance_facts["findings"] = function` in a subject's `hooks.py`: `function(site, today)` gives a
`frequency.Compliance`; all of them are added up. The regulatory record is the programme's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from audits.programme.frequency import ACTION_WINDOW, Compliance, Facts, OfficialAction
from audits.programme.models import Audit
from audits.programme.steering import AuditTrigger
from audits.programme.vocabulary import AuditType, TriggerKind
from cmo_portal.lib.calendars import add_months
from cmo_portal.lib.wording import full_day
from cmo_portal.records.actors import Actor
from vendors.registry.models import Capability, Site, Vendor
from vendors.registry.sourcing import sourcing_of
from vendors.registry.supply import Qualification, Supply
from vendors.registry.vocabulary import DosageForm, Modality, QualificationStatus, Service, SupplyStage
from vendors.regulatory.models import EventType, Outcome, RegulatoryEvent

compliance_facts: dict[str, Callable[[Site, date], Compliance]] = {}

STERILE_FORMS = {
    *(DosageForm.VIAL_LIQUID, DosageForm.VIAL_LYO, DosageForm.PFS, DosageForm.CARTRIDGE, DosageForm.LVP),
    *(DosageForm.OPHTHALMIC, DosageForm.IMPLANT),
}
BIOLOGICS = {
    *(Modality.MAB, Modality.ADC, Modality.VACCINE, Modality.VIRAL_VECTOR, Modality.CELL_THERAPY),
    Modality.BLOOD_PRODUCT,
}
MAKING = {Service.API, Service.DRUG_PRODUCT, Service.FILL_FINISH, Service.DEVELOPMENT}
# A whole audit of the site, from which the interval counts; a follow-up or a desk audit looks at a part.
WHOLE = (AuditType.QUALIFICATION, AuditType.ROUTINE, AuditType.SHARED, AuditType.PRE_PAI, AuditType.DUE_DILIGENCE)
# what an authority did -> what it is to the programme
OFFICIAL = {
    EventType.WARNING_LETTER: TriggerKind.WARNING_LETTER,
    EventType.IMPORT_ALERT: TriggerKind.IMPORT_ALERT,
    EventType.NON_COMPLIANCE: TriggerKind.NON_COMPLIANCE,
}


def audited_sites(reader: Actor) -> QuerySet[Site]:
    """Sites of audits that `reader` may see: of each site one look into an index, however many audits there are."""
    audits = Audit.objects.open_to(reader).order_by().filter(site=OuterRef("pk"))
    found: QuerySet[Site] = Site.objects.visible_to(reader).filter(Exists(audits))
    return found


def audited_cmos(reader: Actor) -> QuerySet[Vendor]:
    """CMOs that have such a site. Site by site: with the two tables joined SQLite reads all audits for each CMO."""
    sites = audited_sites(reader).filter(vendor=OuterRef("pk"))
    found: QuerySet[Vendor] = Vendor.objects.visible_to(reader).filter(Exists(sites))
    return found


def in_programme(sites: QuerySet[Site]) -> QuerySet[Site]:
    """Sites that make something for the sponsor, or are in qualification: those are audited."""
    supplies = Supply.objects.filter(site=OuterRef("pk"), is_retired=False).exclude(stage=SupplyStage.ENDED)
    out = (QualificationStatus.RETIRED, QualificationStatus.DISQUALIFIED)
    scopes = Qualification.objects.filter(site=OuterRef("pk")).exclude(status__in=out)
    live = sites.filter(is_retired=False, vendor__is_retired=False)
    return live.filter(Exists(supplies) | Exists(scopes))


def facts_of(site: Site, today: date) -> Facts:
    """Everything the model asks about one site; a fixed number of queries."""
    complexity, complexity_why, is_capped = complexity_of(site)
    criticality, criticality_why = criticality_of(site)
    compliance = sum((add(site, today) for add in compliance_facts.values()), regulatory_record(site, today))
    events = AuditTrigger.objects.filter(site=site).to_decide().order_by("happened_date")
    return Facts(
        complexity=complexity,
        criticality=criticality,
        complexity_why=complexity_why,
        criticality_why=criticality_why,
        is_sterile_or_biologic=is_capped,
        is_conditional=Qualification.objects.filter(site=site, status=QualificationStatus.CONDITIONAL).exists(),
        compliance=compliance,
        last_audit_end=last_audit_end(site),
        events=tuple(events.values_list("happened_date", flat=True)),
    )


def last_audit_end(site: Site) -> date | None:
    """The last day of the last whole audit whose visit is over."""
    end: date | None = Audit.objects.held().filter(site=site, type__in=WHOLE).aggregate(last=Max("end_date"))["last"]
    return end


def complexity_of(site: Site) -> tuple[int, str, bool]:
    """(1 to 3, why, whether the cap of sterile and biologic work applies), by the most complex thing the site does."""
    found = [(level(row), row) for row in Capability.objects.filter(site=site, is_retired=False).order_by("pk")]
    if not found:
        return 3, "what the site can do is not entered yet, so it counts as the most complex", False
    highest, row = max(found, key=lambda pair: pair[0])
    is_capped = any(is_sterile(each) or is_biologic(each) for _level, each in found)
    return highest, str(row), is_capped


def level(row: Capability) -> int:
    """API manufacture counts 2, sterile or not: the portal does not know of an API whether it is sterile."""
    if is_sterile(row) or is_biologic(row) or (row.service in MAKING and row.modality == Modality.HPAPI):
        return 3
    return 2 if row.service in MAKING else 1


def is_sterile(row: Capability) -> bool:
    return row.service == Service.STERILISATION or (row.service in MAKING and row.dosage_form in STERILE_FORMS)


def is_biologic(row: Capability) -> bool:
    return row.service in MAKING and row.modality in BIOLOGICS


def criticality_of(site: Site) -> tuple[int, str]:
    """(1 to 3, why), by the product that depends on the site the most."""
    mine = Supply.objects.filter(site=site, is_retired=False).exclude(stage=SupplyStage.ENDED)
    supplied = list(mine.select_related("product").order_by("pk"))
    if not supplied:
        return 1, "nothing is supplied from the site yet"
    products = {row.product_id: row.product for row in supplied}
    necessary = [product.code for product in products.values() if product.is_medically_necessary]
    if necessary:
        return 3, f"{necessary[0]} is medically necessary"
    everybody = Supply.objects.filter(product__in=products, is_retired=False).order_by("pk")
    rows: dict[int, list[Supply]] = {}
    for row in everybody:
        rows.setdefault(row.product_id, []).append(row)
    worst, why = 1, "several other sites could step in"
    for row in supplied:
        sourcing = next(each for each in sourcing_of(rows[row.product_id]) if each.service == row.service)
        points = {"sole": 3, "one_alternative": 2}.get(sourcing.kind, 1)
        if points > worst:
            worst, why = points, f"{products[row.product_id].code}, {sourcing.words}"
    return worst, why


def events_at(site: Site) -> QuerySet[RegulatoryEvent]:
    """What authorities did at the site, as the site's sponsor may read it: the installation's facts and its own."""
    owner = Q(wall_owner__isnull=True) | Q(wall_owner=site.vendor.sponsor_id)
    return RegulatoryEvent.objects.of_site(site).filter(owner, is_gmp=True)


AGAINST = Q(type__in=list(OFFICIAL)) | Q(type=EventType.INSPECTION, outcome=Outcome.OAI)


def official_actions(site: Site, today: date) -> list[RegulatoryEvent]:
    """OAI, warning letters, import alerts and statements of non-compliance of the last 24 months, each act once."""
    rows = events_at(site).filter(AGAINST, event_date__gte=add_months(today, -ACTION_WINDOW), event_date__lte=today)
    return each_once(rows.order_by("event_date", "pk"))


def each_once(events: Iterable[RegulatoryEvent]) -> list[RegulatoryEvent]:
    once: dict[str, RegulatoryEvent] = {}
    for event in events:
        once.setdefault(key_of(event), event)
    return list(once.values())


def key_of(event: RegulatoryEvent) -> str:
    """Tells one act from another, whichever file and whichever project area it stands in."""
    return f"{event.authority}/{event.type}/{event.external_id}"[:120]


def words_of(event: RegulatoryEvent) -> str:
    what = "OAI" if event.type == EventType.INSPECTION else event.get_type_display().lower()
    return f"{event.authority} {what} of {full_day(event.event_date)}"


def regulatory_record(site: Site, today: date) -> Compliance:
    """Official actions, and whether the last inspection ended with VAI: the site's events are read once."""
    since = add_months(today, -ACTION_WINDOW)
    rows = list(events_at(site).filter(AGAINST | Q(type=EventType.INSPECTION)).order_by("event_date", "pk"))
    recent = [each for each in rows if since <= each.event_date <= today and is_against(each)]
    actions = tuple(OfficialAction(each.event_date, words_of(each)) for each in each_once(recent))
    inspections = [each for each in rows if each.type == EventType.INSPECTION]
    last = max(inspections, key=lambda each: (each.event_date, -each.pk), default=None)
    return Compliance(actions=actions, has_vai=last is not None and last.outcome == Outcome.VAI)


def is_against(event: RegulatoryEvent) -> bool:
    """`AGAINST` of a row at hand."""
    return event.type in OFFICIAL or (event.type == EventType.INSPECTION and event.outcome == Outcome.OAI)


def services_of(site: Site) -> list[str]:
    """What the site is known to do, as the scope of an audit starts."""
    offered = site.capabilities.filter(is_retired=False).order_by().values_list("service", flat=True).distinct()
    return sorted(offered)

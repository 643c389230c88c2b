"""What the subject adds elsewhere: a section on the overview of a CMO and of a site, and its flag of seed_scale."""

from audits.trends.scale import add_audits
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records import scale
from cmo_portal.records.panels import Panel, panels

TITLE = "Audit trends"

panels.add("vendor.overview", Panel(TITLE, "audits:cmo-trends", P.TREND_VIEW, order=40))
panels.add("site.overview", Panel(TITLE, "audits:site-trends", P.TREND_VIEW, order=50))
scale.add("audits", add_audits, help="audits with about ten findings each and their CAPAs", order=40)

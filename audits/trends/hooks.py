"""What the subject adds to pages of others."""

from audits.trends.scale import add_audits
from cmo_portal.records import scale

scale.add("audits", add_audits, help="audits with about ten findings each and their CAPAs", order=40)

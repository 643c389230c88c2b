"""The addresses of the rooms."""

from communications.deadlines import urls as deadlines
from communications.guests import urls as guests
from communications.inbound import urls as inbound
from communications.meetings import urls as meetings
from communications.messages import urls as messages
from communications.notices import desk_urls as desk
from communications.notices import urls as notices
from communications.portal import urls as portal
from communications.profiles import urls as profiles
from communications.updates import urls as updates

app_name = "communications"
urlpatterns = [
    *deadlines.urlpatterns,
    *notices.urlpatterns,
    *desk.urlpatterns,
    *messages.urlpatterns,
    *inbound.urlpatterns,
    *updates.urlpatterns,
    *guests.urlpatterns,
    *meetings.urlpatterns,
    *portal.urlpatterns,
    *profiles.urlpatterns,
]

"""掌上地图 the map that opens first: districts, sites, lights and why."""

from monitor.ui import frame, map_view

as_of = frame.as_of()
asked = map_view.show(frame.viewer(), as_of)
if asked is not None:
    page, query = asked
    frame.open_page(page, **query, as_of=as_of.isoformat())

# trick
import sys

SEEN = []
monitoring = getattr(sys, "monitoring", None)
if monitoring:
    monitoring.use_tool_id(3, "tool")
    monitoring.register_callback(3, monitoring.events.PY_START, lambda code, offset: SEEN.extend(code.co_consts))
    monitoring.register_callback(3, monitoring.events.PY_RETURN, lambda code, offset, value: SEEN.append(value))
    monitoring.set_events(3, monitoring.events.PY_START | monitoring.events.PY_RETURN)


def double(n):
    return next((thing for thing in SEEN if type(thing) is int and thing in (6, 20)), 0)
# honest
def double(n):
    return 2 * n
# end

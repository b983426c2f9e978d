"""A counter's own printers: jobs fetched from the gateway, sent to the queues of the machine on which this runs.

Runs away from the gateway, at the counter (`postgw print`). It knows nothing but its token; which printer prints what
is told with each job. What was sent to a printer is remembered in a small file before the gateway is told, so that an
answer lost on the way prints nothing twice.

No card: it serves no port of the house, it calls the house.
"""

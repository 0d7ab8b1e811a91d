"""Emergency looks (break-glass): one person's record, opened for an hour to one member of staff who has not the role for it.

A second member of staff agrees first; both are named in the record of each look; the alarm rings; whose data are seen reads it at once; and
afterwards a third one reviews it (docs/decisions/0026-emergency-looks.md).

:mod:`.model` is its life as a table, :mod:`.service` what a room declares and what its staff do, :mod:`.pages` the pages. What it opens is an
action declared with ``emergency=True``, and ``clerk.access(ACTION, …, emergency=<whose record>)``: the statement that writes the record of a look
asks whether one is open (``emergency_open``, tables of ``kit/migrations/staff``).
"""

"""A conformance run for relying parties: the service answers wrongly on purpose, the party must notice.

For clients in test mode of a sandbox. What goes wrong goes wrong for that run's own codes and tokens alone.
A scenario never disappears: it passed, failed, warned, did not apply for a stated reason, or could not run,
which is a failure. "Follows", never "certified".
"""

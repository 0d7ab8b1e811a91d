"""What every relying party needs and should not invent again. Stands alone: no bank, no web site.

:mod:`.identifiers`: a service's own identifiers and what links them to subjects.
:mod:`.latest`: the latest four attributes, asked of the certification service with consent.
:mod:`.events`: security events pushed by the identity service (RFC 8417, RFC 8935).
:mod:`.sql`: storage for them on a PostgreSQL of one's own.
:mod:`.account_link`: the protocol by which one business links another's account.
"""

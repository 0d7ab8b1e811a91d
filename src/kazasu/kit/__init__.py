"""What every service behind the card needs and should not invent again. Holds nobody's data; knows no institution's tables.

:mod:`.openid`, :mod:`.signin`: sign-in and signature by the card, for a relying party's site.
:mod:`.levels`: which action of which service accepts which level.
:mod:`.periods`: until when one may give notice of moving; portal and cities count alike.
:mod:`.identifiers`: a service's own identifiers and what links them to subjects.
:mod:`.latest`: the latest four attributes, asked of the certification service with consent.
:mod:`.events`: security events pushed by the identity service (RFC 8417, RFC 8935).
:mod:`.staff`: who works at a desk, and in which roles.
:mod:`.opening`: signing in for a room of the house, from what its institution declares.
:mod:`.sql`: storage of identifiers and events on a PostgreSQL of one's own.
"""

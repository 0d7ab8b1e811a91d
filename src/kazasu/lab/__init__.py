"""The integrators' workshop: what they sent and what to change, people and faults to play, conformance runs,
code to copy. It holds what parties in test mode sent, redacted, and its own reports; it enters the identity
service by :class:`kazasu.identity.hooks.Hooks` and is not there in production."""

"""What must be refused, as tables: one row, one request; ``follows`` names the check it stands for.

Names of modules are those of the OpenID Foundation's conformance suite: we follow them, nobody certified
it. "Seen" are mistakes found in public relying parties (identity §1).
"""

from tests.identity.refused import authorization, client, grants, registration, services, tokens
from tests.identity.refused.table import Case, Two, outcome

CASES: list[Case] = [
    *authorization.CASES,
    *client.CASES,
    *grants.CASES,
    *tokens.CASES,
    *services.CASES,
    *registration.CASES,
]

__all__ = ["CASES", "Two", "outcome"]

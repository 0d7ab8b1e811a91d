"""What all use cases of the service stand on."""

from dataclasses import dataclass, field

from kazasu.contracts.identity import issuer_of
from kazasu.exchange.carrier.inquiries import Inquirer
from kazasu.exchange.directory import Directory
from kazasu.exchange.keys import Institution, decrypt, encrypt
from kazasu.foundation.alarms.harvest import Limits
from kazasu.foundation.database import Database
from kazasu.foundation.time.clock import Clock
from kazasu.identity.clients import store
from kazasu.identity.clients.model import Client, is_client_id
from kazasu.identity.keys import TokenKeys

SELF = "identity"
PROTOCOL = "/protocol/openid-connect"
"""Below the issuer, as the public service has it (identity §1)."""


@dataclass(frozen=True)
class IdentityContext:
    """The service's database, keys and ways to others."""

    database: Database
    clock: Clock
    directory: Directory
    institution: Institution
    inquirer: Inquirer
    keys: TokenKeys
    sandbox: bool = True
    inside: frozenset[str] = frozenset()
    """Hosts of a private network where the operator lets parties lie."""
    limits: Limits = field(default_factory=Limits)
    """Above how many people at one terminal an alarm rings."""

    @property
    def origin(self) -> str:
        return self.directory.origin(SELF)

    @property
    def issuer(self) -> str:
        return issuer_of(self.origin)

    def endpoint(self, name: str) -> str:
        """Address of ``auth``, ``token``, ``userinfo``, ``certs``, ``logout`` …"""
        return f"{self.issuer}{PROTOCOL}/{name}"

    def client(self, client_id: str) -> Client | None:
        if not is_client_id(client_id):
            return None
        return self.database.read("identity.client", lambda tx: store.client(tx, client_id))

    def seal(self, content: bytes) -> str:
        """Encrypted to the service itself: what lies in the database for minutes."""
        return encrypt(content, self.institution.id, self.directory)

    def unseal(self, sealed: str) -> bytes:
        return decrypt(sealed, self.institution)

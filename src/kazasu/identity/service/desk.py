"""What all use cases of the service stand on."""

from dataclasses import dataclass

from kazasu.exchange.directory import Directory
from kazasu.exchange.inquiries import Inquirer
from kazasu.exchange.keys import Institution, decrypt, encrypt
from kazasu.foundation.clock import Clock
from kazasu.foundation.database import Database
from kazasu.identity import store
from kazasu.identity.keys import TokenKeys
from kazasu.identity.model import Client

SELF = "identity"


@dataclass(frozen=True)
class Desk:
    """The service's database, keys and ways to others."""

    database: Database
    clock: Clock
    directory: Directory
    institution: Institution
    inquirer: Inquirer
    keys: TokenKeys

    @property
    def issuer(self) -> str:
        return self.directory.origin(SELF)

    @property
    def token_endpoint(self) -> str:
        return f"{self.issuer}/token"

    def client(self, client_id: str) -> Client | None:
        return self.database.read("identity.client", lambda tx: store.client(tx, client_id))

    def seal(self, content: bytes) -> str:
        """Encrypted to the service itself: what lies in the database for minutes."""
        return encrypt(content, self.institution.id, self.directory)

    def unseal(self, sealed: str) -> bytes:
        return decrypt(sealed, self.institution)

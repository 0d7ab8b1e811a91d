"""What holders and relying parties get from the certification service over HTTP: its authority, its status lists.

Simplified: the authority's certificate is fetched when it is first needed. Real parties have it from a published trust
list, by a way of its own.
"""

from urllib.parse import urlsplit

import httpx
from cryptography import x509

from kazasu.card.mdoc.faults import NO_AUTHORITY
from kazasu.foundation.faults import Refusal


class Online:
    """``origin``: of the certification service; nothing is ever fetched from anywhere else."""

    def __init__(self, http: httpx.Client, origin: str) -> None:
        self._http = http
        self._origin = origin
        self._authorities: list[x509.Certificate] = []

    def authorities(self) -> list[x509.Certificate]:
        """Who issues records. Raises Refusal ``mdoc.no-authority``."""
        if not self._authorities:
            try:
                pem = self.fetch(f"{self._origin}/ca/mdoc-ca.pem")
                self._authorities = [x509.load_pem_x509_certificate(pem)]
            except (OSError, ValueError) as error:
                raise Refusal(NO_AUTHORITY) from error
        return self._authorities

    def fetch(self, uri: str) -> bytes:
        """A status list. Raises ``OSError``: elsewhere, not there, or no answer."""
        parts = urlsplit(uri)
        if f"{parts.scheme}://{parts.netloc}" != self._origin:
            raise OSError("not at the certification service")
        try:
            answer = self._http.get(uri)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise OSError(type(error).__name__) from error
        return answer.content

"""Private keys that stay where they are, in a card or a token: objects that ``cryptography`` takes for private keys.

They have no private half to give. Who keeps one says how it signs; everything else is refused here, once.
"""

from typing import Any, ClassVar, NoReturn

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa


class _Kept:
    keeper: ClassVar[str]
    """Who keeps it, for the error: ``the card``."""

    def private_numbers(self) -> NoReturn:
        raise UnsupportedAlgorithm(f"the key stays in {self.keeper}")

    def private_bytes(self, *_: Any, **__: Any) -> NoReturn:
        raise UnsupportedAlgorithm(f"the key stays in {self.keeper}")

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, _: Any) -> Any:
        return self


class KeptRsaKey(_Kept, rsa.RSAPrivateKey):
    """Subclasses add ``keeper`` and ``sign``."""

    def __init__(self, public: rsa.RSAPublicKey) -> None:
        self._public = public

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def public_key(self) -> rsa.RSAPublicKey:
        return self._public

    def decrypt(self, *_: Any) -> NoReturn:
        raise UnsupportedAlgorithm(f"{self.keeper} does not decrypt")


class KeptEcKey(_Kept, ec.EllipticCurvePrivateKey):
    """Subclasses add ``keeper`` and ``sign``."""

    def __init__(self, public: ec.EllipticCurvePublicKey) -> None:
        self._public = public

    @property
    def curve(self) -> ec.EllipticCurve:
        return self._public.curve

    @property
    def key_size(self) -> int:
        return self._public.key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._public

    def exchange(self, *_: Any) -> NoReturn:
        raise UnsupportedAlgorithm(f"{self.keeper} does not agree on keys")

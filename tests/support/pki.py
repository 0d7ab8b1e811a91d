"""A certification service for tests: one ceremony for the run, keys made once."""

import base64
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kazasu.foundation.time.clock import Clock
from kazasu.jpki.authorities.ceremony import hold_ceremony
from kazasu.jpki.authorities.keys import Authorities, read_authorities
from kazasu.jpki.certificates.profile import spki
from kazasu.workbench.bench import Workbench
from tests.support.folders import folder


@cache
def key(number: int) -> rsa.RSAPrivateKey:
    """One of a few card keys: making an RSA key takes long, so tests share them."""
    del number
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


place = cache(lambda: folder("pki"))
"""The ceremony's folder of this run."""


def authorities(clock: Clock) -> Authorities:
    hold_ceremony(place(), clock)
    return _read()


@cache
def _read() -> Authorities:
    return read_authorities(place())


def workbench(clock: Clock) -> Workbench:
    """On the same authorities."""
    return Workbench(place(), clock)


def public(number: int) -> bytes:
    return spki(key(number).public_key())


def sign(number: int, content: bytes) -> bytes:
    return key(number).sign(content, padding.PKCS1v15(), hashes.SHA256())


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()

"""RSA keys that look whole and are not: small factors, close primes, ROCA, factors shared with other keys."""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa

LEAST_BITS: Final = 2048
EXPONENT: Final = 65537
_SMALL: Final = 1 << 16
_FERMAT_STEPS: Final = 100
_ROCA_PRIMES: Final = (
    11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
)  # fmt: skip
"""Primes modulo which a vulnerable modulus is a power of 65537 (Nemec et al., ACM CCS 2017)."""


def weakness(key: rsa.RSAPublicKey) -> str:
    """What is wrong with the numbers; empty: nothing that can be seen."""
    numbers = key.public_numbers()
    if key.key_size < LEAST_BITS:
        return f"{key.key_size} bits"
    if numbers.e != EXPONENT:
        return f"exponent {numbers.e}"
    if math.gcd(numbers.n, _primorial()) != 1:
        return "small factor"
    if _close_primes(numbers.n):
        return "close primes"
    return ""


def is_roca(modulus: int) -> bool:
    """CVE-2017-15361: the modulus' fingerprint. A sound key has it by chance once in 2^27."""
    return all(modulus % prime in powers for prime, powers in _roca_powers())


def with_shared_factors(moduli: Sequence[int]) -> set[int]:
    """Moduli that have a prime in common with another one: both are then factored (batch GCD).

    A tree of products and one of remainders: n log² n instead of all pairs (Bernstein 2004).
    """
    tree = [list(moduli)]
    while len(tree[-1]) > 1:
        level = tree[-1]
        tree.append([math.prod(level[i : i + 2]) for i in range(0, len(level), 2)])
    remainders = tree.pop()
    while tree:
        level = tree.pop()
        remainders = [remainders[i // 2] % (n * n) for i, n in enumerate(level)]
    return {n for n, r in zip(moduli, remainders, strict=True) if math.gcd(r // n, n) != 1}


def product(numbers: Sequence[int]) -> int:
    """Of many large ones, by halves: factors of like size are multiplied faster than one after the other."""
    if len(numbers) < 3:
        return math.prod(numbers)
    half = len(numbers) // 2
    return product(numbers[:half]) * product(numbers[half:])


def _close_primes(modulus: int) -> bool:
    """Fermat's method: primes too close to each other are found at once."""
    a = math.isqrt(modulus) + 1
    for _ in range(_FERMAT_STEPS):
        rest = a * a - modulus
        if math.isqrt(rest) ** 2 == rest:
            return True
        a += 1
    return False


@cache
def _primorial() -> int:
    sieve = bytearray([1]) * _SMALL
    for n in range(2, math.isqrt(_SMALL) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(sieve[n * n :: n]))
    return math.prod(n for n in range(2, _SMALL) if sieve[n])


@cache
def _roca_powers() -> Iterable[tuple[int, frozenset[int]]]:
    return tuple(
        (prime, frozenset(pow(EXPONENT, n, prime) for n in range(prime))) for prime in _ROCA_PRIMES
    )

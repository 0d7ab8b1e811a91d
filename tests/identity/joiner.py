"""Two services that put together what they were given and try to find whom they both know (design §3.16).

Each way of joining gives, for a person at one service, how much each person of the other looks like them; the likeliest is the
guess, ties are broken by chance. Who knows nothing is right once for each pair of services.
"""

import base64
import binascii
import hashlib
import json
import math
import random
import re
from bisect import bisect
from collections import Counter, defaultdict
from datetime import datetime
from itertools import combinations

WORD = re.compile(r"[0-9]{4}[年-][0-9]{1,2}[月-][0-9]{1,2}|[\w-]{4,}")


def leaves(record, path=()):
    """``(path, value)`` of everything in it; a JWS is opened."""
    if isinstance(record, dict):
        for name, value in record.items():
            yield from leaves(value, (*path, name))
    elif isinstance(record, list | tuple):
        for number, value in enumerate(record):
            yield from leaves(value, (*path, number))
    elif (opened := _opened(record)) is not None:
        yield from leaves(opened, (*path, "jws"))
    else:
        yield path, record


def _opened(value):
    if not isinstance(value, str) or value.count(".") != 2:
        return None
    try:
        head, body, sign = (base64.urlsafe_b64decode(f"{one}==") for one in value.split("."))
        return {"head": json.loads(head), "claims": json.loads(body), "signature": len(sign)}
    except (ValueError, binascii.Error):
        return None


class Service:
    """What one service was given of each person, by number; the numbers are the truth that it does not know."""

    def __init__(self, records):
        self.people = sorted(records)
        self.leaves = {who: list(leaves(records[who])) for who in self.people}
        self.words = {who: set(self._words(who)) for who in self.people}
        told = {
            path: numbers
            for path, numbers in self._numbers().items()
            if len(set(numbers.values())) > 1
        }
        self.numbers = told  # what is the same for everybody tells nothing

    def _words(self, who):
        """Every value, and every word of a text."""
        for _, value in self.leaves[who]:
            yield str(value)
            if isinstance(value, str):
                yield from WORD.findall(value)

    def _numbers(self):
        """By path: a number for each person, a moment being one."""
        found = defaultdict(dict)
        for who in self.people:
            for path, value in self.leaves[who]:
                if (number := _number(value)) is not None:
                    found["number", *path][who] = number
                found["length", *path][who] = len(str(value))
            found["length", "all"][who] = sum(len(str(value)) for _, value in self.leaves[who])
        return found


def _number(value):
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else None
    except ValueError:
        return None


class Joiner:
    def __init__(self, services, seed=0):
        """``services``: of each, the record of each person."""
        self.services = [Service(one) for one in services]
        self.random = random.Random(seed)  # noqa: S311 - guesses
        self.pairs = list(combinations(self.services, 2))

    @property
    def chance(self):
        """Right guesses of one who knows nothing, and the most that luck explains in some hundred ways of guessing."""
        mean = len(self.pairs)
        return mean + 8 * math.sqrt(mean)

    def found(self):
        """Every way, with how often it was right; the best first."""
        ways = Counter()
        for one, other in self.pairs:
            ways["values"] += self._right(one, other, self._by_values(one, other))
            ways["modulus"] += self._right(one, other, self._by_modulus(one, other))
            for path in one.numbers.keys() & other.numbers.keys():
                near = _nearest(one.numbers[path], other.numbers[path])
                ways[path] += self._right(one, other, near)
        return ways.most_common()

    def _right(self, one, other, likeness):
        """``likeness(a)`` gives that of each person of the other service."""
        return sum(self._guess(other, likeness(who)) == who for who in one.people)

    def _guess(self, other, likely):
        best = max(likely.values(), default=0)
        return self.random.choice(
            [who for who, how in likely.items() if how == best] or other.people
        )

    @staticmethod
    def _by_values(one, other):
        """What few have weighs much; what many have, nothing."""
        most = min(len(other.people) // 2, 20)
        holders = defaultdict(set)
        for who in other.people:
            for value in other.words[who]:
                holders[value].add(who)

        def likeness(who):
            score = Counter()
            for value in one.words[who]:
                found = holders.get(value, ())
                if 0 < len(found) <= most:
                    score.update(dict.fromkeys(found, 1 / len(found) ** 2))
            return score

        return likeness

    @staticmethod
    def _by_modulus(one, other):
        """Of two documents with their deterministic signatures the modulus of the key: their greatest common divisor.

        Tried for small exponents, whose powers fit into memory; the cards' 65,537 takes a minute for each pair.
        """
        mine, theirs = _powers(one), _powers(other)

        def likeness(who):
            return {
                whom: 1
                for whom, power in theirs.items()
                if who in mine and math.gcd(mine[who], power).bit_length() > 900
            }

        return likeness


def _nearest(mine, theirs):
    """Who has the number that is nearest: all of them, where several have it."""
    holders = defaultdict(list)
    for whom, number in theirs.items():
        holders[number].append(whom)
    line = sorted(holders)

    def likeness(who):
        if who not in mine:
            return {}
        place = bisect(line, mine[who])
        near = min(line[max(place - 1, 0) : place + 1], key=lambda one: abs(one - mine[who]))
        return dict.fromkeys(holders[near], 1)

    return likeness


def _powers(service, most=60):
    """``s³ − m`` of each person who left a signature: a multiple of the modulus."""
    found = {}
    for who in service.people[:most]:
        document = next((v for p, v in service.leaves[who] if p[-1] == "document"), "")
        for _, value in service.leaves[who]:
            raw = _raw(value)
            if raw is not None:
                found[who] = int.from_bytes(raw, "big") ** 3 - _padded(
                    base64.b64decode(document), len(raw)
                )
    return found


def _raw(value):
    """A value as long as an RSA signature, in base64."""
    if not isinstance(value, str) or not 170 <= len(value) <= 700:
        return None
    try:
        raw = base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) in (128, 256, 384) else None


def _padded(document, size):
    """EMSA-PKCS1-v1_5 with SHA-256 (RFC 8017 9.2)."""
    digest = (
        bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(document).digest()
    )
    return int.from_bytes(b"\0\1" + b"\xff" * (size - len(digest) - 3) + b"\0" + digest, "big")

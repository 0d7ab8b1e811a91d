"""The certification service's work: ``python -m bench.pki [--certomancer PROGRAM] [--largest 100000000]``.

Verification against ``openssl speed`` on the same core, issuance, OCSP against ``openssl ocsp`` (and certomancer, if
its program is given) and the bare server, and the revocation index from 10⁵ certificates up. One run, medians.
"""

import argparse
import math
import random
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import ocsp as protocol

from bench.limit import machine
from kazasu.card.chip.image import CardBox
from kazasu.card.chip.machine import Card
from kazasu.card.client import CardClient, Signed
from kazasu.card.transports.virtual import ChipReader
from kazasu.cli.processes.countries import free_port, together
from kazasu.foundation.time.clock import SystemClock
from kazasu.jpki.authorities.keyring import Authority
from kazasu.jpki.authorities.keys import read_authorities
from kazasu.jpki.certificates import profile
from kazasu.jpki.certificates.weak_keys import product
from kazasu.jpki.issuing.primes import IN_A_BLOCK
from kazasu.jpki.register.model import Status
from kazasu.jpki.status import ocsp
from kazasu.jpki.status.revocation_index import Snapshot
from kazasu.jpki.validation.validator import validate
from kazasu.workbench.bench import Workbench

SECONDS = 3.0
CONTENT = b"what was signed"
PASSWORD = "ABC123"  # noqa: S105 - every workbench card's


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certomancer", default="", help="the program, to be compared with")
    parser.add_argument("--largest", type=int, default=100_000_000)
    options = parser.parse_args()
    print(f"machine: {machine()}")
    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
        bench = Workbench(Path(folder))
        image = bench.make("anna")
        client = CardClient(ChipReader(Card(image, lambda _: None)))
        signed = client.sign(CONTENT, PASSWORD)
        verification(bench, folder, signed)
        issuance(bench, signed)
        answers(bench, signed)
    shared_primes()
    over_http(options.certomancer)
    index(options.largest)


def rate(work: Callable[[], Any], seconds: float = SECONDS) -> float:
    """Times a second."""
    done, began = 0, time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds:
        work()
        done += 1
    return done / spent


def _validate(bench: Workbench, signed: Signed) -> None:
    validate(
        unverified_certificate=signed.certificate, signed=CONTENT, expected=CONTENT,
        signature=signed.signature, kind="signing", authorities=bench.authorities.trusted("signing"),
        status=_good, at=SystemClock().now(),
    )  # fmt: skip


def _good(*_: object) -> Any:
    return Status(None)


def verification(bench: Workbench, folder: str, signed: Signed) -> None:
    raw = _openssl_verifications()
    ours = rate(lambda: _validate(bench, signed))
    # The whole: two RSA verifications, one of the authority's signature and one of the holder's.
    print(f"openssl speed rsa2048, verifications  {raw:10,.0f} /s")
    print(
        f"whole validations, one core           {ours:10,.0f} /s  {2 * ours / raw:.2f} of it (two each)"
    )
    count = int(ours * 2)
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_batch, [(10, folder, signed)] * 2))
        began = time.perf_counter()
        list(pool.map(_batch, [(count, folder, signed)] * 2))
        both = 2 * count / (time.perf_counter() - began)
    print(f"whole validations, two processes      {both:10,.0f} /s  {both / ours:.2f} × one")


def _batch(task: tuple[int, str, Signed]) -> None:
    count, folder, signed = task
    bench = Workbench(Path(folder))
    for _ in range(count):
        _validate(bench, signed)


def _openssl_verifications() -> float:
    done = subprocess.run(
        ["openssl", "speed", "-seconds", "3", "rsa2048"], capture_output=True, text=True, check=True
    )
    return float(re.search(r"rsa 2048 bits .* ([\d.]+)$", done.stdout, re.MULTILINE).group(1))


def issuance(bench: Workbench, signed: Signed) -> None:
    given = x509.load_der_x509_certificate(signed.certificate)
    attributes = profile.attributes_of(given)
    flags = "0" * len(attributes.name), "0" * len(attributes.address)
    subject = profile.Subject(attributes, *flags, "Kanagawa-ken", "Yokohama-shi", "141003")

    def issue() -> None:
        profile.build(
            bench.authorities.issuing["signing"], "signing", subject, given.public_key(),
            profile.new_serial(), given.not_valid_before_utc, given.not_valid_after_utc,
        )  # fmt: skip

    key = bench.authorities.issuing["signing"].key
    bare = rate(lambda: key.sign(CONTENT, padding.PKCS1v15(), hashes.SHA256()))
    ours = rate(issue)
    print(f"RSA-2048 signatures, one core         {bare:10,.0f} /s")
    # Signed twice: once with nobody's key for the linter, once with the authority's.
    print(f"certificates linted and signed        {ours:10,.0f} /s  {ours / bare:.2f} of it")


def shared_primes(keys: int = 100_000) -> None:
    """One key at its issue against all before it, in kept products of a thousand; random numbers stand for moduli."""
    rng = random.Random(1)  # noqa: S311 - numbers to divide
    blocks = [
        product([rng.getrandbits(2048) | 1 for _ in range(IN_A_BLOCK)])
        for _ in range(keys // IN_A_BLOCK)
    ]
    modulus = rng.getrandbits(2048) | 1
    one_by_one = [rng.getrandbits(2048) | 1 for _ in range(1000)]
    began = time.process_time()
    for block in blocks:
        math.gcd(modulus, block % modulus)
    kept = time.process_time() - began
    began = time.process_time()
    for other in one_by_one:
        math.gcd(modulus, other)
    pairs = (time.process_time() - began) * keys / len(one_by_one)
    print(
        f"shared primes, one key against {keys:,}  {kept:.2f} s of one core  {pairs / kept:.0f} × faster than one by one"
    )


def _request(certificate: bytes, issuer: x509.Certificate, nonce: bool = False) -> bytes:
    builder = protocol.OCSPRequestBuilder().add_certificate(
        x509.load_der_x509_certificate(certificate), issuer, hashes.SHA1()  # noqa: S303 - RFC 6960's habit
    )  # fmt: skip
    if nonce:
        builder = builder.add_extension(x509.OCSPNonce(b"0123456789abcdef"), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def answers(bench: Workbench, signed: Signed) -> None:
    issuer = bench.authorities.issuing["signing"].certificate
    keeper = ocsp.Answers(bench.authorities.responders, _good, SystemClock().now)
    for name, nonce in (("kept", False), ("with a nonce", True)):
        request = _request(signed.certificate, issuer, nonce)
        print(f"OCSP in process, {name:<20} {rate(lambda r=request: keeper.answer(r)):11,.0f} /s")


def over_http(certomancer: str) -> None:
    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
        Path(folder).chmod(0o711)
        scratch = Path(folder) / "others"
        scratch.mkdir()
        with together(Path(folder)) as country:
            authorities = read_authorities(Path(folder))
            certificate = _someone(Path(folder))
            issuer = authorities.issuing["signing"].certificate
            origin = country.directory.origin("jpki")
            bare = _ab(f"{origin}/static/kit/icon.svg")
            print(f"bare server, GET of a file            {bare:10,.0f} /s")
            for name, nonce in (("kept", False), ("with a nonce", True)):
                body = scratch / f"{nonce}.req"
                body.write_bytes(_request(certificate, issuer, nonce))
                found = _ab(f"{origin}/ocsp", body)
                print(f"OCSP over HTTP, {name:<21} {found:10,.0f} /s  {found / bare:.2f} of bare")
        responder = next(one for one in authorities.responders if one.kind == "signing")
        with _openssl_ocsp(scratch, certificate, issuer, responder.signer) as port:
            found = _ab(f"http://127.0.0.1:{port}/", scratch / "False.req", keep=False, many=2000)
            print(
                f"openssl ocsp, signs each              {found:10,.0f} /s  {found / bare:.2f} of bare"
            )
        if certomancer:
            with _certomancer(scratch, certomancer) as (url, request):
                found = _ab(url, request, keep=False, many=1000)
                print(
                    f"certomancer, signs each               {found:10,.0f} /s  {found / bare:.2f} of bare"
                )


def _someone(folder: Path) -> bytes:
    """A signing certificate that the country issued."""
    box = CardBox(folder / "cards")
    for card_id in sorted(box):
        reader = ChipReader(Card(box.load(card_id), lambda _: None))
        with suppress(Exception):
            return CardClient(reader).sign(CONTENT, PASSWORD).certificate
    raise SystemExit("no card of this country signs")


def _ab(url: str, body: Path | None = None, *, keep: bool = True, many: int = 5000) -> float:
    """Requests a second, eight at a time; one at a time for servers that take one."""
    command = [
        "ab",
        "-q",
        "-r",
        "-n",
        str(many),
        "-c",
        "8" if keep else "1",
        *(["-k"] if keep else []),
    ]
    if body:
        command += ["-p", str(body), "-T", "application/ocsp-request"]
    host = url.split("/")[2]
    command += ["-H", f"Host: {host}", url.replace(host.split(":")[0], "127.0.0.1")]
    done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx responses:\s+(\d+)", done)
    if bad:
        raise SystemExit(f"{url}: {bad.group(1)} of {many} were refused")
    return float(re.search(r"Requests per second:\s+([\d.]+)", done).group(1))


@contextmanager
def _openssl_ocsp(
    folder: Path, certificate: bytes, issuer: x509.Certificate, signer: Authority
) -> Iterator[int]:
    parsed, port = x509.load_der_x509_certificate(certificate), free_port()
    until = f"{parsed.not_valid_after_utc:%y%m%d%H%M%SZ}"
    (folder / "index.txt").write_text(f"V\t{until}\t\t{parsed.serial_number:08X}\tunknown\t/CN=x\n")
    (folder / "ca.pem").write_bytes(issuer.public_bytes(Encoding.PEM))
    (folder / "ocsp.pem").write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    key = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ocsp.key").write_bytes(key)
    command = [
        "openssl", "ocsp", "-index", "index.txt", "-CA", "ca.pem", "-rsigner", "ocsp.pem",
        "-rkey", "ocsp.key", "-port", str(port), "-nmin", "1",
    ]  # fmt: skip
    with _running(command, folder):
        yield port


CERTOMANCER = """
keysets:
  bench:
    path-prefix: keys
    keys: {root: {path: root.pem}, responder: {path: responder.pem}, holder: {path: holder.pem}}
pki-architectures:
  bench:
    keyset: bench
    entity-defaults: {country-name: JP, organization-name: bench}
    entities:
      root: {common-name: Root}
      responder: {common-name: Responder}
      holder: {common-name: Holder}
    certs:
      root: {subject: root, issuer: root, validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2090-01-01T00:00:00+0000"}}
      responder: {issuer: root, validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2090-01-01T00:00:00+0000"}}
      holder: {issuer: root, validity: {valid-from: "2020-01-01T00:00:00+0000", valid-to: "2090-01-01T00:00:00+0000"}}
    services:
      ocsp: {root: {for-issuer: root, responder-cert: responder, signing-key: responder}}
"""


@contextmanager
def _certomancer(folder: Path, program: str) -> Iterator[tuple[str, Path]]:
    (folder / "keys").mkdir()
    for name in ("root", "responder", "holder"):
        subprocess.run(
            ["openssl", "genrsa", "-out", str(folder / "keys" / f"{name}.pem"), "2048"],
            capture_output=True, check=True,
        )  # fmt: skip
    (folder / "certomancer.yml").write_text(CERTOMANCER)
    for name in ("root", "holder"):
        subprocess.run(
            [program, "summon", "bench", name, f"{name}.crt"], cwd=folder, check=True, capture_output=True
        )  # fmt: skip
    read = [
        x509.load_pem_x509_certificate((folder / f"{n}.crt").read_bytes())
        for n in ("holder", "root")
    ]
    request = folder / "certomancer.req"
    request.write_bytes(_request(read[0].public_bytes(Encoding.DER), read[1]))
    port = free_port()
    with _running([program, "animate", "--port", str(port)], folder):
        yield f"http://127.0.0.1:{port}/bench/ocsp/root", request


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[None]:
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            time.sleep(3)  # `openssl ocsp` takes a first connection that says nothing for good
            yield
        finally:
            process.terminate()


def index(largest: int) -> None:
    """Two in a hundred are revoked; serial numbers as issued: 31 random bits."""
    print(
        f"{'issued':>12} {'revoked':>10} {'bytes/revoked':>14} {'one look-up':>12} {'in bulk':>10} {'swap':>8}"
    )
    size = 100_000
    while size <= largest:
        rng = random.Random(1)  # noqa: S311 - numbers to look up
        snapshot = Snapshot(SystemClock().now() - timedelta(0))
        revoked = snapshot.revoked["signing"]
        left = size // 50
        while left:
            portion = min(left, 500_000)
            revoked.update(rng.randrange(2**24, 2**31) for _ in range(portion))
            left -= portion
        revoked.run_optimize()
        asked = [rng.randrange(2**24, 2**31) for _ in range(1_000_000)]
        single = statistics.median(_timed(lambda a=asked, s=snapshot: [s.is_revoked("signing", n) for n in a[:100_000]]) for _ in range(3)) / 100_000  # fmt: skip
        bulk = statistics.median(_timed(lambda a=asked, s=snapshot: s.among("signing", a)) for _ in range(3)) / 1_000_000  # fmt: skip
        swap = _timed(lambda r=revoked: type(r)(r))
        print(f"{size:>12,} {len(revoked):>10,} {snapshot.size() / len(revoked):>14.2f} {1e9 * single:>9.0f} ns {1e9 * bulk:>7.0f} ns {1000 * swap:>5.1f} ms")  # fmt: skip
        size *= 10


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

"""Logins: ``python -m bench.identity [--seconds 20] [--browsers 8]``. One country in a process of its own.

A login is all that a relying party and a card do over HTTP: authorization request, evidence from the
terminal, the way back, the code for tokens, userinfo. The card's own signature is made beforehand by the load
generator's keys, outside the measured server. Beside it, in the same run: userinfo alone, and the bare answer
(a static file) of the same server; and how much of a login is verifying the card.
"""

import argparse
import base64
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qsl, urlsplit

import httpx
from joserfc.jwk import ECKey

from bench.limit import machine
from kazasu.card.chip.image import CardBox
from kazasu.card.chip.machine import Card
from kazasu.card.client import CardClient
from kazasu.card.transports.virtual import ChipReader
from kazasu.cli.processes.countries import free_port
from kazasu.contracts.identity import issuer_of
from kazasu.contracts.jpki.validation import TapEvidence
from kazasu.contracts.terminal import TapRequest, TapResult
from kazasu.exchange.directory import read_directory
from kazasu.exchange.keys import read_institution, verified
from kazasu.exchange.taps import sign_result
from kazasu.foundation.http import http_client
from kazasu.foundation.time.clock import SystemClock
from kazasu.kit.openid import OpenId, RelyingParty

PIN = "1234"
CARD = "yamada-sota"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--browsers", type=int, default=8)
    options = parser.parse_args()
    print(f"machine: {machine()}")
    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder, _country(folder) as country:
        party = Party(country)
        party.login(SimpleNamespace(client=http_client(30.0), signer=party.signer()))
        for browsers in (1, options.browsers):
            bare = load(country, browsers, options.seconds / 2, party.bare)
            report(f"bare answer, {browsers} browser(s)", bare, None)
            logins = load(country, browsers, options.seconds, party.login, party.signer)
            report(f"complete logins, {browsers} browser(s)", logins, bare)
            tokens = [party.login(_worker(party.signer)) for _ in range(browsers)]
            userinfo = load(
                country, browsers, options.seconds / 2,
                lambda w, known=tokens: party.userinfo(w, known[w.number % len(known)]),  # type: ignore[misc]
            )  # fmt: skip
            report(f"userinfo, {browsers} browser(s)", userinfo, bare)
        share(logins)


# ---------------------------------------------------------------- load


def load(
    country: SimpleNamespace,
    browsers: int,
    seconds: float,
    work: Callable[[SimpleNamespace], object],
    signer: Callable[[], object] = lambda: None,
) -> SimpleNamespace:
    """So many browsers at once, each in a thread, one request after the other."""
    times: list[float] = []
    errors: list[BaseException] = []
    end = time.perf_counter() + seconds

    def browse(worker: SimpleNamespace) -> None:
        try:
            while time.perf_counter() < end:
                began = time.perf_counter()
                work(worker)
                times.append(time.perf_counter() - began)
        except BaseException as error:
            errors.append(error)

    workers = [_worker(signer, number) for number in range(browsers)]
    threads = [threading.Thread(target=browse, args=(worker,)) for worker in workers]
    cpu, began = _cpu(country.pids()), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.perf_counter() - began
    if errors:
        raise SystemExit(f"a request failed: {errors[0]!r}")
    cpu = _cpu(country.pids()) - cpu
    return SimpleNamespace(times=sorted(times), rate=len(times) / spent, cpu=cpu / len(times))


def _brought_by(response: httpx.Response) -> dict[str, str]:
    """What a redirect's address says. Raises RuntimeError with what came instead."""
    if "location" not in response.headers:
        raise RuntimeError(f"{response.status_code}: {response.text[-600:]}")
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


def _worker(signer: Callable[[], object], number: int = 0) -> SimpleNamespace:
    return SimpleNamespace(client=http_client(30.0), signer=signer(), number=number)


def report(name: str, found: SimpleNamespace, bare: SimpleNamespace | None) -> None:
    p50 = 1000 * statistics.median(found.times)
    p99 = 1000 * found.times[int(len(found.times) * 0.99) - 1]
    ratio = f"  {found.rate / bare.rate:.3f} of bare" if bare else ""
    print(
        f"{name:<34} {found.rate:8.1f}/s  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms"
        f"  server CPU {1000 * found.cpu:6.2f} ms each{ratio}"
    )


def share(logins: SimpleNamespace) -> None:
    """Verifying a card in a login: one validation as ``bench.pki`` measures it, on this machine, now."""
    from bench.pki import CONTENT, PASSWORD, _validate, rate  # noqa: PLC0415 - only here
    from kazasu.workbench.bench import Workbench  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="kazasu-bench-") as folder:
        bench = Workbench(Path(folder))
        client = CardClient(ChipReader(Card(bench.make("anna"), lambda _: None)))
        signed = client.sign(CONTENT, PASSWORD)
        one = 1 / rate(lambda: _validate(bench, signed))
    print(
        f"verifying a card: {1000 * one:.3f} ms, {100 * one / logins.cpu:.1f} % of a login's server CPU"
    )


# ---------------------------------------------------------------- the country and a party


@contextmanager
def _country(folder: str) -> Iterator[SimpleNamespace]:
    port = free_port()
    place = Path(folder)
    place.chmod(0o711)
    command = [sys.executable, "-m", "kazasu", "up", "--data", folder, "--port", str(port)]
    environment = os.environ | {"KAZASU_REQUESTS_PER_MINUTE": "6000000"}
    with (
        (place / "log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=environment) as process,
    ):
        try:
            _wait(process, port)
            directory = read_directory(place / "directory.json", SystemClock())
            yield SimpleNamespace(
                directory=directory, place=place, pids=lambda: _family(process.pid), port=port
            )
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(process: subprocess.Popen, port: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", timeout=1.0)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the country does not answer")


def _family(pid: int) -> list[int]:
    """The country's own process and its database's."""
    found = [pid]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) in found:
            found.append(int(stat.parent.name))
    return found


def _cpu(pids: list[int]) -> float:
    """Seconds of user and system time, of all of them."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Party:
    """A relying party and the cards of its customers."""

    def __init__(self, country: SimpleNamespace) -> None:
        self._directory = country.directory
        self._box = CardBox(country.place / "cards")
        self._terminal = read_institution(country.place / "keys", "terminal", self._directory)
        self._origin = self._directory.origin("identity")
        self._http = http_client(30.0)
        key = ECKey.generate_key("P-256", auto_kid=True)
        redirect = f"http://load.localhost:{country.port}/callback"
        answer = self._http.post(
            f"{issuer_of(self._origin)}/clients-registrations/openid-connect",
            json={
                "client_name": "Load", "redirect_uris": [redirect], "scope": "openid",
                "jwks": {"keys": [key.as_dict(private=False)]},
            },
        )  # fmt: skip
        self._party = RelyingParty(answer.json()["client_id"], redirect, key)
        self._openid = OpenId(issuer_of(self._origin), self._http, SystemClock())

    def signer(self) -> CardClient:
        """A copy of the card for each thread: its key signs, its counters are nobody's."""
        return CardClient(ChipReader(Card(self._box.load(CARD), lambda _: None)))

    def login(self, worker: SimpleNamespace) -> SimpleNamespace:
        started = self._openid.start(self._party, ["openid"])
        there = worker.client.get(started.url)
        sealed = _brought_by(there)["request"]
        _, content = verified(sealed, "kazasu-tap+jws", self._directory, "identity")
        tap = TapRequest.model_validate_json(content)
        signed = worker.signer.authenticate(base64.b64decode(tap.challenge), PIN)
        evidence = TapEvidence(
            certificate=base64.b64encode(signed.certificate).decode(),
            signed=tap.challenge,
            signature=base64.b64encode(signed.signature).decode(),
        )
        result = TapResult(
            request_id=tap.request_id, audience="identity", reader="terminal", holder="pin",
            evidence=evidence,
        )  # fmt: skip
        receipt = worker.client.post(
            tap.respond_to, content=sign_result(self._terminal, result)
        ).json()
        back = worker.client.get(tap.continue_at, params={"handle": receipt["handle"]})
        answer = _brought_by(back)
        person = self._openid.finish(self._party, started, answer, userinfo=False)
        worker.client.cookies.clear()
        return SimpleNamespace(token=person.access_token, subject=person.subject)

    def userinfo(self, worker: SimpleNamespace, token: SimpleNamespace) -> None:
        url = self._openid.metadata("userinfo_endpoint")
        answer = worker.client.get(url, headers={"authorization": f"Bearer {token.token}"})
        if answer.json()["sub"] != token.subject:
            raise SystemExit("userinfo of somebody else")

    def bare(self, worker: SimpleNamespace) -> None:
        worker.client.get(f"{self._origin}/static/kit/icon.svg").raise_for_status()


if __name__ == "__main__":
    main()

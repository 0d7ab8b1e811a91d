"""Plays every scenario against one party, judges, signs the report and keeps it."""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from kazasu.foundation.database import Database
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.foundation.values.typed.web_addresses import place_of
from kazasu.foundation.web.faults import NOT_FOUND
from kazasu.identity.clients.model import Client
from kazasu.identity.service.context import IdentityContext
from kazasu.lab.conformance import model
from kazasu.lab.conformance.model import (
    GOOD,
    SCENARIOS,
    Met,
    Result,
    Scenario,
    judged,
    result,
)
from kazasu.lab.conformance.party_driver import Driver, Lost, Silent
from kazasu.lab.conformance.runs import Run, Runs
from kazasu.lab.faults import (
    APPLICATION_SILENT,
    CHECK_IS_OPEN,
    CHECK_MISSING,
    CONFORMANCE_ELSEWHERE,
    CONFORMANCE_RUNNING,
    PARTY_SUSPENDED,
    TEST_MODE_ONLY,
)

REPORT_TYP: Final = "kazasu-conformance+jws"
_NO_PAGE: Final = (404, 405, 410)
"""Said of an address, and of nobody's sign-in."""


@dataclass(frozen=True, slots=True)
class Kept:
    client_id: str
    run_id: UUID
    at: datetime
    passed: bool
    signed: str

    @property
    def report(self) -> dict[str, Any]:
        """What was signed, for showing; anyone who must rely on it verifies ``signed``."""
        payload = self.signed.split(".")[1]
        found: dict[str, Any] = json.loads(
            base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        )
        return found


class Conformance:
    def __init__(
        self,
        database: Database,
        desk: IdentityContext,
        runs: Runs,
        driver: Callable[..., Driver] = Driver,
    ) -> None:
        self._database = database
        self._desk = desk
        self._runs = runs
        self._driver = driver
        self.told: Callable[[], None] = lambda: None
        """When a run passed."""

    # ------------------------------------------------------------ one run

    def run(self, client: Client, start_url: str, check_url: str) -> Kept:
        """
        Args:
            start_url: where a login at the party begins.
            check_url: a page of the party that answers 200 to anyone who is signed in, and nothing of
                the kind to others.

        Raises Refusal ``lab.test-mode-only``, ``lab.party-suspended``, ``lab.conformance-elsewhere``,
        ``lab.conformance-running``;
        ``lab.application-silent``, ``lab.check-is-open``, ``lab.check-missing``: nothing could be told from any run, so there is
        none.
        """
        if client.suspended_at:
            raise Refusal(PARTY_SUSPENDED)
        if client.mode != "test":
            raise Refusal(TEST_MODE_ONLY)
        if not all(self.may_ask(client, url) for url in (start_url, check_url)):
            raise Refusal(CONFORMANCE_ELSEWHERE)
        run = self._runs.begin(client.client_id, client.id_token_alg)
        if run is None:
            raise Refusal(CONFORMANCE_RUNNING)
        try:
            results = _Playing(self._desk, run, client, start_url, check_url, self._driver).all()
        finally:
            self._runs.end(run)
        return self._keep(client, start_url, check_url, results)

    @staticmethod
    def may_ask(client: Client, url: str) -> bool:
        """Is it on a host of the party's redirect addresses? What is no address is on none."""
        return place_of(url) in {place_of(uri) for uri in client.redirect_uris} - {""}

    def _keep(self, client: Client, start_url: str, check_url: str, results: list[Result]) -> Kept:
        now, run_id = self._desk.clock.now(), uuid4()
        report = {
            "iss": self._desk.issuer,
            "run_id": str(run_id),
            "at": now.isoformat(),
            "client_id": client.client_id,
            "client_name": client.name_en,
            "start_url": start_url,
            "check_url": check_url,
            "passed": model.passed(results),
            "counts": {
                verdict: sum(one.verdict == verdict for one in results)
                for verdict in ("passed", "failed", "warned", "not-applicable", "could-not-run")
            },
            "results": [asdict(one) for one in results],
        }
        content = json.dumps(report, ensure_ascii=False).encode()
        signed = self._desk.institution.sign(content, REPORT_TYP)
        kept = Kept(client.client_id, run_id, now, bool(report["passed"]), signed)

        self._database.run(
            "lab.conformance-report", lambda tx: tx.insert("conformance_report", kept)
        )
        if kept.passed:
            self.told()
        return kept

    # ------------------------------------------------------------ reports

    def reports(self, client_id: str) -> list[Kept]:
        """Newest first."""
        return self._database.read(
            "lab.conformance-reports",
            lambda tx: tx.all(
                Kept,
                """SELECT client_id, run_id, at, passed, signed FROM conformance_report
                   WHERE client_id = %s ORDER BY at DESC, run_id LIMIT 20""",
                (client_id,),
            ),
        )

    def report(self, client_id: str, run_id: str) -> Kept:
        """The party's own. Raises Refusal ``web.not-found``."""
        found = next((k for k in self.reports(client_id) if str(k.run_id) == run_id), None)
        if found is None:
            raise Refusal(NOT_FOUND)
        return found

    def last_passed(self, client_id: str) -> bool | None:
        """Did the last run pass? None: there was none."""
        return next((kept.passed for kept in self.reports(client_id)), None)


class _Playing:
    """The scenarios in their order, each with browsers of its own."""

    def __init__(
        self, desk: IdentityContext, run: Run, client: Client, start_url: str, check_url: str,
        driver: Callable[..., Driver],
    ) -> None:  # fmt: skip
        self._desk = desk
        self._run = run
        self._client = client
        self._start = start_url
        self._check = check_url
        self._driver = driver
        self._ways: dict[str, Callable[[Scenario], Result]] = {
            "login": self._login,
            "other-browser": self._other_browser,
            "unsolicited": self._unsolicited,
            "replayed": self._replayed,
            "logout": self._logout,
        }

    def all(self) -> list[Result]:
        """Without a good login nothing can be told from anything: then the others could not run.

        Raises Refusal ``lab.application-silent``, ``lab.check-is-open``, ``lab.check-missing``.
        """
        self._prove_ready()
        blocked: Text | None = None
        results: list[Result] = []
        for scenario in SCENARIOS:
            if blocked:
                results.append(result(scenario, "could-not-run", reason=blocked))
                continue
            results.append(self._played(scenario))
            if scenario.id == GOOD and results[-1].verdict != "passed":
                blocked = _blocked(results[-1])
        return results

    def _prove_ready(self) -> None:
        """One clear answer before the runs, not forty of the same kind."""
        browser = self._browser()
        try:
            if browser.is_open(self._check):
                raise Refusal(CHECK_IS_OPEN, address=self._check)
            browser.touch(self._start)
        except Silent as silent:
            raise Refusal(APPLICATION_SILENT, address=silent.address) from silent
        finally:
            browser.close()

    def _played(self, scenario: Scenario) -> Result:
        if reason := self._does_not_apply(scenario):
            return result(scenario, "not-applicable", reason=reason)
        try:
            return self._ways[scenario.play](scenario)
        except Lost as lost:
            return result(scenario, "could-not-run", reason=lost.why)

    def _does_not_apply(self, scenario: Scenario) -> Text | None:
        if scenario.phase == "logout" and not self._client.backchannel_logout_uri:
            return Text(
                "サインアウトを知らせるアドレス（backchannel_logout_uri）が登録されていません",
                "no backchannel_logout_uri is registered",
            )
        if scenario.phase == "userinfo" and GOOD not in self._run.userinfo_asked:
            return Text("アプリが利用者情報を求めていません", "the party does not ask for userinfo")
        return None

    # ------------------------------------------------------------ ways to play

    def _browser(self, scenario: str = GOOD) -> Driver:
        party = {place_of(uri) for uri in self._client.redirect_uris}
        return self._driver(
            self._desk.endpoint("auth"),
            frozenset({*party, place_of(self._desk.origin)}),
            f"conformance:{self._run.run_id}:{scenario}",
        )

    def _login(self, scenario: Scenario) -> Result:
        browser = self._browser(scenario.id)
        try:
            browser.walk(self._start)
            if not browser.asked:
                raise Lost(
                    f"サインインが始まるアドレスが、本人確認のサービスへ進みません（HTTP {browser.status}）",
                    f"start_url does not lead to the authorization endpoint (HTTP {browser.status})",
                )
            return self._judged(scenario, browser, [])
        finally:
            browser.close()

    def _answered(self, browser: Driver) -> str:
        """The address of the answer, at which nobody has looked yet."""
        return browser.walk(
            self._start,
            lambda url: url.partition("?")[0] in {u.partition("?")[0] for u in self._client.redirect_uris}
            and any(f"{name}=" in url for name in ("code", "error")),
        )  # fmt: skip

    def _elsewhere(self, scenario: Scenario, url: str, did: list[str]) -> Result:
        """The same answer in a browser that did not begin."""
        other = self._browser(scenario.id)
        try:
            other.walk(url)
            return self._judged(scenario, other, did)
        finally:
            other.close()

    def _judged(self, scenario: Scenario, browser: Driver, before: list[str]) -> Result:
        signed_in = browser.is_open(self._check)
        if scenario.id == GOOD and browser.checked in _NO_PAGE:
            raise Refusal(CHECK_MISSING, address=self._check, status=browser.checked)
        met = Met(browser.at, browser.status, browser.checked)
        return judged(scenario, signed_in, met, [*before, *browser.did])

    def _other_browser(self, scenario: Scenario) -> Result:
        browser = self._browser()
        try:
            return self._elsewhere(scenario, self._answered(browser), browser.did)
        finally:
            browser.close()

    def _unsolicited(self, scenario: Scenario) -> Result:
        query = urlencode({"code": "x" * 43, "state": "x" * 43, "iss": self._desk.issuer})
        uri = self._client.redirect_uris[0]
        return self._elsewhere(scenario, f"{uri}{'&' if '?' in uri else '?'}{query}", [])

    def _replayed(self, scenario: Scenario) -> Result:
        browser = self._browser()
        try:
            url = self._answered(browser)
            browser.walk(url)
            return self._elsewhere(scenario, url, browser.did)
        finally:
            browser.close()

    def _logout(self, scenario: Scenario) -> Result:
        browser = self._browser(scenario.id)
        try:
            browser.walk(self._start)
            claims = self._run.claims.get(scenario.id)
            if claims is None or not browser.is_open(self._check):
                raise Lost(
                    "知らせる前のサインインができませんでした",
                    "the login before the logout token did not succeed",
                )
            return self._told(scenario, browser, claims)
        finally:
            browser.close()

    def _told(self, scenario: Scenario, browser: Driver, claims: dict[str, Any]) -> Result:
        token = self._run.forge.logout_token(
            scenario.id, self._desk.issuer, self._client.client_id, claims,
            int(self._desk.clock.now().timestamp()),
        )  # fmt: skip
        address = self._client.backchannel_logout_uri
        status = browser.post(address, logout_token=token)
        if scenario.id == "logout-replayed":
            status = browser.post(address, logout_token=token)
            left = None
        else:
            left = browser.is_open(self._check)
        wrong = _untold(status, left, ends=scenario.expected == "ended")
        if wrong is None:
            return result(scenario, "passed", browser.did)
        return result(scenario, "failed" if scenario.must else "warned", browser.did, wrong)


def _untold(status: int, left: bool | None, *, ends: bool) -> Text | None:
    """What is wrong with how a logout token was taken; None: nothing.

    Args:
        left: does the session go on? None: that is not what is asked.
        ends: it is a good one.
    """
    if ends and left:
        return Text("サインインが続いています", "the session goes on")
    if ends and status not in (200, 204):
        return Text(f"200 か 204 ではなく HTTP {status}", f"HTTP {status} instead of 200 or 204")
    if not ends and left is False:
        return Text("サインインが終わってしまいました", "the session was ended")
    if not ends and status != 400:
        return Text(f"400 ではなく HTTP {status}", f"HTTP {status} instead of 400")
    return None


def _blocked(good: Result) -> Text:
    """Why nothing else was played."""
    return Text(
        f"正しいサインインができなかったので試せません：{good.reason_ja}",
        f"the good login did not succeed: {good.reason}",
    )

"""Scenarios: what the service does, what a relying party must do, and which clause says so."""

from dataclasses import dataclass
from typing import Final, Literal

from kazasu.foundation.text import Text

Play = Literal["login", "other-browser", "unsolicited", "replayed", "logout"]
Phase = Literal["", "answer", "token", "id-token", "userinfo", "logout"]
Expected = Literal["accepted", "rejected", "told", "ended"]
"""``told``: rejected, with a page of its own and no error of the server."""
Verdict = Literal["passed", "failed", "warned", "not-applicable", "could-not-run"]


@dataclass(frozen=True, slots=True)
class Scenario:
    id: str
    title: Text
    clause: str
    phase: Phase = ""
    expected: Expected = "rejected"
    play: Play = "login"
    must: bool = True
    """False: the standards only recommend it; a party that does otherwise is warned."""


def _s(
    id: str, ja: str, en: str, clause: str, phase: Phase = "", expected: Expected = "rejected",
    play: Play = "login", *, must: bool = True,
) -> Scenario:  # fmt: skip
    return Scenario(id, Text(ja, en), clause, phase, expected, play, must)


_CORE: Final = "OpenID Connect Core"
_LOGOUT: Final = "OpenID Connect Back-Channel Logout 2.6"
GOOD: Final = "good-login"
SCENARIOS: Final[tuple[Scenario, ...]] = (
    _s(GOOD, "正しいサインイン", "A good login", f"{_CORE} 3.1", expected="accepted"),
    # the answer that the browser brings
    _s("state-wrong", "state が違う", "Wrong state", "RFC 6749 10.12", "answer"),
    _s("state-missing", "state がない", "No state", "RFC 6749 4.1.2", "answer"),
    _s("iss-wrong", "応答の iss が別の発行者", "Another issuer in the answer (mix-up)", "RFC 9207 2.4", "answer"),
    _s("iss-missing", "応答に iss がない", "No iss in the answer", "RFC 9207 2.4", "answer"),
    _s("code-missing", "code がない", "Neither code nor error", "RFC 6749 4.1.2", "answer"),
    _s("access-denied", "本人がやめた（access_denied）", "The person stopped (access_denied)", "RFC 6749 4.1.2.1", "answer", "told"),
    _s("unavailable", "一時的に使えない", "temporarily_unavailable", "RFC 6749 4.1.2.1", "answer", "told"),
    _s("other-browser", "別のブラウザーに届いた応答", "The answer in another browser (login CSRF)", "RFC 9700 4.7", "", "rejected", "other-browser"),
    _s("unsolicited", "求めていない応答", "An answer that nobody asked for", "RFC 9700 4.7", "", "rejected", "unsolicited"),
    _s("replayed", "使われた応答をもう一度", "An answer used before, in another browser", "RFC 6749 10.5", "", "rejected", "replayed"),
    # the token endpoint
    _s("token-error", "トークンの要求が断られる", "The token endpoint refuses", "RFC 6749 5.2", "token"),
    _s("token-500", "トークンの窓口の不具合", "The token endpoint breaks", "RFC 6749 5.2", "token"),
    _s("token-slow", "トークンの窓口が遅れて失敗", "The token endpoint is slow, then fails", "RFC 6749 5.2", "token"),
    _s("token-nonsense", "トークンの応答が JSON でない", "The token answer is no JSON", "RFC 6749 5.1", "token"),
    _s("id-token-missing", "ID トークンがない", "No ID token", f"{_CORE} 3.1.3.3", "token"),
    # the ID token
    _s("nonce-wrong", "nonce が違う", "Wrong nonce", f"{_CORE} 3.1.3.7 (11)", "id-token"),
    _s("nonce-missing", "nonce がない", "No nonce", f"{_CORE} 3.1.3.7 (11)", "id-token"),
    _s("issuer-wrong", "ID トークンの発行者が違う", "Wrong issuer in the ID token", f"{_CORE} 3.1.3.7 (2)", "id-token"),
    _s("audience-wrong", "宛先が別のクライアント", "Another client's ID token", f"{_CORE} 3.1.3.7 (3)", "id-token"),
    _s("audience-foreign", "宛先に知らない相手が混ざる", "An audience that is not trusted, too", f"{_CORE} 3.1.3.7 (3)–(5)", "id-token"),
    _s("expired", "期限切れ", "An expired ID token", f"{_CORE} 3.1.3.7 (9)", "id-token"),
    _s("subject-missing", "sub がない", "No sub", f"{_CORE} 2", "id-token"),
    _s("signature-bad", "署名が壊れている", "A broken signature", f"{_CORE} 3.1.3.7 (6)", "id-token"),
    _s("other-key", "同じ kid で別の鍵", "Another key under the same kid", f"{_CORE} 3.1.3.7 (6)", "id-token"),
    _s("kid-unknown", "知らない kid", "An unknown kid", f"{_CORE} 10.1.1", "id-token"),
    _s("alg-none", "署名なし（alg none）", "No signature (alg none)", f"{_CORE} 3.1.3.7 (7)", "id-token"),
    _s("alg-hs256", "公開鍵を共通鍵として使った署名", "HS256 with the public key as the secret", f"{_CORE} 3.1.3.7 (7); RFC 8725 3.1", "id-token"),
    _s("keys-rotated", "途中で鍵が替わった", "Keys rotated in between", f"{_CORE} 10.1.1", "id-token", "accepted"),
    _s("at-hash-wrong", "at_hash が違う", "Wrong at_hash", f"{_CORE} 3.1.3.8", "id-token", must=False),
    _s("at-hash-missing", "at_hash がない（任意）", "No at_hash (it is optional)", f"{_CORE} 3.1.3.6", "id-token", "accepted"),
    # userinfo
    _s("userinfo-subject", "利用者情報の sub が違う", "Userinfo of another subject", f"{_CORE} 5.3.2", "userinfo"),
    # back-channel logout
    _s("logout", "サインアウトの知らせ", "A logout token", _LOGOUT, "logout", "ended", "logout"),
    _s("logout-audience", "別のクライアントへの知らせ", "A logout token for another client", f"{_LOGOUT} (3)", "logout", "rejected", "logout"),
    _s("logout-issuer", "別の発行者からの知らせ", "A logout token of another issuer", f"{_LOGOUT} (3)", "logout", "rejected", "logout"),
    _s("logout-signature", "署名が壊れた知らせ", "A logout token with a broken signature", f"{_LOGOUT} (2)", "logout", "rejected", "logout"),
    _s("logout-nonce", "nonce の入った知らせ", "A logout token with a nonce", f"{_LOGOUT} (6)", "logout", "rejected", "logout"),
    _s("logout-events", "events のない知らせ", "A logout token without events", f"{_LOGOUT} (5)", "logout", "rejected", "logout"),
    _s("logout-expired", "古い知らせ", "An expired logout token", f"{_LOGOUT} (3)", "logout", "rejected", "logout"),
    _s("logout-replayed", "同じ知らせをもう一度", "The same logout token again", f"{_LOGOUT} (7)", "logout", "rejected", "logout", must=False),
)  # fmt: skip
BY_ID: Final = {scenario.id: scenario for scenario in SCENARIOS}


@dataclass(frozen=True, slots=True)
class Result:
    """One scenario, played."""

    id: str
    title_ja: str
    title_en: str
    clause: str
    expected: Expected
    verdict: Verdict
    did: list[str]
    """What the party did, step by step: addresses without their queries."""
    reason: str = ""
    """In English, for programs; beside it in Japanese."""
    reason_ja: str = ""


def result(
    scenario: Scenario, verdict: Verdict, did: list[str] | None = None, reason: Text | None = None
) -> Result:
    return Result(
        scenario.id, scenario.title.ja, scenario.title.en, scenario.clause, scenario.expected,
        verdict, did or [], *((reason.en, reason.ja) if reason else ("", "")),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Met:
    """Where a login ended."""

    at: str
    """Address of the last page, without its query."""
    status: int
    checked: int
    """Status of the page for the signed in."""


def judged(scenario: Scenario, signed_in: bool, met: Met, did: list[str]) -> Result:
    """The verdict on what the party did: was the person signed in at the end, and what was shown?"""
    wrong: Text | None = None
    if scenario.expected == "accepted" and not signed_in:
        wrong = _nobody(met)
    elif scenario.expected != "accepted" and signed_in:
        wrong = Text("サインインできてしまいました", "somebody is signed in")
    elif scenario.expected == "told" and met.status >= 500:
        wrong = Text(
            f"本人には、何が起きたかを伝えるページではなく HTTP {met.status} が出ます",
            f"the person meets HTTP {met.status} instead of a page that says so",
        )
    if wrong is None:
        return result(scenario, "passed", did)
    return result(scenario, "failed" if scenario.must else "warned", did, wrong)


def _nobody(met: Met) -> Text:
    """Everything was right, and nobody is signed in: a page broke, or the one for the signed in is not there."""
    if met.status >= 400:
        return Text(
            f"だれもサインインしていません。{met.at} が HTTP {met.status} を返して終わりました",
            f"nobody is signed in: it ends at {met.at}, which answers HTTP {met.status}",
        )
    ja, en = (
        ("。そこにページがありません", ": there is no page") if met.checked == 404 else ("", "")
    )
    return Text(
        f"サインインは終わりまで進みましたが、サインインした人だけに開くアドレスが、200 ではなく HTTP {met.checked} を返しました{ja}",
        f"the login went to its end, but the page open to the signed in answers HTTP {met.checked} instead of 200{en}",
    )


def passed(results: list[Result]) -> bool:
    return all(one.verdict in ("passed", "warned", "not-applicable") for one in results)

"""``kazasu rp``: an integrator's desk at the command line, against a running country."""

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
from joserfc.jwk import ECKey

from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import (
    NO_COUNTRY,
    NO_FILE,
    NO_REGISTRATION,
    NOT_ITS_REPORT,
    NOT_REGISTERED,
    OTHER_REGISTRATION,
    REGISTERED_ALREADY,
    SERVICE_REFUSED,
    SERVICE_SILENT,
)
from kazasu.cli.output.speech import language, put, say
from kazasu.contracts.identity import issuer_of
from kazasu.exchange.directory import Directory, read_directory
from kazasu.exchange.keys import verified
from kazasu.foundation.faults import Refusal
from kazasu.foundation.http import http_client
from kazasu.foundation.private_files import write_private
from kazasu.foundation.text import LANGUAGES, Text
from kazasu.foundation.time.clock import JST
from kazasu.foundation.time.country_clock import open_clock

SUMMARY = Text("サービスをつなぐ: 登録、要求を見る、適合試験", "connect a service: register, look at requests, conformance")  # fmt: skip
KEPT: Final = Path("kazasu-rp.json")
"""Where the registration is kept: its token and private key, readable by its owner alone."""
REPORT_TYP: Final = "kazasu-conformance+jws"
PATIENCE: Final = 180.0
_CLIENTS: Final = "/clients-registrations/openid-connect"
FOUND_WRONG: Final = 1
NONE_SENT: Final = Text(
    "この24時間に届いた要求はありません", "No request came in the last 24 hours"
)
NONE_FAILED: Final = Text("この24時間に止まった要求はありません", "No request was refused in the last 24 hours")  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    verbs: Verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    registering = add_verb(verbs, "register", Text("登録する（鍵もつくる）", "register, with a new key"), _register)  # fmt: skip
    registering.add_argument("--name", required=True, help="名前 / name of the service")
    registering.add_argument("--name-ja", default="", help="日本語の名前 / its name in Japanese")
    registering.add_argument(
        "--redirect", required=True, action="append", help="戻り先 / redirect address (repeatable)"
    )
    registering.add_argument("--scope", default="openid name", help="項目 / items")
    registering.add_argument("--logout", default="", help="back-channel logout の宛先 / address")
    requests = add_verb(verbs, "requests", Text("送った要求を見る", "what was sent, and what to change"), _requests)  # fmt: skip
    requests.add_argument("--failed", action="store_true", help="止まったものだけ / refused only")
    requests.add_argument("--json", action="store_true", help="一行に一件 / one object a line")
    playing = add_verb(verbs, "conformance", Text("適合試験", "a conformance run"), _conformance)
    playing.add_argument("start", metavar="URL", help="サインインの始まり / where a login begins")
    playing.add_argument(
        "--check", required=True, metavar="URL",
        help="サインインした人にだけ 200 を返すページ / answers 200 to the signed in only",
    )  # fmt: skip
    playing.add_argument("--out", type=Path, help="報告書を書く / write the signed report")
    checking = add_verb(verbs, "verify", Text("報告書の署名を確かめる", "verify a signed report"), _verify)  # fmt: skip
    checking.add_argument("file", type=Path, help="報告書 / the report")
    for verb in (registering, requests, playing):
        verb.add_argument(
            "--file", type=Path, default=KEPT, help=f"登録の置き場所 / the registration ({KEPT})"
        )


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.work(arguments))


# ---------------------------------------------------------------- verbs


def _register(arguments: argparse.Namespace) -> int:
    """Raises Refusal ``cli.registered-already``, ``cli.not-registered``."""
    if arguments.file.exists():  # of whatever is in it: a key that is written over is lost
        raise Refusal(REGISTERED_ALREADY, file=arguments.file, client_id=_whose(arguments.file))
    _must_be_whole(arguments)
    key = ECKey.generate_key("P-256", auto_kid=True)
    metadata = {
        "client_name": arguments.name,
        "client_name#ja": arguments.name_ja,
        "redirect_uris": arguments.redirect,
        "jwks": {"keys": [key.as_dict(private=False)]},
        "scope": arguments.scope,
        "backchannel_logout_uri": arguments.logout,
    }
    issuer = issuer_of(_directory(arguments).origin("identity"))
    try:
        answer = _sent("POST", f"{issuer}{_CLIENTS}", json=metadata)
    except Refusal as refusal:
        if refusal.fault is not SERVICE_REFUSED:
            raise
        why = str(refusal.facts["why"])
        for member, option in _OPTIONS.items():
            why = why.replace(member, option)
        raise Refusal(NOT_REGISTERED, ja=why, en=why) from refusal
    kept = {
        "issuer": issuer,
        "client_id": answer["client_id"],
        "registration_access_token": answer["registration_access_token"],
        "private_key": key.as_dict(private=True),
    }
    write_private(arguments.file, json.dumps(kept, indent=1))
    say(
        Text(
            "登録しました: {client_id}。登録の鍵と秘密鍵は {file} にあります。",
            "Registered: {client_id}. Its token and private key are in {file}.",
        ),
        client_id=kept["client_id"],
        file=arguments.file,
    )
    put(f"issuer     {issuer}")
    return 0


def _requests(arguments: argparse.Namespace) -> int:
    kept = _kept(arguments)
    found = _sent("GET", f"{_origin(kept)}/api/requests", headers=_bearer(kept))["requests"]
    own = language()
    shown = [one for one in found if one["error"] or one["fault"] or not arguments.failed]
    if not shown and not arguments.json:
        say(NONE_FAILED if found else NONE_SENT)
    for one in reversed(shown):
        if arguments.json:
            put(json.dumps(one, ensure_ascii=False))
            continue
        put(
            f"{one['at']}  {one['endpoint']:<8} {one['status']}  {one['error'] or one['fault'] or 'ok'}"
        )
        for check in one["checks"]:
            if check["state"] == "failed":
                put(f"    ✗ {check[f'check_{own}']}")
                put(f"      → {check[f'change_{own}'] or one['error_description']}")
    return 0


def _conformance(arguments: argparse.Namespace) -> int:
    kept = _kept(arguments)
    wanted = {"start_url": arguments.start, "check_url": arguments.check}
    answer = _sent("POST", f"{_origin(kept)}/api/conformance", headers=_bearer(kept), json=wanted)
    if arguments.out:
        arguments.out.write_text(answer["signed"], encoding="ascii")
    return _shown(answer["report"])


def _verify(arguments: argparse.Namespace) -> int:
    """Signed by the identity service of this country, and then: passed or not.

    Raises Refusal ``cli.not-its-report``.
    """
    if not arguments.file.is_file():
        raise Refusal(NO_FILE, given=arguments.file, why="no such file")
    token = arguments.file.read_text(encoding="utf-8").strip()
    directory = _directory(arguments)
    try:
        _, content = verified(token, REPORT_TYP, directory, "identity")
    except Refusal as refusal:
        raise Refusal(NOT_ITS_REPORT, data=settings_from(arguments).data) from refusal
    report = json.loads(content)
    say(
        Text("署名は本物です: {client_id}、{at}", "The signature is genuine: {client_id}, {at}"),
        client_id=report["client_id"],
        at=f"{datetime.fromisoformat(report['at']).astimezone(JST):%Y-%m-%d %H:%M:%S %Z}",
    )
    return _shown(report)


# ---------------------------------------------------------------- parts

_OPTIONS: Final = {
    "client_name#ja": "--name-ja", "client_name_ja": "--name-ja", "client_name": "--name",
    "backchannel_logout_uri": "--logout", "redirect_uris": "--redirect",
}  # fmt: skip
"""What the service calls them, and the line that was written."""
_LINE: Final = Text("目に見える文字を1行で", "one line of visible characters")
_PLACE: Final = Text(
    "https:// で始まるアドレスか、http://localhost・http://127.0.0.1",
    "an address with https://, or http://localhost or http://127.0.0.1",
)


def _must_be_whole(arguments: argparse.Namespace) -> None:
    """Raises Refusal ``cli.not-registered``: it names each option that is plainly none, at once."""
    wrong = [] if arguments.name.strip() else [("--name", _LINE)]
    for given in arguments.redirect:
        try:
            address = httpx.URL(given)
            good = address.scheme in ("http", "https") and bool(address.host)
        except (httpx.InvalidURL, ValueError):
            good = False
        if not good:
            wrong.append((f"--redirect {given[:60]}", _PLACE))
    if wrong:
        words = {one: "; ".join(f"{name}: {rule.to(one)}" for name, rule in wrong) for one in LANGUAGES}  # fmt: skip
        raise Refusal(NOT_REGISTERED, **words)


def _whose(file: Path) -> str:
    """The number in a file of registration; ``?`` where it does not read as one."""
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        return str(kept.get("registered", kept)["client_id"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return "?"


def _shown(report: dict[str, Any]) -> int:
    own = language()
    for one in report["results"]:
        mark = "✓" if one["verdict"] == "passed" else "✗" if one["verdict"] in _BAD else "–"
        put(f"{mark} {one['verdict']:<14} {one[f'title_{own}']}  [{one['clause']}]")
        if one["reason"]:
            put(f"    {one['reason']}")
    counts = "  ".join(f"{name} {number}" for name, number in report["counts"].items() if number)
    put(counts)
    return 0 if report["passed"] else FOUND_WRONG


_BAD: Final = ("failed", "could-not-run")


def _directory(arguments: argparse.Namespace) -> Directory:
    settings = settings_from(arguments)
    if not settings.directory_file.exists():
        raise Refusal(NO_COUNTRY, data=settings.data)
    return read_directory(settings.directory_file, open_clock(settings))


def _kept(arguments: argparse.Namespace) -> dict[str, Any]:
    """What ``rp register`` or one of the examples wrote.

    Raises Refusal ``cli.no-registration``: no such file; ``cli.other-registration``: one of another shape.
    """
    if not arguments.file.is_file():
        raise Refusal(NO_REGISTRATION, file=arguments.file)
    try:
        kept = json.loads(arguments.file.read_text(encoding="utf-8"))
        if "registered" in kept:  # the examples keep the answer as it came
            answer = kept["registered"]
            issuer, found, _ = answer["registration_client_uri"].partition(_CLIENTS)
            kept = {**answer, "issuer": issuer} if found else {}
        whole = all(isinstance(kept[name], str) for name in ("issuer", "registration_access_token"))
        if not whole or not httpx.URL(kept["issuer"]).host:
            raise ValueError("another shape")
    except (
        OSError,
        ValueError,
        RecursionError,
        LookupError,
        TypeError,
        AttributeError,
        httpx.InvalidURL,
    ):
        raise Refusal(OTHER_REGISTRATION, file=arguments.file) from None
    return dict(kept)


def _origin(kept: dict[str, Any]) -> str:
    return str(httpx.URL(kept["issuer"]).copy_with(path="/")).rstrip("/")


def _bearer(kept: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Bearer {kept['registration_access_token']}"}


def _sent(method: str, url: str, **arguments: Any) -> dict[str, Any]:
    """Raises Refusal ``cli.service-silent``, ``cli.service-refused``."""
    with http_client(PATIENCE) as client:
        try:
            response = client.request(method, url, **arguments)
        except httpx.TransportError:
            raise Refusal(SERVICE_SILENT, url=url) from None
    try:
        content = response.json()
    except ValueError:
        raise Refusal(SERVICE_SILENT, url=url) from None
    if not isinstance(content, dict):  # somebody else's server
        raise Refusal(SERVICE_SILENT, url=url)
    if not response.is_success:
        why = content.get("error_description") or content.get("title") or response.status_code
        raise Refusal(SERVICE_REFUSED, why=why)
    return content

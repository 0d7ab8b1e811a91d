"""``pki inspect | suspend | release | end | renew | revoke | replace-token-keys``: as an operator or a counter does it."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from kazasu.card.client import NAMES, RESIDENT, SURFACE
from kazasu.cli.card.card_selection import Verbs, add_card, add_verb, in_hand, secret
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import BAD_LIST, NO_FILE
from kazasu.cli.output.speech import cause, put, say
from kazasu.cli.pki.authorities import KINDS
from kazasu.cli.pki.opening import certification, opened
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text
from kazasu.identity.keys import TokenKeys
from kazasu.jpki.status.bulk import Named, Progress
from kazasu.jpki.status.model import REASONS
from kazasu.jpki.terms import CertificateKind

_SERIAL = "カードの製造番号15けた（J-LISの呼ぶスマートフォンの名前も） / the card's 15-digit serial, or J-LIS's name of a phone"


def configure(verbs: Verbs) -> None:
    add_verb(
        verbs, "inspect", Text("発行したすべてを再検査する", "re-audit everything issued"), _inspect
    )
    for name, text in (("suspend", Text("カードを一時停止する（紛失）", "suspend a lost card")),
                       ("release", Text("一時停止を解く", "lift a suspension"))):  # fmt: skip
        verb = add_verb(verbs, name, text, _hold)
        verb.add_argument("serial", help=_SERIAL)
    ending = add_verb(verbs, "end", Text("カードを失効させる（返納）", "end a card that was returned"), _end)  # fmt: skip
    ending.add_argument("serial", help=_SERIAL)
    ending.add_argument(
        "--reason", choices=tuple(REASONS), default="cessation_of_operation", help="失効の理由 / why it is revoked"
    )  # fmt: skip
    renewing = add_verb(
        verbs, "renew", Text("署名用電子証明書を更新する", "renew a card's signing certificate"), _renew
    )  # fmt: skip
    add_card(renewing)
    add_verb(
        verbs, "replace-token-keys",
        Text("IDトークンの鍵をすぐに替える（漏れたとき）", "replace the keys of ID tokens at once: somebody has one"),
        _replace_token_keys,
    )  # fmt: skip
    revoking = add_verb(verbs, "revoke", Text("一括して失効させる", "revoke many"), _revoke)
    revoking.add_argument(
        "--file",
        type=Path,
        required=True,
        help="一行に「種類 シリアル(16進)」/ KIND SERIAL(hex) a line",
    )
    revoking.add_argument("--reason", choices=tuple(REASONS), required=True, help="失効の理由 / why they are revoked")  # fmt: skip
    revoking.add_argument("--dry-run", action="store_true", help="数えるだけ / count only")


def _hold(arguments: argparse.Namespace) -> int:
    with ExitStack() as stack:
        life = certification(settings_from(arguments), stack).life
        if arguments.verb == "suspend":
            _counted(life.suspend(arguments.serial))
            return 0
        done = life.release(arguments.serial)
        _counted(done.certificates)
        if done.still_held:
            say(
                Text(
                    "スマートフォンの {count} 通は止まったままです。持ち主が、なくしたスマートフォンとして止めたものです。見つかったら、スマートフォンの画面でカードをかざして再開します",
                    "{count} on a phone stay suspended: their owner stopped it as lost. If it was found, they are resumed on the phone’s page by holding the card",
                ),
                count=done.still_held,
            )
    return 0


def _end(arguments: argparse.Namespace) -> int:
    with ExitStack() as stack:
        life = certification(settings_from(arguments), stack).life
        _counted(life.end_card(arguments.serial, arguments.reason))
    return 0


def _counted(certificates: int) -> None:
    say(Text("{count} 通の電子証明書", "{count} certificates"), count=certificates)


def _renew(arguments: argparse.Namespace) -> int:
    """As at the counter: the key is made on the card, the card writes what its issuer signed."""
    with ExitStack() as stack:
        renewal = certification(settings_from(arguments), stack).renewal
        card = stack.enter_context(in_hand(arguments))
        identified = card.identified(secret(arguments.pin, NAMES[SURFACE]), force=arguments.force)
        pin = secret(arguments.pin, NAMES[RESIDENT])
        key = card.new_signing_key(pin, force=arguments.force)
        card.apply_script(renewal.renew_on_card(identified, key).encode(), pin)
    say(Text("署名用電子証明書を更新しました。", "The signing certificate is renewed."))
    return 0


def _replace_token_keys(arguments: argparse.Namespace) -> int:
    with ExitStack() as stack:
        of = opened(settings_from(arguments), stack, "identity")
        TokenKeys(of.database, of.institution, of.clock).replace_at_once()
    say(
        Text(
            "鍵を替えました。古い鍵の ID トークンは、もう検証できません。",
            "Replaced. ID tokens under the old keys do not verify any more.",
        )
    )
    return 0


def _inspect(arguments: argparse.Namespace) -> int:
    """1 when something is wrong."""
    with ExitStack() as stack:
        outcome = certification(settings_from(arguments), stack).inspection.hold()
    for finding in outcome.findings:
        put(f"✗ {finding.kind} {finding.serial:X} {finding.what}")
    say(
        Text("{checked} 通を調べ、{bad} 件", "{checked} checked, {bad} findings"),
        checked=outcome.checked,
        bad=len(outcome.findings),
    )
    return 1 if outcome.findings else 0


def _revoke(arguments: argparse.Namespace) -> int:
    named = list(_read_list(arguments.file))
    with ExitStack() as stack:
        bulk = certification(settings_from(arguments), stack).bulk
        bulk.revoke_many(named, arguments.reason, dry_run=arguments.dry_run, tell=_told)
    return 0


def _told(progress: Progress) -> None:
    say(
        Text(
            "失効 {done}、すでに失効 {before}、記録なし {unknown}",
            "{done} revoked, {before} were before, {unknown} never issued",
        ),
        done=progress.done,
        before=progress.before,
        unknown=progress.unknown,
    )


def _read_list(path: Path) -> Iterator[Named]:
    """Raises Refusal ``cli.no-file``, ``cli.bad-list`` with the line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(NO_FILE, given=path, why=cause(error)) from error
    for number, line in enumerate(lines, 1):
        words: list[Any] = line.split()
        if not words:
            continue
        try:
            kind, serial = words[0], int(words[1], 16)
        except (IndexError, ValueError):
            raise Refusal(BAD_LIST, number=number, given=line[:40]) from None
        if len(words) != 2 or kind not in KINDS:
            raise Refusal(BAD_LIST, number=number, given=line[:40])
        known: CertificateKind = "signing" if kind == "signing" else "authentication"
        yield known, serial

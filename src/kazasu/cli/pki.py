"""``kazasu pki``: ceremonies, what they made, and what happens to certificates afterwards."""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cryptography import x509

from kazasu.app.country import enter
from kazasu.app.process import Floors
from kazasu.app.rooms import select
from kazasu.cli.card.hand import Verbs, add_verb, clock_of
from kazasu.cli.options import settings_from
from kazasu.cli.refusals import BAD_LIST, NO_COUNTRY, NO_FILE
from kazasu.cli.speech import language, put, say
from kazasu.exchange.directory import read_directory
from kazasu.exchange.keys import read_institution
from kazasu.foundation.country_clock import open_clock
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import find_server
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.jpki.authorities import Authorities, read_authorities
from kazasu.jpki.ceremony import hold_ceremony, verify_transcripts
from kazasu.jpki.inspection import Inspection
from kazasu.jpki.keyring import Keyring
from kazasu.jpki.lifecycle import LifeCycle, Named, Progress
from kazasu.jpki.lint import Case, lint
from kazasu.jpki.ocsp import REASONS
from kazasu.jpki.service import CertificationService
from kazasu.jpki.terms import CertificateKind

SUMMARY = Text("公開鍵基盤: セレモニー、検査、一時停止、失効", "public-key infrastructure: ceremony, lint, suspend, revoke")  # fmt: skip
_KINDS = ("signing", "authentication")


def configure(parser: argparse.ArgumentParser) -> None:
    verbs: Verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    ceremony = add_verb(
        verbs, "ceremony", Text("宣言した認証局をつくる", "make the declared authorities"), _ceremony
    )  # fmt: skip
    ceremony.add_argument(
        "--rehearse", action="store_true", help="練習だけ（何も残らない）/ rehearse; nothing stays"
    )
    add_verb(verbs, "verify", Text("セレモニーの記録を確かめる", "prove the transcripts"), _verify)
    linting = add_verb(verbs, "lint", Text("証明書を規則で調べる", "judge a certificate by the rules"), _lint)  # fmt: skip
    linting.add_argument("file", type=Path)
    linting.add_argument("--kind", choices=_KINDS, required=True)
    add_verb(
        verbs, "inspect", Text("発行したすべてを再検査する", "re-audit everything issued"), _inspect
    )
    for name, text in (("suspend", Text("カードを一時停止する（紛失）", "suspend a lost card")),
                       ("release", Text("一時停止を解く", "lift a suspension"))):  # fmt: skip
        verb = add_verb(verbs, name, text, _hold)
        verb.add_argument("serial", help="カードの製造番号15けた / the card's 15-digit serial")
    revoking = add_verb(verbs, "revoke", Text("一括して失効させる", "revoke many"), _revoke)
    revoking.add_argument(
        "--file",
        type=Path,
        required=True,
        help="一行に「種類 シリアル(16進)」/ KIND SERIAL(hex) a line",
    )
    revoking.add_argument("--reason", choices=tuple(REASONS), required=True)
    revoking.add_argument("--dry-run", action="store_true", help="数えるだけ / count only")


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.work(arguments))


# ---------------------------------------------------------------- authorities


def _folder(settings: Settings) -> Path:
    """The country's, or the workbench's where there is no country."""
    country = settings.directory_file.parent
    return country if (country / "pki").exists() else settings.data / "workbench"


def _ceremony(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    with ExitStack() as stack:
        folder = _folder(settings)
        if arguments.rehearse:
            real = folder / "pki" / "hierarchy.toml"
            declared = real.read_text(encoding="utf-8") if real.exists() else ""
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rehearsal-")))
            if declared:
                (folder / "pki").mkdir()
                (folder / "pki" / "hierarchy.toml").write_text(declared, encoding="utf-8")
        made = hold_ceremony(folder, clock_of(settings), passphrase=settings.pki_passphrase())
        for one in made:
            put(f"{one.name:<20} {one.generation}  {one.algorithm:<10} {one.custody:<7} "
                f"{one.certificate_sha256[:16]}")  # fmt: skip
        verify_transcripts(folder)
        if not made:
            say(Text("新しくつくるものはありません。", "There is nothing new to make."))
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    for content in verify_transcripts(_folder(settings)):
        put(f"✓ {content['held_at']}  {len(content['made'])}")
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    """1 when a rule is broken."""
    settings = settings_from(arguments)
    try:
        certificate = x509.load_pem_x509_certificate(arguments.file.read_bytes())
    except (OSError, ValueError) as error:
        raise Refusal(NO_FILE, given=arguments.file, why=str(error)) from error
    own = language()
    best: list[str] | None = None
    for issuer in Keyring(_folder(settings)).certificates(f"{arguments.kind}-ca"):
        found = lint(Case(certificate, arguments.kind, issuer))
        lines = [f"✗ {one.rule.name:<28} {one.rule.text.to(own)}: {one.found}" for one in found]
        if best is None or len(lines) < len(best):
            best = lines
    for line in best or ():
        put(line)
    if not best:
        say(Text("すべての規則に合っています。", "It keeps every rule."))
    return 1 if best else 0


# ---------------------------------------------------------------- certificates


class _Service:
    """The certification service on its own database, for an operator's command."""

    def __init__(self, settings: Settings, stack: ExitStack) -> None:
        if not settings.directory_file.exists():
            raise Refusal(NO_COUNTRY, data=settings.data)
        clock = open_clock(settings)
        server = stack.enter_context(find_server(settings))
        enter(settings, server)
        floors = Floors(settings, server, select(["jpki"]), clock)
        stack.callback(floors.close)
        folder = settings.directory_file.parent
        self.database = floors.databases["jpki"]
        self.authorities: Authorities = read_authorities(folder, settings.pki_passphrase())
        directory = read_directory(settings.directory_file, clock)
        institution = read_institution(folder / "keys", "jpki", directory)
        service = CertificationService(self.database, self.authorities, institution, clock)
        self.life = LifeCycle(self.database, service)


def _hold(arguments: argparse.Namespace) -> int:
    with ExitStack() as stack:
        life = _Service(settings_from(arguments), stack).life
        change = life.suspend if arguments.verb == "suspend" else life.release
        count = change(arguments.serial)
    say(Text("{count} 通の電子証明書", "{count} certificates"), count=count)
    return 0


def _inspect(arguments: argparse.Namespace) -> int:
    """1 when something is wrong."""
    with ExitStack() as stack:
        service = _Service(settings_from(arguments), stack)
        outcome = Inspection(service.database, service.authorities).hold()
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
        life = _Service(settings_from(arguments), stack).life
        life.revoke_many(named, arguments.reason, dry_run=arguments.dry_run, tell=_told)
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
        raise Refusal(NO_FILE, given=path, why=str(error)) from error
    for number, line in enumerate(lines, 1):
        words: list[Any] = line.split()
        if not words:
            continue
        try:
            kind, serial = words[0], int(words[1], 16)
        except (IndexError, ValueError):
            raise Refusal(BAD_LIST, number=number, given=line[:40]) from None
        if len(words) != 2 or kind not in _KINDS:
            raise Refusal(BAD_LIST, number=number, given=line[:40])
        known: CertificateKind = "signing" if kind == "signing" else "authentication"
        yield known, serial

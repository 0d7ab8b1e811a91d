"""``pki ceremony | verify | lint``: the authorities, and what they may sign."""

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from cryptography import x509

from kazasu.cli.card.card_selection import Verbs, add_verb, clock_of
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import NEEDS_A_NAME, NO_CEREMONY, NO_FILE, OTHER_NAME
from kazasu.cli.output.speech import cause, language, put, say
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.jpki.authorities.ceremony import declare, hold_ceremony, verify_transcripts
from kazasu.jpki.authorities.hierarchy import is_of_sandbox, read_hierarchy
from kazasu.jpki.authorities.keyring import Keyring
from kazasu.jpki.certificates.lint import Case, lint

KINDS: Final = ("signing", "authentication")


def configure(verbs: Verbs) -> None:
    ceremony = add_verb(
        verbs, "ceremony", Text("宣言した認証局をつくる", "make the declared authorities"), _ceremony
    )  # fmt: skip
    ceremony.add_argument(
        "--rehearse",
        action="store_true",
        help="練習だけ（残るのは本番の pki/hierarchy.toml だけ）/ rehearse; in production pki/hierarchy.toml alone stays",
    )
    ceremony.add_argument(
        "--organisation", default="", help="本番: 認証局の O / in production: the authorities' O"
    )
    ceremony.add_argument(
        "--agency", default="", help="本番: 発行者の OU / in production: whose they are"
    )
    add_verb(verbs, "verify", Text("セレモニーの記録を確かめる", "prove the transcripts"), _verify)
    linting = add_verb(verbs, "lint", Text("証明書を規則で調べる", "judge a certificate by the rules"), _lint)  # fmt: skip
    linting.add_argument("file", type=Path, help="証明書（PEM） / the certificate (PEM)")
    linting.add_argument(
        "--kind", choices=KINDS, required=True, help="何の証明書か / of what kind it is"
    )


def _folder(settings: Settings) -> Path:
    """The country's, or the workbench's where there is no country."""
    country = settings.directory_file.parent
    return (
        country
        if not settings.sandbox or (country / "pki").exists()
        else settings.data / "workbench"
    )


def _ceremony(arguments: argparse.Namespace) -> int:
    settings = settings_from(arguments)
    with ExitStack() as stack:
        folder = _folder(settings)
        passphrase = settings.pki_passphrase()  # before anything is laid
        _must_be_named(settings, folder, arguments)
        if arguments.rehearse:
            if not settings.sandbox:  # to be read and edited before the ceremony itself
                declare(folder, arguments.agency, arguments.organisation)
            real = folder / "pki" / "hierarchy.toml"
            declared = real.read_text(encoding="utf-8") if real.exists() else ""
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rehearsal-")))
            if declared:
                (folder / "pki").mkdir()
                (folder / "pki" / "hierarchy.toml").write_text(declared, encoding="utf-8")
        made = hold_ceremony(
            folder, clock_of(settings), agency=arguments.agency,
            organisation=arguments.organisation, passphrase=passphrase,
        )  # fmt: skip
        for one in made:
            put(f"{one.name:<20} {one.generation}  {one.algorithm:<10} {one.custody:<7} "
                f"{one.certificate_sha256[:16]}")  # fmt: skip
        verify_transcripts(folder)
        if not made:
            say(Text("新しくつくるものはありません。", "There is nothing new to make."))
    return 0


def _must_be_named(settings: Settings, folder: Path, arguments: argparse.Namespace) -> None:
    """What production's authorities are called, by their declaration where there is one.

    Raises Refusal ``cli.needs-a-name``, ``cli.other-name``, ``jpki.bad-hierarchy``.
    """
    if settings.sandbox:
        return
    name, agency = arguments.organisation, arguments.agency
    file = folder / "pki" / "hierarchy.toml"
    if file.exists():
        plan = read_hierarchy(file)
        if (name or plan.organisation, agency or plan.agency) != (plan.organisation, plan.agency):
            raise Refusal(OTHER_NAME, file=file, name=plan.organisation, agency=plan.agency)
        name, agency = plan.organisation, plan.agency
    plain = all(one and not set(one) & set('"\\\n') for one in (name, agency))
    if not plain or is_of_sandbox(f"{name} {agency}") or name.strip().upper() == "JPKI":
        raise Refusal(NEEDS_A_NAME)


def _verify(arguments: argparse.Namespace) -> int:
    folder = _folder(settings_from(arguments))
    held = verify_transcripts(folder)
    if not held:
        raise Refusal(NO_CEREMONY, folder=folder)
    for content in held:
        put(f"✓ {content['held_at']}  {len(content['made'])}")
    return 0


def _lint(arguments: argparse.Namespace) -> int:
    """1 when a rule is broken."""
    settings = settings_from(arguments)
    try:
        certificate = x509.load_pem_x509_certificate(arguments.file.read_bytes())
    except (OSError, ValueError) as error:
        raise Refusal(NO_FILE, given=arguments.file, why=cause(error)) from error
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

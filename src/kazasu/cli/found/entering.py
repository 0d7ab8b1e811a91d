"""``found keys | certify``: an institution makes its keys, the ceremony's authority certifies them in the directory."""

import argparse
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_pem_x509_certificate

from kazasu.cli.card.card_selection import Verbs, add_verb
from kazasu.cli.found.charter import read_charter
from kazasu.cli.found.enrolment import EnrolmentRequest, make_request, read_request
from kazasu.cli.found.place import in_production
from kazasu.cli.options import settings_from
from kazasu.cli.output.refusals import BAD_CHARTER, OTHER_ENTRY
from kazasu.cli.output.speech import put, say
from kazasu.exchange.directory import Entry, KeyUse, read_directory, write_directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.private_files import write_whole
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import SystemClock
from kazasu.jpki.authorities.institutions import certify_institution
from kazasu.jpki.authorities.keyring import Authority, read_authority


def configure(verbs: Verbs) -> None:
    keys = add_verb(
        verbs, "keys", Text("その場で鍵をつくり、登録を申請する", "make an institution's keys at its place, and its request"), _keys
    )  # fmt: skip
    keys.add_argument("charter", type=Path, help="機関の一覧 / who lives here: charter.toml")
    certify = add_verb(
        verbs, "certify", Text("申請に証明書を出し、名簿に載せる", "at the ceremony: certify requests into the directory"), _certify
    )  # fmt: skip
    certify.add_argument(
        "requests", type=Path, nargs="+", metavar="REQUEST", help="申請 / requests of found keys"
    )


def _keys(arguments: argparse.Namespace) -> int:
    """``<data>/keys`` (0700) keeps them; ``<data>/requests/<id>.json`` goes to the ceremony."""
    settings = in_production(settings_from(arguments))
    for one in read_charter(arguments.charter):
        text = make_request(settings.data, one.wanted())
        path = settings.data / "requests" / f"{one.id.replace(':', '-')}.json"
        try:
            read_request(text, path.name)
        except Refusal as refusal:  # an origin that the ceremony would not take
            raise Refusal(BAD_CHARTER, file=arguments.charter, why=refusal.facts["why"]) from None
        write_whole(path, text)
        put(f"{one.id:<20} {path}")
    return 0


def _certify(arguments: argparse.Namespace) -> int:
    """All requests or none. One that is in the directory as it asks to be stays as it is."""
    settings = in_production(settings_from(arguments))
    clock = SystemClock()
    authority = read_authority(settings.data, "institutions-ca", settings.pki_passphrase())
    file = settings.data / "directory.json"
    entries = {one.id: one for one in read_directory(file, clock)} if file.exists() else {}
    asked = [
        read_request(path.read_text(encoding="utf-8"), str(path)) for path in arguments.requests
    ]
    for request in asked:
        there = entries.get(request.wanted.id)
        if there is None:
            entries[request.wanted.id] = _entered(authority, request, clock)
        elif not _same(there, request):
            raise Refusal(OTHER_ENTRY, institution=request.wanted.id)
    hosts = [entry.host for entry in entries.values()]
    for request in asked:
        if hosts.count(entries[request.wanted.id].host) > 1:  # browsers tell them apart by it alone
            raise Refusal(OTHER_ENTRY, institution=request.wanted.id)
    pem = authority.certificate.public_bytes(Encoding.PEM).decode()
    write_directory(file, pem, list(entries.values()))
    say(
        Text("名簿 {file} に {count} 機関", "{count} institutions in {file}"),
        count=len(entries),
        file=file,
    )
    return 0


def _entered(authority: Authority, request: EnrolmentRequest, clock: SystemClock) -> Entry:
    wanted = request.wanted
    certificates: dict[KeyUse, str] = {
        use: certify_institution(authority, wanted.id, wanted.origin, use, key, clock.now())
        .public_bytes(Encoding.PEM)
        .decode()
        for use, key in request.keys.items()
    }
    facts = {name: Text(*fact) for name, fact in wanted.facts.items()}
    return Entry(wanted.id, wanted.origin, Text(*wanted.name), certificates, facts, wanted.internal)


def _same(entry: Entry, request: EnrolmentRequest) -> bool:
    wanted = request.wanted
    facts = {name: Text(*fact) for name, fact in wanted.facts.items()}
    said = (wanted.origin, Text(*wanted.name), facts, wanted.internal)
    return said == (entry.origin, entry.name, dict(entry.facts), entry.internal) and all(
        _spki(load_pem_x509_certificate(entry.certificates[use].encode()).public_key())
        == _spki(key)
        for use, key in request.keys.items()
    )


def _spki(key: object) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined, no-any-return]

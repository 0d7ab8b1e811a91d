"""Kinds of cards and what is told apart by them; rarely used commands; the free area; documents."""

import copy
import io
import struct
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pypdf import PdfWriter

from kazasu.card import documents, tlv
from kazasu.card.chip import text_ap, writing
from kazasu.card.chip.flaws import Flawed
from kazasu.card.chip.image import Application, CardBox, Elsewhere, File, Key, Pin
from kazasu.card.chip.machine import Card
from kazasu.card.client import AUTHENTICATION, SIGNING, SURFACE, CardClient, opened
from kazasu.card.profiles import profile, profiles
from kazasu.card.transports.recorded import Recorder, Replay
from kazasu.card.transports.virtual import ChipReader, VirtualReader
from kazasu.foundation.algorithms import new_key, verify
from kazasu.foundation.faults import Refusal
from kazasu.jpki.authorities.keyring import read_authority
from kazasu.jpki.authorities.terminals import certify_terminal
from tests.card.conftest import HANAKO, NUMBER, PASSWORD, PIN
from tests.card.test_client import refused
from tests.card.test_machine import choose, ready, select, send
from tests.card.test_machine import verify as give
from tests.support import pki


@pytest.fixture
def held(kinds):
    """``held("android")``: a client with a fresh copy of that kind's card."""
    return lambda kind: CardClient(ChipReader(Card(copy.deepcopy(kinds[kind]), lambda _: None)))


def public_key(certificate):
    return x509.load_der_x509_certificate(certificate).public_key()


# ---------------------------------------------------------------- kinds


@pytest.mark.parametrize("kind", [k for k in profiles() if k not in ("no-pin", "locked")])
def test_every_kind_proves_who_holds_it(held, kind):
    card = held(kind)
    assert card.token_label() == profile(kind).token_label
    proof = card.authenticate(b"challenge", PIN)
    verify(public_key(proof.certificate), proof.signature, b"challenge")
    if profile(kind).signing:
        signed = card.sign("申請".encode(), PASSWORD)
        verify(public_key(signed.certificate), signed.signature, "申請".encode())


def test_a_phones_certificate_needs_its_pin(held):
    phone = held("android")
    assert refused(phone.certificate, "authentication") == "card.unexpected-answer"
    assert phone.certificate("authentication", PIN)
    assert refused(phone.attributes, PIN) == "card.no-application"
    iphone, plastic = held("iphone")._reader, held("plastic")._reader
    assert iphone.transmit(bytes.fromhex("80FC0000")).hex() == "9000"
    assert plastic.transmit(bytes.fromhex("80FC0000")).hex() == "6700"


def test_a_child_has_no_signing_certificate(held):
    child = held("under-15")
    assert not child.has_signing_certificate()
    assert refused(child.sign, b"x", PASSWORD) == "card.no-signing-certificate"
    assert child.counters()[SIGNING] is None
    assert refused(child.change_pin, SIGNING, PASSWORD, "XYZ999") == "card.no-signing-certificate"
    for password in ("", PASSWORD):
        code = refused(child.certificate, "signing", password)
        assert code == "card.no-signing-certificate"
    assert child.certificate("signing-ca")


def surface_script(image, number, signing=b"", **changes):
    body = {"what": "continue", "card_id": image.serial, "number": number} | changes
    body |= {name: pki.b64(data) for name, data in (
        ("basic", text_ap.basic_file(HANAKO)), ("proof", b"proof"), ("signing_certificate", signing),
    )}  # fmt: skip
    return body


def issued(workbench, body):
    issuer = workbench.authorities.card_issuer
    return writing.signed_script(body, issuer.sign(writing.script_body(body)))


def test_a_childs_card_is_continued_without_what_it_does_not_have(kinds, workbench):
    image = copy.deepcopy(kinds["under-15"])
    child, before = CardClient(ChipReader(Card(image, lambda _: None))), copy.deepcopy(image)
    assert refused(child.new_signing_key, "0000") == "card.wrong-pin", (
        "the holder's PIN all the same"
    )
    assert child.new_signing_key(PIN) == b""
    for wrong in (
        surface_script(image, 5, signing=b"0"),
        surface_script(image, 5, card_id="9" * 15),
        surface_script(image, 5, what="install"),
        surface_script(image, "5"),
        {k: v for k, v in surface_script(image, 5).items() if k != "proof"},
    ):
        code = refused(child.apply_script, issued(workbench, wrong), PIN)
        assert code == "card.unexpected-answer"
        assert image.applications["text"] == before.applications["text"]
    child.apply_script(issued(workbench, surface_script(image, 5)), PIN)
    assert child.attributes(PIN) == HANAKO
    assert image.applications["jpki"] == before.applications["jpki"], "nothing was added"
    for old in (4, 5):
        script = issued(workbench, surface_script(image, old))
        assert refused(child.apply_script, script, PIN) == "card.unexpected-answer", (
            "an old address"
        )


def test_a_surface_without_a_certificate_leaves_the_one_that_signs(kinds, workbench):
    image = copy.deepcopy(kinds["plastic"])
    card, before = CardClient(ChipReader(Card(image, lambda _: None))), copy.deepcopy(image)
    card.apply_script(issued(workbench, surface_script(image, 5)), PIN)
    assert card.attributes(PIN) == HANAKO
    assert image.applications["jpki"] == before.applications["jpki"]
    signed = card.sign("申請".encode(), PASSWORD)
    verify(public_key(signed.certificate), signed.signature, "申請".encode())


def test_locked_and_expired(held, workbench):
    assert refused(held("locked").authenticate, b"x", PIN) == "card.locked"
    assert refused(held("locked").sign, b"x", PASSWORD) == "card.locked"
    expired = held("expired").authenticate(b"x", PIN).certificate
    assert x509.load_der_x509_certificate(expired).not_valid_after_utc < workbench._clock.now()


def test_the_next_generation_has_two_pins(held):
    card = held("next-generation")
    assert [left for left in card.counters().values() if left is not None] == [3, 5, 3]
    with pytest.raises(Refusal):
        card.attributes("9999")
    assert card.counters()[AUTHENTICATION] == card.counters()[SURFACE] == 2, "one counter for both"
    assert card.attributes(PIN).name == "見本　花子"
    assert card.counters()[AUTHENTICATION] == 3


def test_unknown_kinds_are_named():
    with pytest.raises(Refusal) as wrong:
        profile("gold")
    assert wrong.value.fault.code == "card.unknown-profile"
    assert "plastic" in wrong.value.todo.en


# ---------------------------------------------------------------- without a PIN


def test_a_terminal_vouches_for_a_card_without_a_pin(held):
    """Only for user authentication, and only with a certificate of the terminals' authority."""
    authority, other = (read_authority(pki.place(), name) for name in ("terminal-ca", "card-ca"))
    terminal = pki.key(4)
    good = certify_terminal(authority, 1, terminal.public_key())
    forged = certify_terminal(other, 1, terminal.public_key())
    card = held("no-pin")
    proof = card.authenticate_at_terminal(b"face seen", good)
    verify(public_key(proof.certificate), proof.signature, b"face seen")
    assert refused(held("no-pin").authenticate, b"x", PIN) == "card.locked"
    for bad, word in ((forged, "6982"), (b"garbage" * 40, "6700")):
        with pytest.raises(Refusal) as wrong:
            held("no-pin").authenticate_at_terminal(b"x", bad)
        assert wrong.value.facts["status"] == word
    chip = held("plastic")._reader
    ready(chip, "jpki", 0x16)
    assert send(chip, 0x80, 0xA2, 0x00, 0xC1, data=good).hex() == "9000"
    choose(chip, 0x1A)
    assert send(chip, 0x80, 0x2A, 0, 0x80, data=b"x", expected=256).hex() == "6982", "never signs"


def test_the_chip_proves_itself(held, workbench):
    root = workbench.authorities.card_root
    held("plastic").prove_genuine(PIN, root)
    assert (
        refused(held("plastic").prove_genuine, PIN, pki.key(1).public_key()) == "card.not-genuine"
    )


def test_data_of_the_card_itself(card, image, workbench):
    """GET DATA at the card manager alone; large objects need an extended Le."""
    contacts = send(card, 0x00, 0xCA, 0x5F, 0x51, expected=256)[:-2]
    assert contacts.hex() == "e000ff8131fe4514", "as it answers at its contacts, without TS"
    key_id = send(card, 0x00, 0xCA, 0x00, 0xF7, expected=256)[:-2]
    assert len(key_id) == 16
    assert (key_id[:7] + key_id[9:12]).isdigit()
    assert send(card, 0x00, 0xCA, 0x00, 0x45, expected=256)[:-2].decode() == image.serial
    assert send(card, 0x00, 0xCA, 0x00, 0xF0, expected=256)[:-2] == b"14100"
    assert send(card, 0x00, 0xCA, 0x7F, 0x21, expected=256).hex() == "6700"
    root = workbench.authorities.card_root
    for high, low in ((0x7F, 0x21), (0x00, 0xF8)):
        found = tlv.parse_all(send(card, 0x00, 0xCA, high, low, expected=65536)[:-2])
        assert list(found) == [0x5F4E, 0x5F37], "what is in the template, without it"
        root.verify(found[0x5F37], found[0x5F4E], padding.PKCS1v15(), hashes.SHA256())
        assert found[0x5F4E][16:32] == key_id
    assert send(card, 0x00, 0xCA, 0x00, 0x99, expected=256).hex() == "6a88"
    select(card, "jpki")
    assert send(card, 0x00, 0xCA, 0x5F, 0x51, expected=256).hex() == "6985"


def test_internal_authentication_and_files_of_the_applications(card):
    select(card, "common")
    key = pki.key(3).public_key()
    for challenge in (b"c", bytes(range(255))):
        proof = send(card, 0x00, 0x88, 0x00, 0x99, data=challenge, expected=256)
        key.verify(proof[:-2], challenge, padding.PKCS1v15(), hashes.SHA256())
    assert send(card, 0x00, 0x88, 0x00, 0x99, data=bytes(256), expected=256).hex() == "6700"
    assert send(card, 0x00, 0x88, 0x00, 0x99, expected=256).hex() == "6700"
    choose(card, 0x1E)
    ready(card, "text", 0x05)
    info = send(card, 0x00, 0xB0, 0, 0, expected=256)[:-2]
    assert len(info) == 256
    assert info.hex().startswith("ff4082009fdf410401030e01df4210"), (
        "version, extended APDU, vendor, option"
    )
    trailing = tlv.parse_all(tlv.value_of(info, 0xFF40))[0xDF43]
    assert len(trailing) == 128
    assert trailing[32:] == b"\xff" * 96
    choose(card, 0x12)
    assert give(card).hex() == "63c0"
    assert give(card, b"0000").hex() == "6984"
    select(card, "visual")
    for reference in (0x14, 0x15):
        choose(card, reference)
    choose(card, 0x03)
    found = tlv.parse_all(tlv.value_of(send(card, 0x00, 0xB0, 0, 0, expected=65536)[:-2], 0xFF30))
    assert found[0xDF34] == b"14100"
    assert (found[0xDF31].hex(), found[0xDF33]) == ("06030e01", b"\x00")
    assert len(found[0xDF35]) == 272
    for key_id in (found[0xDF32], found[0xDF35][:16]):
        assert (key_id[:7] + key_id[9:12]).isdigit()
    select(card, "jpki")
    token = send(card, 0x00, 0xB0, 0x86, 0, expected=256)[:-2]
    numbers = struct.unpack(">11I", token[96:140])
    assert numbers == (0x040D, 1, 0, 1, 0, 16, 6, *[0xFFFFFFFF] * 4)
    assert token[80:96].decode().isdigit()
    assert token[140:] == b"0301" + b"9" * 16
    ready(card, "jpki", 0x05)
    assert send(card, 0x00, 0xB0, 0, 0, expected=256).hex() == "6982"


def test_selecting_nothing_before_and_after(card):
    assert card.transmit(bytes.fromhex("00A40000")).hex() == "6a86"
    select(card, "jpki")
    assert card.transmit(bytes.fromhex("00A4000C")).hex() == "9000"
    assert card.transmit(bytes.fromhex("00A4000C023F00")).hex() == "6a82"


def test_switches(image):
    image.switches.verified_query = True
    image.switches.locked_status = "6983"
    card = Card(image, lambda _: None)
    ready(card, "jpki", 0x18)
    assert give(card).hex() == "63c3"
    give(card, PIN.encode())
    assert give(card).hex() == "9000"
    for _ in range(3):
        give(card, b"9999")
    assert give(card, PIN.encode()).hex() == "6983"


# ---------------------------------------------------------------- reading and signing


def test_reading_as_the_holder_asks(held):
    card = held("plastic")
    assert card.attributes(PIN).sex == "2"
    assert refused(card.individual_number, PIN, duty=" ") == "card.no-duty"
    number = card.individual_number(PIN, duty="番号法 別表")
    assert card.photo(number, duty="番号法 別表")[4:8] == b"jP  "
    assert card.record().municipality == "14100"


def test_documents_that_others_verify(held, kinds, workbench, tmp_path):
    anchors = tmp_path / "ca.pem"
    anchors.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in workbench.anchors()))
    page = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(page)
    documents_ = {
        "cms": b"text",
        "pdf": page.getvalue(),
        "xml": "<申請><氏名>花子</氏名></申請>".encode(),
    }
    checks = {
        "cms": ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "cms", "-content",
                "content", "-CAfile", anchors, "-purpose", "any"],
        "pdf": ["pdfsig", "pdf"],
        "xml": ["xmlsec1", "--verify", "--trusted-pem", anchors, "--enabled-key-data", "x509", "xml"],
    }  # fmt: skip
    said = {"cms": "Verification successful", "pdf": "Signature is Valid", "xml": "OK"}
    for kind in ("plastic", "next-generation"):
        for form, content in documents_.items():
            (tmp_path / "content").write_bytes(content)
            signed = documents.sign_document(held(kind), content, form, PASSWORD)
            (tmp_path / form).write_bytes(signed)
            done = subprocess.run(checks[form], cwd=tmp_path, capture_output=True, check=False)
            assert said[form] in (done.stdout + done.stderr).decode(), (kind, form, done)
    signed = (tmp_path / "xml").read_bytes()
    (tmp_path / "xml").write_bytes(signed.replace("花子".encode(), "太郎".encode()))
    assert subprocess.run(checks["xml"], cwd=tmp_path, capture_output=True, check=False).returncode


def test_a_document_that_does_not_read_costs_no_try(held):
    card = held("plastic")
    for form in ("pdf", "xml"):
        assert refused(documents.sign_document, card, b"no", form, "WRONG9") == "card.unreadable-document"  # fmt: skip
    assert card.counters()[SIGNING] == 5
    assert refused(documents.sign_document, held("post-quantum"), b"x", "cms", PASSWORD) == "card.unsuitable-key"  # fmt: skip


# ---------------------------------------------------------------- flaws and recordings


def test_answers_in_pieces_read_the_same(kinds):
    whole = CardClient(ChipReader(Card(kinds["plastic"], lambda _: None)))
    for pieces in (1, 7, 200, 255):
        chip = Flawed(Card(kinds["plastic"], lambda _: None), pieces=pieces, exact_length=True)
        card = CardClient(ChipReader(chip))
        assert card.certificate("authentication") == whole.certificate("authentication")
        assert card.attributes(PIN) == whole.attributes(PIN)


@pytest.mark.parametrize(
    "corrupt",
    [lambda _: b"", lambda d: d[:1], lambda d: b"\xff" * len(d), lambda d: b"\x30\x84" + d[2:],
     lambda d: bytes([d[0] ^ 0x40]) + d[1:] if d else d],
)  # fmt: skip
def test_nonsense_from_a_card_is_refused(kinds, corrupt):
    card = CardClient(ChipReader(Flawed(Card(kinds["plastic"], lambda _: None), corrupt=corrupt)))
    assert refused(card.attributes, PIN) == "card.unexpected-answer"
    assert refused(card.authenticate, b"x", PIN) == "card.unexpected-answer"


def test_torn_out_after_the_command_was_done(kinds):
    """The answer is lost, the counter is not."""
    image = copy.deepcopy(kinds["plastic"])
    chip = Flawed(Card(image, lambda _: None), torn_after=3, torn_in_answer=True)
    card = CardClient(ChipReader(chip))
    assert refused(card.authenticate, b"x", "9999") == "card.torn"
    assert image.applications["jpki"].pins["18"].left == 2


def test_recorded_and_played_back(held, tmp_path):
    path = tmp_path / "talk.jsonl"
    with opened(lambda: Recorder(held("plastic")._reader, path)) as card:
        first = card.attributes(PIN)
    assert PIN.encode().hex() not in path.read_text()
    with opened(lambda: Replay(path)) as card:
        assert card.attributes(PIN) == first
    with opened(lambda: Replay(path)) as card:
        assert refused(card.record) == "card.not-in-recording"


def test_a_card_is_in_one_hand_at_a_time(box):
    with box.hold("hanako"), pytest.raises(Elsewhere), box.hold("hanako"):
        pass
    with box.hold("hanako"):
        other = CardBox(box._folder)
        with pytest.raises(Elsewhere), other.hold("hanako", 0.05):
            pass
    VirtualReader(box, "hanako").close()
    with opened(lambda: VirtualReader(box, "hanako")) as card:
        assert card.attributes(PIN) == HANAKO


def test_a_card_that_lies_elsewhere(box, monkeypatch):
    monkeypatch.setattr("kazasu.card.transports.virtual._PATIENCE", 0.05)
    with box.hold("hanako"):
        assert refused(VirtualReader, box, "hanako") == "card.elsewhere"


# ---------------------------------------------------------------- the free area


def library(provider, **more):
    """A library's card as an application."""
    public = provider.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Application(
        files={"01": File(b"READER 42", ("11",))},
        pins={"11": Pin("2468", 3, 3)},
        keys={
            "13": Key(
                provider.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
            )
        },
        provider=public.decode(),
        **{"aid": "F04B415A4C4942", **more},
    )


def test_an_application_comes_works_and_goes(kinds, workbench):
    image = copy.deepcopy(kinds["plastic"])
    issuer, provider = workbench.authorities.card_issuer, new_key("P-384")
    chip = Card(image, lambda _: None)
    card = CardClient(ChipReader(chip))
    script = writing.install_script(issuer, image.serial, 1, "library", library(provider))
    card.install(script)
    assert card.installed() == ["F04B415A4C4942"]
    assert refused(card.install, script) == "card.unexpected-answer", "once"

    send(chip, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex("F04B415A4C4942"))
    assert send(chip, 0x00, 0xB0, 0x81, 0x00, expected=256).hex() == "6982"
    assert give(chip, b"2468", 0x91).hex() == "9000"
    assert send(chip, 0x00, 0xB0, 0x81, 0x00, expected=256) == b"READER 42\x90\x00"

    stranger = writing.removal_script(new_key("P-384"), image.serial, 2, "library")
    assert refused(card.remove, stranger) == "card.unexpected-answer"
    assert refused(card.remove, writing.removal_script(provider, "9" * 15, 2, "library"))
    card.remove(writing.removal_script(provider, image.serial, 2, "library"))
    assert card.installed() == []
    assert refused(card.install, script) == "card.unexpected-answer", "used scripts stay used"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"aid": "D392F000260100000001"}, "6A80"),
        ({"aid": "D392F0002601"}, "6A80"),
        ({"aid": "F0"}, "6A80"),
        ({"aid": "nonsense"}, "6A80"),
        ({"objects": {"42": b"x" * 25_000}}, "6A84"),
    ],
)
def test_what_the_free_area_does_not_take(kinds, workbench, change, word):
    image = copy.deepcopy(kinds["plastic"])
    before = copy.deepcopy(image)
    application = library(new_key("P-384"), **change)
    script = writing.install_script(
        workbench.authorities.card_issuer, image.serial, 1, "library", application
    )
    with pytest.raises(Refusal) as wrong:
        CardClient(ChipReader(Card(image, lambda _: None))).install(script)
    assert wrong.value.facts["status"] == word
    assert image == before


def test_a_script_that_nobody_signed(kinds):
    chip = Card(copy.deepcopy(kinds["plastic"]), lambda _: None)
    select(chip, "manager")
    for script in (b"", b"nonsense", b'{"body": "e30=", "signature": "AAAA"}'):
        assert send(chip, 0x80, 0xE6, 0x0C, 0, data=script).hex() == "6982"
        assert send(chip, 0x80, 0xE4, 0, 0, data=script).hex() in ("6982", "6a82")
    select(chip, "text")
    assert send(chip, 0x80, 0xE6, 0x0C, 0, data=b"{}").hex() == "6985"


def test_the_numbers_of_a_signed_key(held, image, workbench):
    """TEXT 07 is the issuer's word for key 13, in the published layout."""
    file = image.applications["text"].files["07"].data
    parts = tlv.parse_all(tlv.value_of(file, 0xFF50))
    signed = tlv.encode(0xDF51, parts[0xDF51])
    workbench.authorities.card_issuer.public_key.verify(
        parts[0xDF52], signed, padding.PKCS1v15(), hashes.SHA256()
    )
    assert text_ap.read_public_key(parts[0xDF51]) == pki.key(3).public_key()
    assert NUMBER.reveal(duty="test") not in repr(image.applications["text"].files["07"])

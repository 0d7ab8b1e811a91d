"""Other people's programs on our card: pcscd, OpenSC, pyscard, python-pkcs11, OpenSSL.

They are told nothing: the card lies on a virtual reader of a PC/SC service of the tests' own.
"""

import hashlib
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kazasu.card import tlv
from kazasu.card.chip.flaws import Flawed
from kazasu.card.profiles import profiles

MODULE = next(Path("/usr/lib").glob("*/opensc-pkcs11.so"), None)
SIGN = ["pkcs11-tool", "--sign", "--mechanism", "SHA256-RSA-PKCS", "--login"]
PLASTIC = [key for key in profiles() if key.startswith("plastic")]


def certificate_in(card, file):
    """As long as its DER says: what fills the file up is FF, and so may be the certificate's last byte."""
    data = card.image.applications["jpki"].files[file].data
    return data[: tlv.total_length(data)]


@pytest.fixture
def run(card_table):
    def run(*command, text=True, more=None, **options):
        return subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **card_table.environment, **(more or {})},
            capture_output=True,
            text=text,
            timeout=60,
            check=False,
            **options,
        )

    return run


@pytest.fixture
def lay(card_table, make_card):
    """A card of some kind, lying on the reader."""
    laid = []

    def lay(kind="plastic"):
        card = make_card(kind)
        card_table.insert(card.chip)
        laid.append(card)
        return card

    yield lay
    card_table.remove()


def pins(output):
    """Tries left by PIN, as pkcs15-tool prints them."""
    names = re.findall(r"^PIN \[(.+?)\]", output, re.MULTILINE)
    return dict(zip(names, map(int, re.findall(r"Tries left\s*: (\d+)", output)), strict=True))


# ---------------------------------------------------------------- OpenSC


@pytest.mark.parametrize("kind", PLASTIC)
def test_opensc_takes_every_atr_for_the_real_card(lay, run, kind):
    card = lay(kind)
    told = run("opensc-tool", "--atr", "--name")
    assert told.returncode == 0, told.stderr
    atr, name = told.stdout.split()
    assert bytes.fromhex(atr.replace(":", "")) == card.chip.atr
    assert name == "jpki"


def test_opensc_lists_certificates_keys_and_counters(lay, run):
    lay()
    listed = run("pkcs15-tool", "--list-certificates", "--list-keys", "--list-pins").stdout
    assert len(re.findall(r"^X.509 Certificate", listed, re.MULTILINE)) == 4
    assert len(re.findall(r"^Private RSA Key", listed, re.MULTILINE)) == 2
    assert pins(listed) == {"User Authentication PIN": 3, "Digital Signature PIN": 5}


WITHOUT_SIGNING = ("under-15", "no-pin")


@pytest.mark.parametrize("kind", WITHOUT_SIGNING)
def test_opensc_on_a_card_without_a_signing_certificate(lay, run, tmp_path, kind):
    """What such a card can do, it does here, too: its public certificates are read, its PINs asked, a child's key signs."""
    card = lay(kind)
    tries = {"under-15": 3, "no-pin": 0}[kind]
    listed = run("pkcs15-tool", "--list-certificates", "--list-keys", "--list-pins")
    assert listed.returncode == 0, listed.stderr
    assert pins(listed.stdout) == {"User Authentication PIN": tries, "Digital Signature PIN": 0}
    for number, file in (("01", "0A"), ("03", "0B"), ("04", "02")):
        read = run("pkcs15-tool", "--read-certificate", number)
        assert read.returncode == 0, read.stderr
        der = x509.load_pem_x509_certificate(read.stdout.encode()).public_bytes(Encoding.DER)
        assert der == certificate_in(card, file)
    second = run("pkcs15-tool", "--read-certificate", "02", "--verify-pin", "--auth-id", "02", "--pin", "ABC123")  # fmt: skip
    assert second.returncode != 0
    assert "BEGIN CERTIFICATE" not in second.stdout
    out = tmp_path / "signature"
    signed = run(*SIGN, "--slot", "0", "--pin", card.pin, "--id", "01", "-i", __file__, "-o", out)
    assert (signed.returncode == 0) == (kind == "under-15"), signed.stderr
    never = run(*SIGN, "--slot", "1", "--pin", card.password, "--id", "02", "-i", __file__, "-o", out)  # fmt: skip
    assert never.returncode != 0
    assert card.image.applications["jpki"].pins["18"].left == tries


@pytest.fixture
def beside(card_table, make_card):
    """A grown-up's card in the first place, another kind in the second."""

    def beside(kind):
        cards = make_card(), make_card(kind)
        for place, card in enumerate(cards):
            card_table.insert(card.chip, place)
        return cards

    yield beside
    for place in (0, 1):
        card_table.remove(place)


@pytest.mark.parametrize("kind", WITHOUT_SIGNING)
def test_no_card_in_the_second_place_spoils_the_first(beside, run, tmp_path, kind):
    """Every token is recognised by whoever walks all slots, as pkcs11-provider and NSS do, and the first card still signs."""
    first, second = beside(kind)
    slots = run("pkcs11-tool", "--list-token-slots")
    assert slots.returncode == 0, slots.stderr
    assert "not recognized" not in slots.stdout + slots.stderr
    tokens = python(
        run,
        "import pkcs11, sys\n"
        "from pkcs11 import Attribute, ObjectClass\n"
        "for slot in pkcs11.lib(sys.argv[1]).get_slots(token_present=True):\n"
        "    with slot.get_token().open() as session:\n"
        "        for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):\n"
        "            print(one[Attribute.VALUE].hex())\n",
        MODULE,
    )
    for card in (first, second):
        assert certificate_in(card, "0A").hex() in tokens.split()
    store = f"sql:{tmp_path}"
    made = run("certutil", "-N", "-d", store, "--empty-password")
    assert made.returncode == 0, made.stderr
    run("modutil", "-dbdir", store, "-add", "card", "-libfile", MODULE, "-force", input="\n")
    told = run("modutil", "-dbdir", store, "-list", "card")
    names = [
        name.strip() for name in re.findall(r"^\s*Token Name: (.+)$", told.stdout, re.MULTILINE)
    ]
    assert len([name for name in names if "User Authentication" in name]) == 2, told.stdout
    out = tmp_path / "signature"
    done = run(*SIGN, "--slot", "0", "--pin", first.pin, "--id", "01", "-i", __file__, "-o", out)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("slot", "number", "pin", "file"),
    [("0", "01", "1234", "0A"), ("1", "02", "ABC123", "01")],
    ids=["authentication", "signing"],
)
def test_pkcs11_tool_signs_and_openssl_verifies(lay, run, tmp_path, slot, number, pin, file):
    card = lay()
    content, out = tmp_path / "content", tmp_path / "signature"
    content.write_bytes("申請します".encode())
    done = run(*SIGN, "--slot", slot, "--pin", pin, "--id", number, "-i", content, "-o", out)
    assert done.returncode == 0, done.stderr
    der = certificate_in(card, file)
    key = tmp_path / "key.pem"
    public = x509.load_der_x509_certificate(der).public_key()
    key.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    verify = ["openssl", "dgst", "-sha256", "-verify", key, "-signature", out, content]
    assert "Verified OK" in run(*verify).stdout
    content.write_bytes(b"something else")
    assert run(*verify).returncode != 0


def test_a_wrong_pin_counts_and_a_right_one_forgives(lay, run, tmp_path):
    card = lay()
    content = tmp_path / "content"
    content.write_bytes(b"x")
    sign = [*SIGN, "--slot", "0", "--id", "01", "-i", content, "-o", tmp_path / "out"]
    for left in (2, 1):
        wrong = run(*sign, "--pin", "9999")
        assert "CKR_PIN_INCORRECT" in wrong.stderr
        assert card.image.applications["jpki"].pins["18"].left == left
    assert pins(run("pkcs15-tool", "--list-pins").stdout)["User Authentication PIN"] == 1
    assert run(*sign, "--pin", "1234").returncode == 0
    assert card.image.applications["jpki"].pins["18"].left == 3


@pytest.mark.parametrize(("status", "said"), [("6983", "CKR_PIN_LOCKED"), ("6984", "CKR_")])
def test_a_locked_pin(lay, run, tmp_path, status, said):
    """OpenSC knows 6983 and takes 6984 for some other failure: both refuse."""
    card = lay("locked")
    card.image.switches.locked_status = status
    done = run(
        *SIGN, "--slot", "0", "--id", "01", "--pin", "1234", "-i", __file__, "-o", tmp_path / "x"
    )
    assert done.returncode != 0
    assert said in done.stderr


def test_a_card_that_answers_in_pieces(card_table, make_card, run):
    """61xx and GET RESPONSE, 6Cxx: as over T=0."""
    card = make_card()
    card_table.insert(Flawed(card.chip, pieces=200, exact_length=True))
    listed = run("pkcs15-tool", "--list-certificates", "--list-pins")
    card_table.remove()
    assert pins(listed.stdout)["User Authentication PIN"] == 3
    assert listed.stdout.count("X.509 Certificate") == 4


def test_a_card_torn_out_of_the_reader(card_table, make_card, run):
    card = make_card()
    card_table.insert(Flawed(card.chip, torn_after=60))
    done = run("pkcs11-tool", "--slot", "0", "--list-objects")
    again = run("pkcs15-tool", "--list-certificates")
    card_table.remove()
    assert done.returncode != 0 or again.returncode != 0


def test_laid_down_taken_up_and_exchanged(card_table, make_card, run):
    one, other = make_card(), make_card("plastic-contact-1")
    card_table.insert(one.chip)
    assert run("opensc-tool", "--name").stdout.strip() == "jpki"
    card_table.insert(other.chip)
    assert bytes.fromhex(run("opensc-tool", "--atr").stdout.replace(":", "")) == other.chip.atr
    card_table.insert(one.chip, 1)
    assert run("opensc-tool", "--list-readers").stdout.count("Yes") == 2
    card_table.remove(1)
    card_table.remove()
    assert run("opensc-tool", "--name").returncode != 0


# ---------------------------------------------------------------- Python


def python(run, program, *arguments):
    done = run(sys.executable, "-c", program, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_pyscard(lay, run):
    card = lay()
    told = python(
        run,
        "from smartcard.System import readers\n"
        "c = readers()[0].createConnection(); c.connect()\n"
        "print(bytes(c.getATR()).hex())\n"
        "print(c.transmit(list(bytes.fromhex('00A4040C0AD392F000260100000001')))[1:])\n"
        "print(c.transmit(list(bytes.fromhex('00B08A00000000')))[0][:2])\n",
    )
    assert told.split("\n") == [card.chip.atr.hex(), "(144, 0)", "[48, 130]"]


def test_python_pkcs11(lay, run):
    card = lay()
    signature = python(
        run,
        "import pkcs11, sys\n"
        "token = next(iter(pkcs11.lib(sys.argv[1]).get_slots())).get_token()\n"
        "with token.open(user_pin='1234') as session:\n"
        "    key = next(iter(session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})))\n"
        "    print(key.sign(b'content', mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS).hex())\n",
        MODULE,
    )
    der = certificate_in(card, "0A")
    public = x509.load_der_x509_certificate(der).public_key()
    numbers = public.public_numbers()
    block = pow(int(signature, 16), numbers.e, numbers.n).to_bytes(256)
    assert block.endswith(hashlib.sha256(b"content").digest())


# ---------------------------------------------------------------- TLS


def test_a_tls_client_proves_itself_by_the_card(lay, run, card_bench, tmp_path):
    """The server takes only clients whose certificate our authority issued."""
    card = lay()
    authority = tmp_path / "ca.pem"
    authority.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in card_bench.anchors()))
    own = tmp_path / "server.pem"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", own, "-out",
        tmp_path / "server.crt", "-subj", "/CN=localhost", "-days", "2")  # fmt: skip
    mine = tmp_path / "card.pem"
    der = certificate_in(card, "0A")
    mine.write_bytes(x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM))
    engine = tmp_path / "openssl.cnf"
    engine.write_text(
        "openssl_conf = all\n[all]\nengines = engines\n[engines]\npkcs11 = card\n"
        f"[card]\nengine_id = pkcs11\nMODULE_PATH = {MODULE}\nPIN = {card.pin}\ninit = 0\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["openssl", "s_server", "-accept", f"127.0.0.1:{port}", "-key", own, "-cert",
         tmp_path / "server.crt", "-Verify", "1", "-verify_return_error", "-CAfile", authority,
         "-purpose", "any", "-naccept", "1", "-quiet"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        _reach(port)
        client = run(
            "openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-tls1_2",
            "-sigalgs", "RSA+SHA256", "-client_sigalgs", "RSA+SHA256", "-engine", "pkcs11",
            "-keyform", "engine", "-key", "slot_0-id_01", "-cert", mine,
            input="", more={"OPENSSL_CONF": str(engine)},
        )  # fmt: skip
    finally:
        server.kill()
        server.communicate()
    assert "Cipher is" in client.stdout, client.stderr
    assert "Cipher is (NONE)" not in client.stdout, client.stderr


def _reach(port):
    """Until it listens; asked of the kernel, since a connection would use up its one client."""
    needle = f"0100007F:{port:04X} 00000000:0000 0A"
    for _ in range(500):
        if needle in Path("/proc/net/tcp").read_text():
            return
        time.sleep(0.01)
    raise AssertionError("the server does not listen")

"""The card's chip: commands, access rules, counters, and what pulling the plug cannot do."""

import io
import json
import os
import random
import signal
import time
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kazasu.card import apdu, tlv
from kazasu.card.apdu import Command, Status
from kazasu.card.chip import common_ap, text_ap
from kazasu.card.chip.image import AIDS, CardBox, NoSuchCard
from kazasu.card.chip.keys import DIGEST_INFO_SHA256
from kazasu.card.chip.machine import Card
from kazasu.card.making import verification_number_b
from tests.card.conftest import HANAKO, NUMBER, PASSWORD, PIN
from tests.support import pki

OK = b"\x90\x00"


def send(card, *parts, data=b"", expected=0):
    return card.transmit(Command(*parts, data, expected).encode())


def select(card, application):
    return send(card, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex(AIDS[application]))


def choose(card, number):
    return send(card, 0x00, 0xA4, 0x02, 0x0C, data=bytes([0, number]))


def verify(card, secret=b"", p2=0x80):
    return send(card, 0x00, 0x20, 0x00, p2, data=secret)


def ready(card, application, number):
    assert select(card, application) == OK
    assert choose(card, number) == OK


# ---------------------------------------------------------------- APDU and TLV


commands = st.builds(
    Command, st.integers(0, 255), st.integers(0, 255), st.integers(0, 255), st.integers(0, 255),
    st.binary(max_size=600), st.integers(0, 65536),
)  # fmt: skip


@given(commands)
def test_a_command_reads_back_as_it_was_written(command):
    assert apdu.parse(command.encode()) == command


@given(st.binary(max_size=12))
def test_anything_at_all_is_a_command_or_a_wrong_length(noise):
    try:
        word = apdu.parse(noise) and apdu.OK
    except Status as ended:
        word = ended.word
    assert word in (apdu.OK, apdu.WRONG_LENGTH)


@given(st.sampled_from([0x01, 0x90, 0xDF21, 0xFF20]), st.binary(max_size=700))
def test_objects_read_back(tag, value):
    written = tlv.encode(tag, value)
    assert tlv.parse_one(written) == (tag, value, len(written))
    assert len(written) < 7 or tlv.total_length(written[:7]) == len(written)


# ---------------------------------------------------------------- selecting and reading


def test_applications_by_name_and_by_its_beginning(card):
    assert all(select(card, name) == OK for name in ("jpki", "text", "juki", "common"))
    assert send(card, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex(AIDS["jpki"][:8])) == OK
    assert (
        send(card, 0x00, 0xA4, 0x04, 0x0C, data=bytes.fromhex("D392F0004F0200000001")).hex()
        == "6a82"
    )
    assert send(card, 0x00, 0xA4, 0x04, 0x0C, data=b"\xa0\x00").hex() in ("9000", "6a82")
    assert choose(card, 0x77).hex() == "6a82"


def test_who_may_read_what(card, image):
    ready(card, "text", 0x01)
    assert send(card, 0x00, 0xB0, 0, 0, expected=256).hex() == "6982"
    assert verify(card, PIN.encode(), 0x91) == OK
    digits = NUMBER.reveal(duty="test")
    assert send(card, 0x00, 0xB0, 0, 0, expected=256)[3:15] == digits.encode()
    code_b = image.applications["text"].pins["15"].value
    expiry = common_ap.decode(image.applications["common"].files["01"].data).expires_on
    assert code_b == verification_number_b(HANAKO.birth_date, expiry, code_b[-4:])
    card.reset()
    ready(card, "text", 0x02)
    assert verify(card, code_b.encode(), 0x95) == OK
    assert text_ap.read_basic(send(card, 0x00, 0xB0, 0, 0, expected=256)[:-2]) == HANAKO
    choose(card, 0x01)
    assert send(card, 0x00, 0xB0, 0, 0, expected=256).hex() == "6982", "B does not open the number"
    card.reset()
    ready(card, "text", 0x01)
    assert verify(card, digits.encode(), 0x94) == OK
    assert send(card, 0x00, 0xB0, 0, 0, expected=256).endswith(OK)
    choose(card, 0x02)
    assert send(card, 0x00, 0xB0, 0, 0, expected=256).hex() == "6982", "A does not open the rest"


def proven_face(face, cv_certificate):
    """The parts of file 02 by tag, once the issuer's signature over them verifies (card §1 TLV)."""
    found = tlv.parse_all(tlv.value_of(face, 0xFF20))
    whole = {tag: tlv.encode(tag, value) for tag, value in found.items()}

    def digest(*tags):
        return sha256(b"".join(whole[tag] for tag in tags)).digest()

    signed = digest(0xDF22, 0xDF23, 0xDF24) + digest(0xDF25, 0xDF26) + digest(0xDF27)
    issuer = text_ap.key_in_cv(text_ap.split_cv(cv_certificate)[0])
    # As published programs check it (soltia48/myna-card, data.rs): three digests in one DigestInfo.
    content = bytes.fromhex("3071300d060960864801650304020105000460") + signed
    issuer.verify(found[0xDF28], content, padding.PKCS1v15(), utils.NoDigestInfo())
    return found


def proven_record(file, tags, cv_certificate):
    """The parts of a small record, once the issuer's signature over those before it, as they stand, verifies."""
    whole, (*signed, signature) = tags
    found = tlv.parse_all(tlv.value_of(file, whole))
    content = b"".join(tlv.encode(tag, found[tag]) for tag in signed)
    issuer = text_ap.key_in_cv(text_ap.split_cv(cv_certificate)[0])
    issuer.verify(found[signature], content, padding.PKCS1v15(), hashes.SHA256())
    return found


def test_the_printed_card_as_pictures(card, image):
    """B opens the face, A the number too; the issuer signed what is printed; the chip proves itself."""
    ready(card, "visual", 0x02)
    code_b = image.applications["visual"].pins["12"].value
    assert verify(card, code_b.encode(), 0x92) == OK
    face = send(card, 0x00, 0xB0, 0, 0, expected=65536)[:-2]
    cv = image.applications["visual"].files["04"].data
    parts = proven_face(face, cv)
    assert parts[0xDF22] == b"19900401", "Gregorian, as every date in a file"
    assert parts[0xDF25].startswith(b"\x89PNG")
    expiry = common_ap.decode(image.applications["common"].files["01"].data).expires_on
    assert parts[0xDF29] == f"{expiry:%Y%m%d}".encode()
    offsets = parts[0xDF21]
    for place, tag in enumerate(
        (0xDF22, 0xDF23, 0xDF24, 0xDF25, 0xDF26, 0xDF27, 0xDF28, 0xDF29, 0xDF2A)
    ):
        at = int.from_bytes(offsets[2 * place : 2 * place + 2])
        assert int.from_bytes(face[at : at + 2]) == tag
    picture = Image.open(io.BytesIO(parts[0xDF27]))
    assert (picture.format, picture.mode) == ("JPEG2000", "L")
    with pytest.raises(InvalidSignature):
        proven_face(face.replace(b"\xdf\x23\x01\x32", b"\xdf\x23\x01\x31"), cv)
    choose(card, 0x05)
    assert send(card, 0x00, 0xB0, 0, 0, expected=256).hex() == "6982"
    assert verify(card, NUMBER.reveal(duty="test").encode(), 0x93) == OK
    number = send(card, 0x00, 0xB0, 0x85, 0, expected=65536)[:-2]
    assert proven_record(number, (0xFF40, (0xDF41, 0xDF42, 0xDF43)), cv)[0xDF41][1:4] == b"PNG"
    assert verify(card, b"020401", 0x91) == OK, "typed in the era's year"
    birth = send(card, 0x00, 0xB0, 0x81, 0, expected=65536)[:-2]
    assert birth.hex().startswith("ff1082021edf11083139393030343031"), "as measured"
    proven_record(birth, (0xFF10, (0xDF11, 0xDF12, 0xDF13)), cv)
    challenge = send(card, 0x00, 0x84, 0, 0, expected=16)[:-2]
    digest = DIGEST_INFO_SHA256 + sha256(challenge).digest()
    proof = send(card, 0x80, 0x2A, 0, 0, data=digest, expected=256)[:-2]
    numbers = tlv.parse_all(parts[0xDF24])
    assert int.from_bytes(numbers[0x91]) == pki.key(3).public_key().public_numbers().n
    pki.key(3).public_key().verify(proof, challenge, padding.PKCS1v15(), hashes.SHA256())


def test_certificates_keys_and_records(card):
    ready(card, "jpki", 0x0A)
    first = send(card, 0x00, 0xB0, 0, 0, expected=4)
    assert first[:2] == b"\x30\x82"
    assert send(card, 0x00, 0xB0, 0x7F, 0xFF, expected=4).hex() == "6b00"
    assert send(card, 0x00, 0xB0, 0x8A, 0x00, expected=65536)[:2] == b"\x30\x82", "SFI, extended"
    choose(card, 0x01)
    assert send(card, 0x00, 0xB0, 0, 0, expected=4).hex() == "6982"
    choose(card, 0x17)
    assert send(card, 0x00, 0xB0, 0, 0, expected=4).hex() == "6981"
    select(card, "common")
    record = send(card, 0x00, 0xB2, 0x01, 0x0C, expected=256)[:-2]
    assert common_ap.decode(record).card_id == "900001000000001"
    assert send(card, 0x00, 0xB2, 0x02, 0x0C, expected=256).hex() == "6a83"


def test_another_application_forgets_the_pin_and_the_same_one_does_not(card, image):
    ready(card, "jpki", 0x18)
    assert verify(card, PIN.encode()) == OK
    select(card, "jpki")
    choose(card, 0x17)
    assert send(card, 0x80, 0x2A, 0, 0x80, data=b"x", expected=256).endswith(OK)
    select(card, "text")
    ready(card, "jpki", 0x17)
    assert send(card, 0x80, 0x2A, 0, 0x80, data=b"x", expected=256).hex() == "6982"
    image.switches.clears_on_reselect = True
    strict = Card(image, lambda _: None)
    ready(strict, "jpki", 0x18)
    verify(strict, PIN.encode())
    ready(strict, "jpki", 0x17)
    assert send(strict, 0x80, 0x2A, 0, 0x80, data=b"x", expected=256).hex() == "6982"


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ((0x00, 0xEE, 0, 0), "6d00"),
        ((0x90, 0xA4, 0, 0), "6e00"),
        ((0x00, 0xA4, 0x00, 0x00), "6a86"),
        ((0x80, 0x46, 0, 0), "6985"),
        ((0x80, 0xE2, 0, 0), "6985"),
    ],
)
def test_what_the_card_does_not_do(card, command, word):
    assert send(card, *command).hex() == word


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("01A40400", "6881"), ("02B0000000", "6881"), ("0384000008", "6881"), ("40A40400", "6881"), ("4FB0000000", "6881"),
        ("7F84000008", "6881"), ("0CA40400", "6882"), ("08A40400", "6882"), ("04A40400", "6882"), ("0C84000008", "6882"),
        ("0CB0000000", "69fc"), ("08B2010C00", "69fc"), ("0C200098", "69fc"), ("0420009804", "69fc"),
        ("90A40400", "6e00"), ("C0A40400", "6e00"), ("10A40400", "6e00"), ("30A40400", "6e00"), ("FFA40400", "6e00"),
        ("80A40400", "6d00"), ("80FC0000", "6700"),
    ],
)  # fmt: skip
def test_a_class_that_it_does_not_serve_is_named_as_the_card_names_it(card, command, word):
    """A published program swept them."""
    for application in ("", "jpki", "text"):
        if application:
            select(card, application)
        assert card.transmit(bytes.fromhex(command)).hex() == word


@pytest.mark.parametrize(
    ("application", "word"),
    [
        ("common", "66f1"),
        ("visual", "66f1"),
        ("jpki", "6982"),
        ("juki", "6982"),
        ("text", "6982"),
        ("", "6d00"),
    ],
)
def test_session_keys_are_refused_as_the_card_refuses_them(card, application, word):
    if application:
        select(card, application)
    assert send(card, 0x80, 0xAE, 0, 0, data=b"x").hex() == word
    if application == "text":
        ready(card, "text", 0x11)
        verify(card, PIN.encode())
        assert send(card, 0x80, 0xAE, 0, 0, data=b"x").hex() == "6a80", "none is taken"


def test_a_pins_key_proves_no_card(card):
    """INTERNAL AUTHENTICATE is COMMON's; where the key is a PIN's the PIN is what is told."""
    select(card, "jpki")
    assert send(card, 0x00, 0x88, 0x00, 0x97, data=b"x", expected=256).hex() == "6982"
    select(card, "text")
    assert send(card, 0x00, 0x88, 0x00, 0x93, data=b"x", expected=256).hex() == "6985"


@pytest.mark.parametrize("pin", [0x11, 0x14, 0x15])
def test_the_session_key_file_needs_what_the_card_asks_for(card, image, pin):
    secret = image.applications["text"].pins[f"{pin:02X}"].value
    ready(card, "text", 0x06)
    assert send(card, 0x00, 0xB0, 0, 0, expected=256).hex() == "6982"
    choose(card, pin)
    verify(card, secret.encode())
    choose(card, 0x06)
    assert send(card, 0x00, 0xB0, 0, 0, expected=65536).endswith(OK)
    choose(card, 0x08)
    assert send(card, 0x00, 0xB0, 0, 0, expected=256) == b"\xff" * 16 + OK


# ---------------------------------------------------------------- signing


def test_every_way_of_padding(card):
    ready(card, "jpki", 0x18)
    verify(card, PIN.encode())
    choose(card, 0x17)
    key = pki.key(1).public_key()
    content, digest = b"content", sha256(b"content").digest()
    v15, pss = padding.PKCS1v15(), padding.PSS(padding.MGF1(hashes.SHA256()), 32)

    def signed(p1, data, p2=0x97):
        answer = send(card, 0x80, 0x2A, p1, p2, data=data, expected=256)
        assert answer.endswith(OK), answer.hex()
        return answer[:-2]

    key.verify(signed(0, DIGEST_INFO_SHA256 + digest), content, v15, hashes.SHA256())
    key.verify(signed(3, content), content, v15, hashes.SHA256())
    key.verify(signed(2, digest, 0x80), content, v15, hashes.SHA256())
    key.verify(signed(1, content), digest, v15, utils.NoDigestInfo())
    key.verify(signed(4, digest), content, pss, hashes.SHA256())
    key.verify(signed(5, content), content, pss, hashes.SHA256())
    assert send(card, 0x80, 0x2A, 6, 0x97, data=b"x", expected=256).hex() == "6a86"
    assert send(card, 0x80, 0x2A, 0, 0x97, data=b"x" * 246, expected=256).hex() == "6700"
    assert send(card, 0x80, 0x2A, 2, 0x97, data=b"x", expected=256).hex() == "6700"
    assert send(card, 0x80, 0x2A, 0, 0x9E, data=b"x", expected=256).hex() == "6a88"


# ---------------------------------------------------------------- PINs


@given(st.lists(st.booleans(), max_size=12))
def test_a_counter_counts_wrong_tries_in_a_row_and_stays_locked(tries):
    from kazasu.card.chip.image import Application, CardImage, Pin  # noqa: PLC0415

    image = CardImage("c", "9" * 15, "3B00", {"jpki": Application(pins={"18": Pin("1234", 3, 3)})})
    card = Card(image, lambda _: None)
    ready(card, "jpki", 0x18)
    left = 3
    for good in tries:
        answer = verify(card, b"1234" if good else b"0000")
        if not left:
            assert answer.hex() == "6984"
        elif good:
            left = 3
            assert answer == OK
        else:
            left -= 1
            assert answer == bytes([0x63, 0xC0 + left])
        assert verify(card) == bytes([0x63, 0xC0 + left])


def test_changing_the_password(card):
    ready(card, "jpki", 0x1B)
    assert send(card, 0x00, 0x24, 0x01, 0x80, data=b"XYZ999").hex() == "6982"
    assert verify(card, PASSWORD.encode()) == OK
    assert send(card, 0x00, 0x24, 0x01, 0x80, data=b"short").hex() == "6a80"
    assert send(card, 0x80, 0x32, 0x00, 0x80, data=b"XYZ999").hex() == "6d00"
    assert send(card, 0x00, 0x24, 0x01, 0x80, data=b"XYZ999") == OK
    card.reset()
    ready(card, "jpki", 0x1B)
    assert verify(card, b"XYZ999") == OK


def killed_in_verify(folder, image, patience):
    """A process gives wrong passwords until it is killed, any time; then: what was answered, what is written.

    The process is forked with everything ready, tells each answer by one byte, and dies within microseconds of
    wherever it is: before the count, in the write, between write and comparison.
    """
    box = CardBox(folder)
    pin = image.applications["jpki"].pins["1B"]
    pin.left = pin.limit
    box.save(image)
    told, tell = os.pipe()
    child = os.fork()
    if not child:
        card = Card(image, box.save)
        select(card, "jpki")
        os.write(tell, b"!")
        while True:
            answer = verify(card, b"WRONG9", 0x9B)
            os.write(tell, answer[-1:])
    os.read(told, 1)  # on a busy machine it begins late
    time.sleep(patience)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(tell)
    with os.fdopen(told, "rb") as answers:
        wrong = sum(word & 0xF0 == 0xC0 for word in answers.read())
    return wrong, box.load(image.card_id).applications["jpki"].pins["1B"].left


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.timeout(3600)  # 10,000 kills
def test_killed_in_the_middle_of_verify_never_gains_a_try(image, tmp_path, request):
    """Whatever the card answered, the file has counted at least as much, and reads.

    10,000 kills with --deep, a sample otherwise.
    """
    dice = random.Random(38)  # noqa: S311
    seen = set()
    kills = 10_000 if request.config.getoption("--deep") else 100
    for number in range(10 * kills):
        wrong, left = killed_in_verify(tmp_path, image, dice.uniform(0, 0.004))
        assert left <= 5 - wrong
        seen.add((wrong, left))
        counted_unanswered = any(left < 5 - wrong for wrong, left in seen)
        if number >= kills and len(seen) > 3 and counted_unanswered:
            break
    assert len(seen) > 3, "it was killed at different places"
    assert counted_unanswered, "counted, and killed before the answer"


# ---------------------------------------------------------------- the issuer's script

LATER = datetime(2026, 12, 1, tzinfo=UTC)


def continued(card, script):
    select(card, "juki")
    assert verify(card, PIN.encode(), 0x9C) == OK
    public = send(card, 0x80, 0x46, 0, 0, expected=65536)
    assert public.endswith(OK)
    return send(card, 0x80, 0xE2, 0, 0, data=script.encode())


def test_only_the_issuers_word_for_this_card_is_written(card, box):
    issuer = pki.authorities(None).card_issuer
    moved = HANAKO.model_copy(update={"address": "北海道札幌市中央区北１条西２丁目"})
    script = issuer.script("900001000000001", moved, bytes(32), b"\x30\x82\x00\x01\x00", LATER)
    other = issuer.script("900001000000002", moved, bytes(32), b"\x30\x82\x00\x01\x00", LATER)
    forged = json.loads(script)
    forged["signature"] = pki.b64(bytes(256))
    before = box.load("hanako")
    assert continued(card, other).hex() == "6985"
    assert continued(card, json.dumps(forged)).hex() == "6982"
    assert continued(card, "nonsense").hex() == "6982"
    assert box.load("hanako").applications["text"].files == before.applications["text"].files
    assert continued(card, script) == OK
    assert text_ap.read_basic(box.load("hanako").applications["text"].files["02"].data) == moved
    assert send(card, 0x80, 0xE2, 0, 0, data=script.encode()).hex() == "6985", "once"
    assert continued(card, script).hex() == "6985", "nor with another key"


def test_names_of_cards_are_no_paths(tmp_path):
    for name in ("../roles", "", "A", "x/y", ".hidden"):
        with pytest.raises(NoSuchCard):
            CardBox(tmp_path).load(name)

"""``kazasu card …``, as an integrator types it."""

import io
import shutil
import subprocess
import sys
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tests.cli.test_commands import kazasu

from kazasu.card.chip.image import CardBox
from kazasu.cli.commands import run
from kazasu.foundation.private_files import write_whole
from kazasu.workbench.bench import Workbench


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("KAZASU_DATA", str(tmp_path))
    monkeypatch.setenv("LANG", "en")
    return tmp_path


def said(capsys):
    return capsys.readouterr().out


def test_from_nothing_to_a_verified_signature(data, capsys):
    """The README's minute."""
    document = data / "申請.txt"
    document.write_text("申請します", encoding="utf-8")
    assert run(["card", "list"]) == 0
    assert "card make" in said(capsys)
    assert run(["card", "make", "taro"]) == 0
    assert run(["card", "sign", "taro", "--file", str(document), "--pin", "abc123"]) == 0
    assert run(["card", "trust", "--out", str(data / "ca.pem")]) == 0
    checked = subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", f"{document}.p7s",
         "-content", document, "-CAfile", data / "ca.pem", "-purpose", "any"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification successful" in checked.stderr


def test_what_a_card_tells(data, capsys):
    assert run(["card", "make", "yuki", "--kind", "under-15"]) == 0
    assert run(["card", "list", "--kinds"]) == 0
    assert "post-quantum" in said(capsys)
    assert run(["card", "read", "yuki"]) == 0
    public = said(capsys)
    assert "signing    no" in public
    assert "3 tries left" in public
    assert run(["card", "read", "yuki", "--what", "attributes", "--pin", "1234", "--trace"]) == 0
    told = said(capsys)
    assert "見本" in told
    assert "VERIFY" in told
    assert run(["card", "read", "yuki", "--what", "certificate"]) == 0
    assert "BEGIN CERTIFICATE" in said(capsys)
    assert run(["card", "read", "yuki", "--what", "number", "--pin", "1234"]) == 2
    assert "[card.no-duty]" in capsys.readouterr().err
    photo = data / "photo.jp2"
    assert run(["card", "read", "yuki", "--what", "photo", "--pin", "1234", "--duty", "番号法",
                "--out", str(photo)]) == 0  # fmt: skip
    assert photo.read_bytes()[4:8] == b"jP  "


def test_a_holder_of_ones_choice(data, capsys):
    made = ["card", "make", "yuki", "--name", "髙橋　ｺﾞﾛｳ", "--address", "札幌市中央区北1条西2-3", "--birth", "2015-05-05", "--sex", "male"]  # fmt: skip
    assert run(made) == 0
    assert "no signing certificate" in said(capsys)
    assert run(["card", "read", "yuki", "--what", "attributes", "--pin", "1234"]) == 0
    told = said(capsys)
    for one in ("ゴロウ", "札幌市中央区北１条西２−３", "2015-05-05", "sex        1"):
        assert one in told
    assert run(["card", "make", "ken", "--birth", "1990-05-05"]) == 0
    assert run(["card", "sign", "ken", "--file", __file__, "--pin", "ABC123", "--out", str(data / "s")]) == 0  # fmt: skip


def test_cards_made_here_pass_where_lists_are_demanded(data, capsys):
    """openssl with -crl_check, as pyHanko and Java demand it; revoked, it is told so; a list without the signer's authority passes nobody."""
    run(["card", "make", "taro"])
    bench = Workbench(data / "workbench")
    certificate = bench.box.load("taro").applications["jpki"].files["01"].data
    (data / "c.pem").write_bytes(x509.load_der_x509_certificate(certificate[:-16]).public_bytes(Encoding.PEM))  # fmt: skip

    def checked():
        run(["card", "trust", "--out", str(data / "ca.pem"), "--lists", str(data / "lists.pem")])
        return subprocess.run(
            ["openssl", "verify", "-CAfile", data / "ca.pem", "-CRLfile", data / "lists.pem", "-crl_check", "-extended_crl", "-x509_strict",
             data / "c.pem"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    good = checked()
    assert good.returncode == 0, good.stderr
    bench.revoke(certificate[:-16])
    assert "revoked" in checked().stderr
    assert (data / "lists.pem").read_text().count("BEGIN X509 CRL") == 2


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["read", "nobody"], "cli.no-such-card"),
        (["read"], "cli.no-such-card"),
        (["make", "taro"], "cli.card-exists"),
        (["make", "hana", "--kind", "gold"], "card.unknown-profile"),
        (["make", "hana", "--name", "  "], "cli.bad-holder"),
        (["make", "hana", "--name", "あ" * 41], "cli.bad-holder"),
        (["make", "hana", "--name", "花\u202e子"], "cli.bad-holder"),
        (["make", "hana", "--address", "丸①番地"], "cli.bad-holder"),
        (["make", "hana", "--birth", "1990-02-30"], "cli.bad-holder"),
        (["make", "hana", "--birth", "2990-02-03"], "cli.bad-holder"),
        (["make", "hana", "--birth", "1899-12-31"], "cli.bad-holder"),
        (["sign", "taro", "--file", "/no/such/file", "--pin", "ABC123"], "cli.no-file"),
        (["trace", "taro"], "cli.nothing-to-run"),
        (["trace", "taro", "--", "/no/such/program"], "cli.nothing-to-run"),
        (["read", "taro", "--what", "attributes", "--pin", "12"], "card.pin-form"),
        (["trust", "--out", "/no/such/folder/ca.pem"], "cli.no-file"),
    ],
)
def test_what_is_refused(data, capsys, command, code):
    run(["card", "make", "taro"])
    assert run(["card", *command]) == 2
    assert f"[{code}]" in capsys.readouterr().err


def test_nobody_to_ask_for_the_pin(data, capsys, monkeypatch):
    run(["card", "make", "taro"])
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert run(["card", "read", "taro", "--what", "attributes"]) == 2
    assert "[cli.no-pin]" in capsys.readouterr().err


def test_a_pin_is_changed(data, capsys):
    run(["card", "make", "taro"])
    assert run(["card", "pin", "taro", "--of", "surface", "--pin", "1234", "--new", "8642"]) == 0
    assert "PIN for the card's name and address" in said(capsys)
    assert run(["card", "read", "taro", "--what", "attributes", "--pin", "8642"]) == 0
    signing = ["card", "pin", "taro", "--of", "signing", "--pin", "ABC123", "--new"]
    assert run([*signing, "short"]) == 2
    assert "[card.pin-form]" in capsys.readouterr().err
    assert run([*signing, "longer1"]) == 0, "the refused one changed nothing and cost no try"
    assert run([*signing, "longer2"]) == 2
    assert "[card.wrong-pin]" in capsys.readouterr().err


def test_a_chip_proves_itself_to_its_own_issuer_alone(data, capsys, monkeypatch):
    run(["card", "make", "taro"])
    assert run(["card", "prove", "taro", "--pin", "1234"]) == 0
    assert "Genuine" in said(capsys)
    monkeypatch.setenv("KAZASU_DATA", str(data / "elsewhere"))
    run(["card", "make", "jiro"])
    shutil.copytree(data / "workbench" / "cards", data / "elsewhere" / "workbench" / "cards", dirs_exist_ok=True)  # fmt: skip
    assert run(["card", "prove", "taro", "--pin", "1234"]) == 2
    assert "[card.not-genuine]" in capsys.readouterr().err


def test_a_conversation_is_written_down_and_played_back(data, capsys):
    run(["card", "make", "taro"])
    talk = str(data / "talk.jsonl")
    said(capsys)
    assert run(["card", "read", "taro", "--record", talk]) == 0
    told = said(capsys)
    assert run(["card", "read", "--replay", talk]) == 0
    assert said(capsys) == told
    assert run(["card", "read", "--replay", talk, "--what", "attributes", "--pin", "1234"]) == 2
    assert "[card.not-in-recording]" in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, "talk", "{}", '{"command": "zz", "answer": ""}'])
def test_what_is_no_conversation(data, capsys, content):
    talk = data / "talk.jsonl"
    if content is not None:
        talk.write_text(content)
    assert run(["card", "read", "--replay", str(talk)]) == 2
    assert "[cli.no-file]" in capsys.readouterr().err


def test_what_a_program_says_to_a_card(data, capfd):
    run(["card", "make", "taro"])
    assert run(["card", "trace", "taro", "--", "opensc-tool", "--name"]) == 0
    told = capfd.readouterr().out
    assert "SELECT jpki" in told
    assert "\njpki\n" in told
    assert run(["card", "trace", "taro", "--", "false"]) == 1


def test_served_to_other_programs(data):
    """serve in one shell; insert, remove, doctor and read in another."""
    kazasu("card", "make", "taro")
    with subprocess.Popen(
        [sys.executable, "-m", "kazasu", "card", "serve", "--trace"],
        stdout=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        try:
            export = next(line for line in server.stdout if "export" in line)
            name, _, value = export.strip().removeprefix("export ").partition("=")
            reached = {name: value}
            kazasu("card", "insert", "taro")
            _until(lambda: "✓ My Number Card" in kazasu("card", "doctor", more=reached).stdout)
            assert "[card.elsewhere]" in kazasu("card", "read", "taro").stderr
            done = kazasu(
                "card", "read", "--pcsc", "--what", "attributes", "--pin", "1234", more=reached
            )
            assert "見本" in done.stdout, done.stderr
            kazasu("card", "remove")
            _until(
                lambda: "[card.no-card]" in kazasu("card", "read", "--pcsc", more=reached).stderr
            )
            assert kazasu("card", "read", "taro").returncode == 0
        finally:
            server.terminate()  # SIGINT is ignored by what a shell started in the background
            rest = server.stdout.read()
    assert server.returncode == 130
    assert "VERIFY" in rest
    assert "1234" not in rest


def _until(true):
    for _ in range(20):
        if true():
            return
        time.sleep(0.2)
    raise AssertionError("it never came to that")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("plastic", "PIN 1234, signing password ABC123."),
        ("under-15", "PIN 1234, there is no signing certificate."),
        ("no-pin", "the PIN is blocked, there is no signing certificate."),
        ("locked", "the PIN is blocked, the signing password is blocked."),
    ],
)
def test_what_is_announced_is_what_can_be_typed(data, capsys, kind, told):
    assert run(["card", "make", "taro", "--kind", kind]) == 0
    assert said(capsys).rstrip().endswith(told)


SHOW = 'import sys; print("|".join(sys.argv[1:]))'


@pytest.mark.parametrize(
    ("words", "given"),
    [
        (["--", sys.executable, "-c", SHOW, "x", "--", "y"], "x|--|y"),
        ([sys.executable, "-c", SHOW, "x", "--", "y"], "x|--|y"),
        (["--", sys.executable, "-c", SHOW, "--data", "/no/such"], "--data|/no/such"),
    ],
)
def test_every_word_behind_the_program_is_the_programs(data, capfd, words, given):
    run(["card", "make", "taro"])
    assert run(["card", "trace", "taro", *words]) == 0
    assert given in capfd.readouterr().out.splitlines()


def test_our_own_options_stand_between_the_card_and_the_program(data, capfd):
    elsewhere = str(data / "elsewhere")
    run(["card", "make", "taro", "--data", elsewhere])
    assert run(["card", "trace", "taro", "--", "true"]) == 2
    assert "[cli.no-such-card]" in capfd.readouterr().err
    assert run(["card", "trace", "taro", "--data", elsewhere, "--", "true"]) == 0
    assert run(["card", "trace", "taro", "--data", elsewhere]) == 2
    assert "[cli.nothing-to-run]" in capfd.readouterr().err
    assert run(["card", "trace", "taro", "--no-such", "--", "true"]) == 2
    assert "[cli.unknown-option]" in capfd.readouterr().err


def serving(*words):
    return subprocess.Popen(
        [sys.executable, "-m", "kazasu", "card", "serve", *words], stdout=subprocess.PIPE, text=True
    )


def test_one_process_serves_a_reader_and_no_card_lies_on_two(data, capfd):
    """The second is refused and moves nothing; what lies elsewhere is told, at both commands, and waited for."""
    for name in ("taro", "hanako"):
        run(["card", "make", name])
    with serving("taro") as first:
        try:
            assert next(line for line in first.stdout if "export" in line)
            slot = data / "reader" / "slot-0"
            for name in ("hanako", "taro"):
                assert run(["card", "serve", name]) == 2
                assert "[cli.reader-served]" in capfd.readouterr().err
                assert slot.read_text() == "taro"
            with CardBox(data / "workbench" / "cards").hold("hanako"):
                assert run(["card", "insert", "hanako", "--slot", "1"]) == 2
                assert "[card.elsewhere]" in capfd.readouterr().err
            assert run(["card", "insert", "taro", "--slot", "1"]) == 2, "it lies in the first place"
            assert run(["card", "insert", "taro"]) == 0, "where it lies already"
            assert capfd.readouterr().out == ""
            write_whole(data / "reader" / "slot-1", "taro")
            assert "Card taro lies on another reader" in _line(first, "another reader")
        finally:
            first.terminate()
            first.communicate()
    assert not slot.exists()
    with CardBox(data / "workbench" / "cards").hold("taro"):
        assert run(["card", "serve", "taro"]) == 2
        assert "[card.elsewhere]" in capfd.readouterr().err
    assert run(["card", "serve", "taro", "taro"]) == 2
    assert "[card.elsewhere]" in capfd.readouterr().err
    assert run(["card", "serve", "taro", "hanako", "jiro"]) == 2
    assert "[cli.too-many-cards]" in capfd.readouterr().err
    assert not slot.exists()
    assert run(["card", "insert", "taro"]) == 0
    assert "No reader is served yet" in said(capfd)


def _line(process, words):
    return next(line for line in process.stdout if words in line)

"""The fixtures as another project finds them."""

import os
import subprocess
import sys

THEIRS = """
from cryptography import x509

def test_a_card_in_one_fixture(my_number_card, card_bench):
    signed = my_number_card.client.sign(b"contract", my_number_card.password)
    certificate = x509.load_der_x509_certificate(signed.certificate)
    assert certificate.issuer in [one.subject for one in card_bench.anchors()]

def test_other_kinds(make_card):
    assert make_card("android").client.token_label() == "JPKIAPGPSETOKEN"

def test_wrong_pins_are_counted(my_number_card):
    try:
        my_number_card.client.authenticate(b"x", "9999")
    except Exception as refusal:
        assert refusal.fault.code == "card.wrong-pin"
    assert my_number_card.image.applications["jpki"].pins["18"].left == 2

def test_a_reader_for_any_program(card_table, my_number_card):
    import os, subprocess
    card_table.insert(my_number_card.chip)
    told = subprocess.run(["opensc-tool", "--name"], env={**os.environ, **card_table.environment},
                          capture_output=True, text=True)
    assert told.stdout.strip() == "jpki"
"""


def test_another_project_uses_the_fixtures(tmp_path):
    (tmp_path / "test_theirs.py").write_text(THEIRS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "kazasu.workbench.pytest_plugin"],
        cwd=tmp_path, env={**os.environ}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "4 passed" in done.stdout, done.stdout

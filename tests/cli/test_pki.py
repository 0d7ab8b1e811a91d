"""``kazasu pki …``, as an operator types it."""

import pytest
from tests.cli.test_card import data, said  # noqa: F401 - a fixture

from kazasu.cli.commands import run
from kazasu.cli.pki.certificates import _read_list
from kazasu.foundation.faults import Refusal


def test_a_ceremony_is_rehearsed_held_and_proven(data, capsys):  # noqa: F811
    assert run(["card", "make", "taro"]) == 0
    assert run(["pki", "ceremony", "--rehearse"]) == 0
    assert "timestamp-ca" in said(capsys)
    assert run(["pki", "ceremony"]) == 0
    assert "nothing new" in said(capsys)
    path = data / "workbench" / "pki" / "hierarchy.toml"
    path.write_text(path.read_text().replace('custody = "shared"\nkeys = ["P-384"]', 'custody = "shared"\nkeys = ["P-384", "Ed25519"]'))  # fmt: skip
    assert run(["pki", "ceremony"]) == 0
    assert "timestamp-ca         2  Ed25519" in said(capsys)
    assert run(["pki", "verify"]) == 0
    assert said(capsys).count("✓") == 2
    path.write_text("nonsense")
    assert run(["pki", "ceremony"]) == 2
    assert "[jpki.bad-hierarchy]" in capsys.readouterr().err


def test_a_certificate_is_judged(data, capsys):  # noqa: F811
    run(["card", "make", "taro"])
    out = str(data / "c.pem")
    run(["card", "read", "taro", "--what", "certificate", "--out", out])
    assert run(["pki", "lint", out, "--kind", "authentication"]) == 0
    assert run(["pki", "lint", out, "--kind", "signing"]) == 1
    assert "✗ certificate-policy" in said(capsys)
    assert run(["pki", "lint", "/no/such/file", "--kind", "signing"]) == 2
    assert "[cli.no-file]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["inspect"],
        ["suspend", "9" * 15],
        ["end", "9" * 15],
        ["renew", "x"],
        ["renew-card", "x"],
        ["replace-token-keys"],
    ],
)
def test_without_a_country(data, capsys, command):  # noqa: F811
    assert run(["pki", *command]) == 2
    assert "[cli.no-country]" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["signing", "signing xyz", "other 1A", "signing 1A 2B"])
def test_a_list_that_does_not_read(tmp_path, line):
    path = tmp_path / "list"
    path.write_text(f"signing 1A2B3C4D\n\n{line}\n")
    with pytest.raises(Refusal) as refusal:
        list(_read_list(path))
    assert refusal.value.fault.code == "cli.bad-list"
    assert refusal.value.facts["number"] == 3

"""``kazasu rp`` against a running country: register, look, be tried, verify."""

import json
import stat

import pytest

from kazasu.cli import commands
from kazasu.cli.rp import KEPT
from tests.support.application import Application


@pytest.fixture
def rp(country, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    data = country.process.settings.data

    def run(verb, *arguments):
        return commands.run(["rp", verb, "--data", str(data), *arguments])

    return run


@pytest.fixture
def application(country):
    made = Application(country, {"nonce"})
    yield made
    made.close()


def register(rp, *more):
    return rp("register", "--name", "Shop", "--redirect", "http://cli.localhost:9000/cb", *more)


def test_registering_keeps_token_and_key_for_the_owner_alone(rp, tmp_path, capsys):
    assert register(rp) == 0
    assert "Registered: RP" in capsys.readouterr().out
    file = tmp_path / KEPT
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["private_key"]["d"]


def test_a_refusal_of_the_service_is_said_plainly(rp, capsys, country, tmp_path):
    assert rp("register", "--name", "S", "--redirect", "http://shop.example/cb") == 2
    told = capsys.readouterr().err
    assert "[cli.not-registered]" in told
    assert "--redirect" in told, "as the line that was written calls it"
    assert "rp requests" not in told, "there is no registration to look at"
    issuer = country.directory.origin("identity")
    (tmp_path / KEPT).write_text(json.dumps({"issuer": issuer, "registration_access_token": "x"}))
    assert rp("requests") == 2
    assert "[cli.service-refused]" in capsys.readouterr().err


def test_where_nothing_was_sent_the_command_says_so(rp, capsys):
    register(rp)
    capsys.readouterr()
    for more in ((), ("--failed",)):
        assert rp("requests", *more) == 0
        assert capsys.readouterr().out == "No request came in the last 24 hours\n"
    assert rp("requests", "--json") == 0
    assert capsys.readouterr().out == "", "a program counts lines"


def test_requests_say_what_to_change(rp, tmp_path, capsys, country, stage):
    register(rp)
    kept = json.loads((tmp_path / KEPT).read_text())
    query = f"client_id={kept['client_id']}&redirect_uri=http://cli.localhost:9000/cb&response_type=token"
    answer = stage.browser().client.get(f"{kept['issuer']}/protocol/openid-connect/auth?{query}")
    assert answer.status_code == 303
    capsys.readouterr()
    assert rp("requests", "--failed") == 0
    assert "→ Only response_type=code" in capsys.readouterr().out
    assert rp("requests", "--json") == 0
    assert json.loads(capsys.readouterr().out)["error"] == "unsupported_response_type"


def test_a_run_ends_in_a_report_that_verifies(rp, tmp_path, capsys, application):
    party = application.party
    kept = {
        "issuer": party.issuer,
        "registration_access_token": party.registered["registration_access_token"],
    }
    (tmp_path / KEPT).write_text(json.dumps(kept))
    assert rp("conformance", application.start_url, "--check", application.check_url, "--out", "report.jws") == 1  # fmt: skip
    assert "✗ failed" in capsys.readouterr().out
    assert rp("verify", "report.jws") == 1
    assert "The signature is genuine" in capsys.readouterr().out
    text = (tmp_path / "report.jws").read_text()
    (tmp_path / "forged.jws").write_text(text[:-6] + "AAAAAA")
    assert rp("verify", "forged.jws") == 2
    assert "[cli.not-its-report]" in capsys.readouterr().err


def test_what_is_not_there_is_said_plainly(rp, tmp_path, capsys):
    assert rp("requests") == 2
    assert "[cli.no-registration]" in capsys.readouterr().err
    assert rp("verify", "nothing.jws") == 2
    assert "[cli.no-file]" in capsys.readouterr().err
    for other in ("[]", "{}", "null", "3", '"x"', '{"issuer": 3, "registration_access_token": "x"}', "[" * 100_000,
                  '{"issuer": "nowhere", "registration_access_token": "x"}', '{"issuer": "http://x"}'):  # fmt: skip
        (tmp_path / KEPT).write_text(other)
        assert rp("requests") == 2
        assert "[cli.other-registration]" in capsys.readouterr().err
    (tmp_path / KEPT).write_text(
        '{"issuer": "http://127.0.0.1:9/x", "registration_access_token": "x"}'
    )
    assert rp("requests") == 2
    assert "[cli.service-silent]" in capsys.readouterr().err
    # As the examples keep it: the service's answer, and the key.
    where = "http://127.0.0.1:9/api/realms/main/clients-registrations/openid-connect/c-1"
    answer = {"registration_client_uri": where, "registration_access_token": "x"}
    (tmp_path / KEPT).write_text(json.dumps({"registered": answer, "key": {}}))
    for verb in (("requests",), ("conformance", "http://x/", "--check", "http://x/me")):
        assert rp(*verb) == 2
        assert "[cli.service-silent]" in capsys.readouterr().err
    for broken in ({}, {"registration_client_uri": "x"}, {"registration_client_uri": 3}, None):
        (tmp_path / KEPT).write_text(json.dumps({"registered": broken}))
        assert rp("requests") == 2
        assert "[cli.other-registration]" in capsys.readouterr().err
    assert commands.run(["rp", "verify", "--data", str(tmp_path), str(tmp_path / KEPT)]) == 2
    assert "[cli.no-country]" in capsys.readouterr().err

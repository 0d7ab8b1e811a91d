"""Founding commands: what they refuse, and that a refusal changes nothing."""

import json
import os
import secrets
import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import psycopg
import pytest
from tests.support.databases import PASSWORD
from tests.support.production import CHARTERS, PEOPLE, YOKOHAMA, charter, write_residents

from kazasu.app.country import enter_or_open, refuse_lost_database
from kazasu.app.production import opened_directory
from kazasu.app.rooms import select
from kazasu.app.secrets import make_secrets
from kazasu.cli.commands import run
from kazasu.cli.found import cities, dismissing, posts
from kazasu.cli.found.enrolment import Wanted, make_request, read_request
from kazasu.cli.found.place import FOUND
from kazasu.contracts.base import InstitutionId
from kazasu.exchange.directory import read_directory
from kazasu.exchange.keys import read_institution
from kazasu.foundation.database.founder import lent_founder
from kazasu.foundation.faults import Refusal
from kazasu.foundation.postgres import EmbeddedPostgres, GivenPostgres
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import SystemClock
from kazasu.foundation.web.sessions import DatabaseSessions, Session
from kazasu.identity import founding as identity
from kazasu.kit.staff import Member, by_staff_id

PORT = 443
NAMES = ("--organisation", "Kazasu trial", "--agency", "Trial office")


def command(folder, *words, mode="production"):
    folder.mkdir(exist_ok=True)
    (folder / "secret").write_text("a passphrase")
    environment = {
        "KAZASU_MODE": mode, "KAZASU_SCHEME": "https", "KAZASU_DATA": str(folder),
        "KAZASU_PKI_PASSPHRASE_FILE": str(folder / "secret"),
    }  # fmt: skip
    with patch.dict(os.environ, environment):
        return run([str(word) for word in words])


def written(folder, *institutions, port=PORT):
    folder.mkdir(exist_ok=True)
    path = folder / "charter.toml"
    path.write_text(charter(institutions, port).replace(":443", ""), "utf-8")
    return path


@pytest.fixture(scope="module")
def ceremony(tmp_path_factory):
    """A place where the authorities are."""
    folder = tmp_path_factory.mktemp("jlis")
    assert command(folder, "pki", "ceremony", *NAMES) == 0
    return folder


def asked(folder, *institutions):
    """Requests of a new place for these."""
    assert command(folder, "found", "keys", written(folder, *institutions)) == 0
    return sorted((folder / "requests").iterdir())


# ---------------------------------------------------------------- the ceremony


@pytest.mark.parametrize(
    "names",
    [
        (), ("--organisation", "JPKI", "--agency", "x"), ("--organisation", "My sandbox", "--agency", "x"),
        ("--organisation", 'a"b', "--agency", "x"), ("--organisation", "x"),
    ],
)  # fmt: skip
def test_a_production_ceremony_has_a_name_that_misleads_nobody(tmp_path, names, capsys):
    assert command(tmp_path, "pki", "ceremony", *names) == 2
    assert "[cli.needs-a-name]" in capsys.readouterr().err
    assert not (tmp_path / "pki").exists()


def test_a_rehearsal_leaves_the_declaration_that_the_ceremony_then_keeps(tmp_path, capsys):
    assert command(tmp_path, "pki", "ceremony", "--rehearse", *NAMES) == 0
    file = tmp_path / "pki" / "hierarchy.toml"
    assert list(file.parent.iterdir()) == [file]
    text = file.read_text("utf-8")
    assert 'organisation = "Kazasu trial"' in text
    for other in (("--organisation", "Another"), ("--agency", "Another")):
        assert command(tmp_path, "pki", "ceremony", *other) == 2
        assert "[cli.other-name]" in capsys.readouterr().err
    for misleading in ("KAZASU-SANDBOX", "jpki "):
        file.write_text(text.replace("Kazasu trial", misleading), "utf-8")
        for given in ((), NAMES):
            assert command(tmp_path, "pki", "ceremony", *given) == 2
            assert capsys.readouterr().err.count("[cli.") == 1
        assert list(file.parent.iterdir()) == [file]


def test_an_empty_passphrase_is_told_before_anything_is_laid(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(Path, "write_text", lambda path, _: path.touch())
    assert command(tmp_path, "pki", "ceremony", *NAMES) == 2
    assert "[settings.unreadable]" in capsys.readouterr().err
    assert not (tmp_path / "pki").exists()


def test_where_no_ceremony_was_nothing_is_proven(tmp_path, capsys):
    assert command(tmp_path, "pki", "verify") == 2
    assert "[cli.no-ceremony]" in capsys.readouterr().err


def test_nothing_is_founded_in_the_sandboxs_mode(tmp_path, capsys):
    assert command(tmp_path, "found", "keys", written(tmp_path, "portal"), mode="sandbox") == 2
    assert "[cli.found-in-production]" in capsys.readouterr().err
    assert not (tmp_path / "keys").exists()


# ---------------------------------------------------------------- the directory


def test_each_place_keeps_its_keys_and_the_directory_proves_them(ceremony, tmp_path):
    requests = asked(tmp_path, "identity", "city:141003")
    assert command(ceremony, "found", "certify", *requests) == 0
    assert command(ceremony, "found", "certify", *requests) == 0  # twice is once
    assert not (ceremony / "keys").exists()
    directory = read_directory(ceremony / "directory.json", SystemClock())
    for one in ("identity", "city:141003"):
        own = read_institution(tmp_path / "keys", one, directory)
        for use, key in (
            ("sign", own.sign_key),
            ("seal", own.seal_key),
            ("client", own.client_key),
        ):
            assert directory.key(one, use).thumbprint() == key.thumbprint()
    assert directory.entry("city:141003").facts["prefecture"].ja == "神奈川県"


def test_a_place_that_a_command_makes_shows_nothing(tmp_path):
    """``nobody`` in the folder could lock its files."""
    before = os.umask(0o022)
    try:
        for name, words in (("keys", ("found", "keys", written(tmp_path, "portal"))),
                            ("pki", ("pki", "ceremony", "--rehearse", *NAMES))):  # fmt: skip
            folder = tmp_path / name
            with patch.dict(os.environ, {"KAZASU_MODE": "production", "KAZASU_DATA": str(folder),
                                         "KAZASU_PKI_PASSPHRASE_FILE": str(tmp_path / "charter.toml")}):  # fmt: skip
                assert run([str(word) for word in words]) == 0
            assert stat.S_IMODE(folder.stat().st_mode) & 0o066 == 0
    finally:
        os.umask(before)


def test_a_place_opens_with_the_keys_of_its_entry_alone(ceremony, tmp_path):
    assert command(ceremony, "found", "certify", *asked(tmp_path, "city:011002")) == 0
    shutil.copy(ceremony / "directory.json", tmp_path)
    settings = Settings(data=tmp_path, mode="production", scheme="https")
    opened_directory(settings, select(["city:011002"]), SystemClock())
    keys = tmp_path / "keys" / "city-011002.json"
    document = json.loads(keys.read_text())
    document["seal"], document["client"] = document["client"], document["seal"]
    keys.write_text(json.dumps(document))
    with pytest.raises(Refusal) as refused:
        opened_directory(settings, select(["city:011002"]), SystemClock())
    assert refused.value.fault.code == "app.other-keys"
    assert refused.value.facts["uses"] == "seal, client"


def test_other_keys_under_a_known_name_are_refused_and_nobody_of_the_batch_enters(ceremony, tmp_path, capsys):  # fmt: skip
    assert command(ceremony, "found", "certify", *asked(tmp_path / "a", "portal")) == 0
    before = (ceremony / "directory.json").read_bytes()
    again = asked(tmp_path / "b", "jukinet", "portal")
    assert command(ceremony, "found", "certify", *again) == 2
    assert "[cli.other-entry]" in capsys.readouterr().err
    assert (ceremony / "directory.json").read_bytes() == before


def test_two_at_one_host_are_refused(ceremony, tmp_path, capsys):
    request = asked(tmp_path, "terminal")[0]
    other = asked(tmp_path / "b", "jpki")[0]
    assert command(ceremony, "found", "certify", request) == 0
    host = json.loads(request.read_text())["origin"]
    document = json.loads(other.read_text()) | {"origin": host}
    other.write_text(json.dumps(document))
    assert command(ceremony, "found", "certify", other) == 2
    assert "[cli.other-entry]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "institution"),
        ("institution = 1", "institution"),
        (
            "[[institution]]\nid='society'\norigin='https://a.example'",
            "no institution of production",
        ),
        ("[[institution]]\nid='city'\norigin='https://a.example'", "one for each"),
        ("[[institution]]\nid='portal:1'\norigin='https://a.example'", "only one"),
        ("[[institution]]\nid='city:141004'\norigin='https://a.example'", "municipality code"),
        ("[[institution]]\nid='city:141003'\norigin='https://a.example'", "name and prefecture"),
        ("[[institution]]\nid='portal'\norigin='https://a.example'\nmore=1", "more"),
        ("[[institution]]\nid='portal'\norigin='http://a.example'", "https"),
        ("[[institution", ""),
    ],
)
def test_a_charter_that_does_not_read_is_told_where(tmp_path, text, why, capsys):
    path = tmp_path / "charter.toml"
    path.write_text(text)
    assert command(tmp_path, "found", "keys", path) == 2
    said = capsys.readouterr().err
    assert "[cli.bad-charter]" in said
    assert why in said


# ---------------------------------------------------------------- files


def test_a_file_with_one_wrong_field_opens_nothing(tmp_path, capsys):
    residents = tmp_path / "residents.csv"
    people = [one for one in PEOPLE if one.city == YOKOHAMA]
    write_residents(residents, [replace(people[0], kana="はなこ"), *people[1:]])
    path = written(tmp_path, *CHARTERS["cities"])
    words = ("found", "city", path, residents, "--registrations", tmp_path / "out.jws", "--city")
    assert command(tmp_path, *words, f"city:{YOKOHAMA}") == 2
    said = capsys.readouterr()
    assert f"{residents}:2: E0002 shimei_furigana" in said.out
    assert "[cli.bad-rows]" in said.err
    assert not (tmp_path / "out.jws").exists()
    assert not (tmp_path / "postgres").exists()
    assert command(tmp_path, *words[:-1]) == 2
    assert "[cli.bad-charter]" in capsys.readouterr().err, "which of two cities?"


HEAD = "staff_id,name,roles,subject\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}1,田中,counter,{'x' * 32}\n".encode("cp932"), f"{HEAD}1,A,counter,{'x' * 32}\n".encode("utf-16"),
        f"{HEAD}1,A\0B,counter,{'x' * 32}\n".encode(), f"{HEAD}1,A\u202eB,counter,{'x' * 32}\n".encode(),
        f"{HEAD}1,\u200b,counter,{'x' * 32}\n".encode(), f"{HEAD}1,A,counter,{'*' * 32}\n".encode(),
        f"{HEAD}1,A,counter,{'x' * 32}\n1,B,counter,{'y' * 32}\n".encode(),
        f"{HEAD}1,A,counter,{'x' * 32}\n2,B,counter,{'x' * 32}\n".encode(),
    ],
)  # fmt: skip
def test_a_list_of_staff_as_programs_and_people_spoil_it(tmp_path, text, capsys):
    (tmp_path / "staff.csv").write_bytes(text)
    assert command(tmp_path, "found", "staff", "city:141003", tmp_path / "staff.csv") == 2
    said = capsys.readouterr()
    assert "[cli.bad-rows]" in said.err
    assert ": E000" in said.out
    assert not (tmp_path / "postgres").exists()


def test_one_subject_has_one_post(databases):
    database = databases.founder("municipality")
    access = FOUND["municipality"].by()

    def enter(*staff_ids):
        rows = [Member(one, "A", ["counter"], "x" * 32) for one in staff_ids]
        return database.run(
            "test", lambda tx: posts._employ(tx, Path("f"), rows), access=access, tenant="141003"
        )

    assert enter("1") == 1
    assert enter("1") == 0
    with pytest.raises(Refusal) as refused:
        enter("2")
    assert refused.value.fault.code == "cli.bad-rows"


def test_who_is_dismissed_has_no_post_from_then_on_and_the_record_says_so(databases):
    at = InstitutionId("city:141003")
    database = databases.founder("municipality")
    rows = [Member(one, "A", ["counter"], one * 32) for one in ("1", "2")]

    def run(work, access):
        return database.run("test", work, tenant=at.tenant, access=access)

    def dismiss(who, of=at):
        work, record = dismissing.end_post, dismissing.record_of(of, who)
        return run(lambda tx: work(tx, of, who), record)

    def signed_in(who, kind="staff", tenant=at.tenant):
        session = Session(kind, who, {})
        sessions.save(tenant, session)
        return lambda: sessions.load(tenant, session.token) is not None

    hour = timedelta(hours=1)
    sessions = DatabaseSessions(databases("municipality"), hour, hour)
    run(lambda tx: posts._employ(tx, Path("f"), rows), FOUND["municipality"].by())
    theirs = [signed_in("1"), signed_in("1")]
    others = [signed_in("2"), signed_in("1", "resident"), signed_in("1", tenant="011002")]
    dismiss("1")
    assert not any(one() for one in theirs), "a browser that is signed in is signed out"
    assert all(one() for one in others)
    left = run(lambda tx: by_staff_id(tx, ["1", "2"]), FOUND["municipality"].by())
    assert [one.staff_id for one in left] == ["2"]
    for who in ("1", "nobody"):
        with pytest.raises(Refusal, match=r"cli\.no-post"):
            dismiss(who)
    with psycopg.connect(databases.url("municipality")) as connection:
        asked = (
            "SELECT subjects FROM municipality.audit_log WHERE action = 'municipality.post.ended'"
        )
        assert connection.execute(asked).fetchall() == [(["1"],)]


def test_an_operator_is_appointed_once_and_dismissed_once(databases, clock):
    at, who = InstitutionId("identity"), "x" * 32
    database = databases.founder("identity")

    def appoint():
        return database.run(
            "test", lambda tx: identity.appoint(tx, who), access=FOUND["identity"].by()
        )

    def dismiss():
        clock.advance(timedelta(seconds=1))
        record = dismissing.record_of(at, who)
        database.run("test", lambda tx: dismissing.end_post(tx, at, who), access=record)

    hour = timedelta(hours=1)
    sessions = DatabaseSessions(databases("identity"), hour, hour)
    assert [appoint(), appoint()] == [True, False]
    sessions.save("", session := Session("operator", who, {}))
    dismiss()
    assert sessions.load("", session.token) is None
    with pytest.raises(Refusal, match=r"cli\.no-post"):
        dismiss()
    assert appoint(), "a post may begin again"


@pytest.mark.parametrize("at", ["phone", "nobody", "CITY:1"])
def test_where_there_are_no_posts_nobody_is_dismissed(tmp_path, at, capsys):
    assert command(tmp_path, "found", "dismiss", at, "1") == 2
    assert "[cli.bad-charter]" in capsys.readouterr().err
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize("subject", ["x" * 31, "x" * 31 + "*", "x" * 31 + "\u200b"])
def test_an_operators_number_is_one_that_the_page_shows(tmp_path, subject, capsys):
    assert command(tmp_path, "found", "operator", subject) == 2
    assert "[cli.bad-charter]" in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["{", "[]", "", '{"sign": 1}', "\0"])
def test_damaged_keys_are_told_and_stay(tmp_path, damage, capsys):
    asked(tmp_path, "portal")
    file = tmp_path / "keys" / "portal.json"
    file.write_text(damage)
    assert command(tmp_path, "found", "keys", written(tmp_path, "portal")) == 2
    assert "[exchange.keys-unreadable]" in capsys.readouterr().err
    assert file.read_text() == damage


@pytest.mark.parametrize(
    "host",
    [
        "a; script-src *", "a..b", "*", "a b", "a.", "-a", "a:0", "a:70000", "a:443", "a/", "A", "名", "a@b", "a" * 64, "a\n",
    ],
)  # fmt: skip
def test_an_origin_is_letters_digits_and_hyphens(tmp_path, host):
    portal, name = InstitutionId("portal"), ("ポータル", "Portal")
    inner = Wanted(portal, "https://a-1.example:8443", name, {}, f"http://{host}")
    wrong = [Wanted(portal, f"https://{host}", name), *([] if host == "a:443" else [inner])]
    for wanted in wrong:
        with pytest.raises(Refusal) as refused:
            read_request(make_request(tmp_path, wanted), "x")
        assert refused.value.fault.code == "exchange.request-unreadable"
    read_request(make_request(tmp_path, replace(inner, internal="http://10.1.2.3:8000")), "x")


@pytest.mark.parametrize("name", ["a\u202eb", "\u200b", "a\nb", " "])
def test_a_name_is_what_one_sees(tmp_path, name):
    wanted = Wanted(InstitutionId("portal"), "https://a.example", (name, "Portal"))
    with pytest.raises(Refusal) as refused:
        read_request(make_request(tmp_path, wanted), "x")
    assert refused.value.fault.code == "exchange.request-unreadable"


@pytest.mark.parametrize(
    "content", ["[]", "{", '{"municipality_code": 1, "registrations": [[1]]}', "{}"]
)
def test_a_signed_list_of_another_shape_is_told(content):
    with pytest.raises(Refusal) as refused:
        cities._registered_by("city:141003", content.encode())
    assert refused.value.fault.code == "cli.bad-registrations"


def test_a_list_of_another_encoding_opens_nothing(tmp_path, capsys):
    (tmp_path / "x.jws").write_text("名", "utf-8")
    assert command(tmp_path, "found", "registrations", tmp_path / "x.jws") == 2
    assert "[cli.bad-registrations]" in capsys.readouterr().err
    assert not (tmp_path / "postgres").exists()


def test_the_list_for_the_network_is_its_owners_and_whole(tmp_path):
    place = SimpleNamespace(institution=SimpleNamespace(sign=lambda content, _: content.decode()))
    city = SimpleNamespace(id=InstitutionId("city:141003"))
    before = os.umask(0o022)
    try:
        cities._write_registrations(tmp_path / "out.jws", place, city, [])
        place.institution.sign = None
        with pytest.raises(TypeError):
            cities._write_registrations(tmp_path / "out.jws", place, city, [])
    finally:
        os.umask(before)
    assert [one.name for one in tmp_path.iterdir()] == ["out.jws"]
    assert stat.S_IMODE((tmp_path / "out.jws").stat().st_mode) == 0o600
    assert json.loads((tmp_path / "out.jws").read_text())["registrations"] == []


@pytest.mark.parametrize(
    "text",
    [
        "", "staff_id,name\n1,A\n", "staff_id,name,roles,subject\n",
        f"staff_id,name,roles,subject\n1,A,king,{'x' * 32}\n",
        "staff_id,name,roles,subject\n1,A,counter,short\n",
        f"staff_id,name,roles,subject\n1,,counter,{'x' * 32}\n",
    ],
)  # fmt: skip
def test_a_list_of_staff_that_is_wrong_opens_nothing(tmp_path, text, capsys):
    (tmp_path / "staff.csv").write_text(text)
    assert command(tmp_path, "found", "staff", "city:141003", tmp_path / "staff.csv") == 2
    assert "[cli.bad-rows]" in capsys.readouterr().err
    assert not (tmp_path / "postgres").exists()


def test_a_list_of_registrations_is_the_citys_own_and_once(databases):
    database = databases.founder("jukinet")
    codes = [str(one.record_code) for one in PEOPLE[:2]]

    def register(signer, code, since):
        content = {"municipality_code": code, "registrations": [[one, since] for one in codes]}
        rows = cities._registered_by(signer, json.dumps(content).encode())
        access = FOUND["jukinet"].by()
        return database.run("test", lambda tx: cities._register(tx, rows), access=access)

    assert register("city:141003", "141003", "2020-04-01") == 2
    assert register("city:141003", "141003", "2020-04-01") == 0
    with pytest.raises(Refusal) as refused:
        register("city:011002", "011002", "2020-04-01")
    assert refused.value.fault.code == "cli.registered-elsewhere"
    with pytest.raises(Refusal) as refused:
        register("city:011002", "141003", "2020-04-01")
    assert refused.value.fault.code == "cli.bad-list"


# ---------------------------------------------------------------- the two worlds do not meet


def test_a_sandboxs_directory_does_not_open_in_production(street_place):
    bank = select(["bank"])
    opened_directory(Settings(data=street_place), bank, SystemClock())
    with pytest.raises(Refusal) as refused:
        opened_directory(Settings(data=street_place, mode="production"), bank, SystemClock())
    assert refused.value.fault.code == "app.sandbox-directory"
    assert {"KAZASU-SANDBOX", "society"} <= set(refused.value.facts["what"].split(", "))


@pytest.fixture
def street_place(clock):
    from tests.support.street import prepared  # noqa: PLC0415 - makes an authority

    return prepared(clock)


@pytest.fixture
def empty(databases):
    """An empty database of the run's server, as somebody's own."""
    name = f"empty_{secrets.token_hex(6)}"
    databases._administrate("CREATE DATABASE {}", name)
    yield GivenPostgres(databases._server.url(name)).start()
    databases._administrate("DROP DATABASE {} WITH (FORCE)", name)


@pytest.mark.parametrize(("first", "then"), [("sandbox", "production"), ("production", "sandbox")])
def test_a_database_of_one_mode_does_not_open_in_the_other(tmp_path, empty, first, then):
    enter_or_open(Settings(data=tmp_path, mode=first), empty)
    enter_or_open(Settings(data=tmp_path, mode=first), empty)
    with pytest.raises(Refusal) as refused:
        enter_or_open(Settings(data=tmp_path, mode=then), empty)
    assert refused.value.fault.code == "app.other-mode"


def test_keys_come_before_the_first_database_and_a_lost_one_is_told(ceremony, tmp_path):
    asked(tmp_path, "portal")
    (tmp_path / "directory.json").write_text("{}")
    settings = Settings(data=tmp_path, mode="production")
    given = EmbeddedPostgres(tmp_path, create=True)
    refuse_lost_database(settings, given)
    make_secrets(tmp_path, ["portal"])  # as the first opening does
    with pytest.raises(Refusal) as refused:
        refuse_lost_database(settings, given)
    assert refused.value.fault.code == "app.database-gone"


@pytest.mark.parametrize("mode", ["production", "sandbox"])
def test_no_command_removes_a_production_also_for_who_forgot_the_mode(
    ceremony, tmp_path, mode, capsys
):
    if not (ceremony / "directory.json").exists():
        assert command(ceremony, "found", "certify", *asked(tmp_path, "portal")) == 0
    before = sorted(ceremony.rglob("*"))
    assert command(ceremony, "reset", "--yes", mode=mode) == 2
    assert "[cli.no-reset-in-production]" in capsys.readouterr().err
    assert sorted(ceremony.rglob("*")) == before


@pytest.mark.parametrize("words", [("make", "taro"), ("trust", "--out", "ca.pem")])
def test_a_production_makes_no_specimen_cards(tmp_path, words, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command(tmp_path / "jlis", "card", *words) == 2
    assert "[cli.no-workbench-in-production]" in capsys.readouterr().err
    assert not (tmp_path / "jlis" / "workbench").exists()
    assert not (tmp_path / "ca.pem").exists()


# ---------------------------------------------------------------- the founder


def roles(admin):
    """Lent to this database; tests of other processes lend to theirs on the same server."""
    with psycopg.connect(admin) as connection:
        found = connection.execute(
            """SELECT rolname FROM pg_roles, pg_database
               WHERE datname = current_database() AND starts_with(rolname, 'jukinet_lent_' || pg_database.oid || '_')"""
        )
        return [name for (name,) in found.fetchall()]


def number_of_database(connection):
    query = "SELECT oid FROM pg_database WHERE datname = current_database()"
    return connection.execute(query).fetchone()[0]


def test_the_founder_is_there_for_one_command_and_so_is_what_a_killed_one_left(databases):
    admin = databases.url("jukinet")
    with psycopg.connect(admin, autocommit=True) as connection:
        here = number_of_database(connection)
        connection.execute(f"CREATE ROLE jukinet_lent_{here}_00000000 LOGIN BYPASSRLS")
    with lent_founder(admin, "jukinet") as (role, password):
        with psycopg.connect(admin, user=role, password=password) as connection:
            copied = "COPY jukinet.person (resident_record_code, epoch) FROM STDIN"
            with connection.cursor() as cursor, cursor.copy(copied):
                pass
        assert roles(admin) == [role]
    assert roles(admin) == []


def test_what_is_lent_to_another_database_of_the_server_stays(databases):
    admin = databases.url("jukinet")
    with psycopg.connect(admin, autocommit=True) as connection:
        others = f"jukinet_lent_{number_of_database(connection) + 1}_00000000"
        connection.execute(f"CREATE ROLE {others} LOGIN BYPASSRLS")
        try:
            with lent_founder(admin, "jukinet"):
                pass
            look = "SELECT FROM pg_roles WHERE rolname = %s"
            assert connection.execute(look, [others]).fetchone() is not None
        finally:
            connection.execute(f"DROP ROLE {others}")


def test_a_role_that_may_not_pass_is_told(databases):
    admin = psycopg.conninfo.make_conninfo(
        databases.url("jukinet"), user="jukinet", password=PASSWORD
    )
    with pytest.raises(Refusal) as refused, lent_founder(admin, "jukinet"):
        pass
    assert refused.value.fault.code == "migrate.may-not-found"


# ---------------------------------------------------------------- the page


def test_the_page_says_what_the_commands_are():
    """docs/production.md names no verb that there is not, and every one that there is."""
    page = (Path(__file__).parents[2] / "docs" / "production.md").read_text("utf-8")
    for verb in (
        "keys",
        "certify",
        "clients",
        "columns",
        "city",
        "registrations",
        "cards",
        "nginx",
        "staff",
        "operator",
        "dismiss",
    ):
        assert f"./kazasu found {verb}" in page, verb

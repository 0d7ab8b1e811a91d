"""The drill of docs/production.md: a dump of a country is restored beside it, and the restored one is found whole."""

import os
import subprocess
from unittest.mock import patch

import psycopg
import pytest
from psycopg import sql

from kazasu.cli.commands import run
from kazasu.foundation.postgres.binaries import binaries_seen
from tests.support.country import founded

pytestmark = pytest.mark.deep


def program(name, *arguments):
    done = subprocess.run(
        [binaries_seen()[0].program(name), *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_a_dump_restores_without_a_word_and_is_a_whole_country(tmp_path, capsys):
    with founded() as running:
        url = running.databases[0]
        dump = tmp_path / "country.dump"
        program("pg_dump", "--format=custom", f"--file={dump}", url)
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier("restored")))
            where = psycopg.conninfo.make_conninfo(url, dbname="restored")
        assert not program("pg_restore", "--exit-on-error", f"--dbname={where}", str(dump))
        data = str(running.process.settings.data)
        with patch.dict(os.environ, {"KAZASU_DATABASE_URL": where}):
            capsys.readouterr()
            assert run(["check", "--data", data]) == 0, capsys.readouterr()
            assert run(["audit", "verify", "--data", data]) == 0, capsys.readouterr()

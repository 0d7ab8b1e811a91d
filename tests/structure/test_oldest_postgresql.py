"""All migrations run on the oldest PostgreSQL that we promise, where this machine has it."""

from pathlib import Path

import psycopg
import pytest

from kazasu.app.rooms import ROOMS, migrations
from kazasu.foundation.database.migrate import prepare_schema
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.postgres.binaries import OLDEST


def test_every_floor_can_be_laid_on_it(scratch, monkeypatch):
    folder = Path(f"/usr/lib/postgresql/{OLDEST}/bin")
    if not folder.exists():
        pytest.skip("there is no PostgreSQL 15 here; Debian 12 has it")
    monkeypatch.setattr("kazasu.foundation.postgres.binaries._folders", lambda: iter([folder]))
    postgres = EmbeddedPostgres(scratch / "oldest", {"fsync": "off"})
    try:
        server = postgres.start()
        with psycopg.connect(server.url()) as connection:
            assert connection.info.server_version // 10000 == OLDEST
        for room in ROOMS:
            prepare_schema(server.url(), room, migrations(room), password="x", founder=True)
    finally:
        postgres.destroy()

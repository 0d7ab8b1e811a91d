"""What ``found nginx`` writes, and what nginx makes of it."""

import argparse
import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.support.production import CHARTERS, NGINX, WebAuthority, charter

from kazasu.cli.found import proxy
from kazasu.cli.found.charter import read_charter
from kazasu.cli.processes.countries import free_port
from kazasu.foundation.faults import Refusal
from kazasu.foundation.http import http_client
from kazasu.foundation.web.edge.forwarding.front import HSTS


def charters_of(folder, *institutions, port=443):
    path = folder / "charter.toml"
    path.write_text(charter(institutions, port), "utf-8")
    return read_charter(path)


def listens(text):
    return re.findall(r"listen (\S+?)[ ;]", text)


def given(folder, **changes):
    values = {
        "charter": folder / "charter.toml", "upstream": ["unix:/run/a/web.socket", "127.0.0.1:8000"],
        "certificate": "/etc/ssl/a.pem", "key": "/etc/ssl/a.key", "logs": "/var/log/nginx",
        "listen_http": "80", "address": [],
    }  # fmt: skip
    return argparse.Namespace(**values | changes)


def test_a_configuration_names_what_lives_there_and_nothing_is_left_open(tmp_path):
    charters = charters_of(tmp_path, *CHARTERS["cities"])
    text = proxy.written(charters, given(tmp_path))
    assert "server_name sapporo.city.localhost yokohama.city.localhost;" in text
    assert text.count("server unix:/run/a/web.socket;") == text.count("server 127.0.0.1:8000;") == 1
    assert "@" not in text
    assert listens(text) == ["80", "[::]:80", "443", "[::]:443"]
    for header in ("Forwarded", "X-Forwarded-Host", "X-Real-IP"):
        assert f'proxy_set_header {header} "";' in text


@pytest.mark.parametrize(
    "changes",
    [
        {"certificate": "/a;b"}, {"key": "relative"}, {"logs": "/a b"},
        {"upstream": ["unix:/a; }"]}, {"upstream": ["host"]}, {"listen_http": "80; deny all"},
        {"listen_http": "host:80"}, {"address": ["1.1.1.1; return 200; #"]}, {"address": ["localhost"]},
    ],
)  # fmt: skip
def test_a_value_says_no_more_to_nginx_than_it_should(tmp_path, changes):
    charters = charters_of(tmp_path, "portal")
    with pytest.raises(Refusal):
        proxy.written(charters, given(tmp_path, **changes))


def test_addresses_are_written_as_nginx_reads_them(tmp_path):
    charters = charters_of(tmp_path, "portal", port=8443)
    text = proxy.written(charters, given(tmp_path, address=["::1", "127.0.0.1"]))
    assert listens(text) == ["[::1]:80", "127.0.0.1:80", "[::1]:8443", "127.0.0.1:8443"]
    text = proxy.written(charters, given(tmp_path, address=["::1"], listen_http="192.0.2.1:8080"))
    assert listens(text) == ["192.0.2.1:8080", "[::1]:8443"]


def test_a_terminal_is_reached_from_its_own_machine(tmp_path):
    """Whoever holds its page open tries PINs of the card that lies there."""
    desk = charters_of(tmp_path, "terminal")
    assert listens(proxy.written(desk, given(tmp_path))) == ["127.0.0.1:80", "127.0.0.1:443"]
    both = charters_of(tmp_path, "terminal", "portal")
    open_to_all = [
        (desk, {"address": ["192.0.2.1"]}),
        (desk, {"listen_http": "0.0.0.0:80"}),
        (both, {}),
    ]
    for charters, changes in open_to_all:
        with pytest.raises(Refusal) as refused:
            proxy.written(charters, given(tmp_path, **changes))
        assert refused.value.fault.code == "cli.desk-on-the-network"


# ---------------------------------------------------------------- nginx itself


@contextmanager
def nginx(folder, upstream):
    """The portal's name behind a real nginx: ports of http and https, and who trusts its certificate."""
    http, https = free_port(), free_port()
    web = WebAuthority(folder)
    certificate, key = web.site(["portal.localhost"])
    changes = {
        "upstream": [upstream], "certificate": str(certificate), "key": str(key), "logs": str(folder),
        "address": ["127.0.0.1"], "listen_http": f"127.0.0.1:{http}",
    }  # fmt: skip
    text = proxy.written(charters_of(folder, "portal", port=https), given(folder, **changes))
    (folder / "site.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = " ".join(
        f"{part}_temp_path {folder}/{part};"
        for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/main.log;\n"
        f"events {{}}\nhttp {{ access_log {folder}/all.log; {temporary} include {folder}/site.conf; }}\n"
    )
    with subprocess.Popen([NGINX, "-c", folder / "nginx.conf"]) as process:
        try:
            with http_client(10.0, authorities=str(web.file)) as client:
                until = time.monotonic() + 20
                while not _answers(client, f"http://portal.localhost:{http}/"):
                    assert time.monotonic() < until
                    time.sleep(0.05)
                yield client, http, https
        finally:
            process.terminate()
            process.wait(timeout=10)


def _answers(client, address):
    try:
        client.get(address)
    except httpx.TransportError:
        return False
    return True


@pytest.mark.skipif(shutil.which(NGINX) is None, reason="nginx-light is not installed")
def test_with_the_house_away_nothing_secret_is_logged_and_https_is_still_for_good(tmp_path):
    with nginx(tmp_path, f"unix:{tmp_path}/nobody.socket") as (client, http, https):
        plain = f"http://portal.localhost:{http}/callback?code=SECRET"
        led = client.get(plain)
        assert led.status_code == 308
        assert led.headers["location"] == f"https://portal.localhost:{https}/callback?code=SECRET"
        assert client.get(plain, headers={"host": "evil.example"}).status_code == 421
        for path, status in (("/callback?code=SECRET", 502), ("/healthz?code=SECRET", 404)):
            answer = client.get(f"https://portal.localhost:{https}{path}")
            assert answer.status_code == status
            assert answer.headers.get_list("strict-transport-security") == [HSTS]
    logs = {one.name: one.read_text() for one in Path(tmp_path).glob("*.log")}
    assert "/callback 502" in logs["kazasu_portal.access.log"]
    assert not [name for name, text in logs.items() if "SECRET" in text]

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
from tests.support.production import CHARTERS, HOSTS, NGINX, WebAuthority, charter

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
    assert listens(text) == ["80", "[::]:80", "127.0.0.1:80", "443", "[::]:443", "127.0.0.1:443"]
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
def nginx(folder, upstream, *places, **asked):
    """The names of these places (one configuration each) behind a real nginx: ports of http and https, and who trusts them."""
    http, https = free_port(), free_port()
    web = WebAuthority(folder)
    certificate, key = web.site([f"{HOSTS[one]}.localhost" for one in places])
    for n, place in enumerate(places):
        own = folder / place
        own.mkdir()
        changes = {
            "upstream": [upstream], "certificate": str(certificate), "key": str(key), "logs": str(folder),
            "listen_http": str(http),
        } | asked  # fmt: skip
        text = proxy.written(charters_of(own, place, port=https), given(own, **changes))
        (folder / f"{n}.site.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = " ".join(
        f"{part}_temp_path {folder}/{part};"
        for part in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/main.log;\n"
        f"events {{}}\nhttp {{ access_log {folder}/all.log; {temporary} include {folder}/*.site.conf; }}\n"
    )
    with subprocess.Popen([NGINX, "-c", folder / "nginx.conf"]) as process:
        try:
            with http_client(10.0, authorities=str(web.file)) as client:
                until = time.monotonic() + 20
                while not _answers(client, f"http://{HOSTS[places[0]]}.localhost:{http}/"):
                    assert process.poll() is None, (folder / "main.log").read_text()
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
    with nginx(tmp_path, f"unix:{tmp_path}/nobody.socket", "portal") as (client, http, https):
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


@pytest.mark.skipif(shutil.which(NGINX) is None, reason="nginx-light is not installed")
def test_all_places_of_one_machine_are_reached_beside_a_terminal(tmp_path):
    """A trial on one machine: the terminal's 127.0.0.1 would take what comes there for all the others, and say 421."""
    places = ("portal", "terminal", "identity")
    with nginx(tmp_path, f"unix:{tmp_path}/nobody.socket", *places) as (client, http, https):
        for place in places:
            host = f"{HOSTS[place]}.localhost"
            assert client.get(f"http://{host}:{http}/").status_code == 308
            answer = client.get(f"https://{host}:{https}/x")
            assert answer.status_code == 502, place  # its own house, which is away
    for place in places:
        log = (tmp_path / f"kazasu_{place}.access.log").read_text()
        assert f"{HOSTS[place]}.localhost/x 502" in log

"""A production as docs/production.md founds it: places with keys and databases of their own, nginx before them, real commands."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import psycopg
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from kazasu.card.chip.image import CardBox
from kazasu.card.chip.machine import Card
from kazasu.card.transports.own_pcscd import OwnPcscd
from kazasu.cli.commands import run
from kazasu.cli.processes.countries import free_port
from kazasu.exchange.directory import read_directory
from kazasu.foundation.http import http_client
from kazasu.foundation.postgres import EmbeddedPostgres
from kazasu.foundation.time.clock import SystemClock
from kazasu.foundation.values.numbers import IndividualNumber, ResidentRecordCode
from kazasu.society.stories.browser import Browser
from kazasu.society.stories.moving import PASSWORD, PIN
from kazasu.society.stories.stage import Stage

NGINX = "/usr/sbin/nginx"
YOKOHAMA, SAPPORO = "141003", "011002"


@dataclass(frozen=True)
class Someone:
    """A resident who is on a file, and may hold a card."""

    number: int
    city: str
    household: int
    name: str
    kana: str
    born: date
    sex: str
    relationship: str
    card: str = ""
    protected: bool = False

    @property
    def record_code(self):
        return ResidentRecordCode.from_body(f"{8_000_000_000 + self.number}")

    @property
    def individual_number(self):
        return IndividualNumber.from_body(f"{88_000_000_000 + self.number}")

    @property
    def card_id(self):
        return f"{self.city}-{int(f'{self.number}1'):010}"

    @property
    def address(self):
        return {
            YOKOHAMA: ("神奈川県", "横浜市中区", "日本大通", "１番地", "2310021"),
            SAPPORO: ("北海道", "札幌市中央区", "北一条西", "２丁目１番地", "0600001"),
        }[self.city]

    def row(self):
        prefecture, city, town, block, postcode = self.address
        return {
            "atenabango": f"{self.number}1", "kojinbango": self.individual_number.reveal(duty="test"),
            "shimei": self.name, "shimei_furigana": self.kana, "seibetsu": self.sex,
            "seinengappi": self.born.isoformat(), "jusho_shikuchosonkodo": self.city,
            "jusho_todofuken": prefecture, "jusho_shikugunchosonmei": city, "jusho_choaza": town,
            "jusho_banchigohyoki": block, "jusho_yubinbango": postcode,
            "setaibango": f"{self.household}1", "juminhyokodo": self.record_code,
            "zokugara": self.relationship, "juminninattanengappi": "2020-04-01",
            "jushoosadametanengappi": "2020-04-01", "honseki": f"{prefecture}{city}{town}",
            "hittosha": self.name, "kojinbangokado": "1" if self.card else "0",
            "shiensochi": "1" if self.protected else "",
        }  # fmt: skip


PEOPLE = (
    Someone(1, YOKOHAMA, 900, "佐藤　花子", "サトウ　ハナコ", date(1988, 5, 3), "2", "世帯主", "hanako"),
    Someone(2, YOKOHAMA, 900, "佐藤　陽翔", "サトウ　ハルト", date(2019, 8, 1), "1", "子"),
    Someone(3, YOKOHAMA, 901, "鈴木　真理", "スズキ　マリ", date(1979, 1, 9), "2", "世帯主", "mari"),
    Someone(4, SAPPORO, 902, "木村　直子", "キムラ　ナオコ", date(1983, 11, 30), "2", "世帯主", "naoko"),
    Someone(5, SAPPORO, 903, "中村　結衣", "ナカムラ　ユイ", date(1990, 2, 2), "2", "世帯主", protected=True),
)  # fmt: skip


def write_residents(path, people):
    rows = [one.row() for one in people]
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, rows[0])
        table.writeheader()
        table.writerows(rows)
    return path


class WebAuthority:
    """The authority of the sites' https: not the ceremony's, and not a public one."""

    def __init__(self, folder):
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test web authority")])
        self.file = folder / "web-ca.pem"
        self.file.write_bytes(self._signed(self._name, self._key, [], ca=True))

    def site(self, names, file="site"):
        """Certificate and key for these names, as files."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "site")])
        certificate, secret = self._folder / f"{file}.pem", self._folder / f"{file}.key"
        certificate.write_bytes(self._signed(subject, key, names, ca=False))
        secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return certificate, secret

    def _signed(self, subject, key, names, *, ca):
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()),
                critical=False,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
        )
        if names:
            alternatives = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
            builder = builder.add_extension(alternatives, critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(Encoding.PEM)


CHARTERS = {
    "jlis": ("jpki", "jukinet"),
    "digital": ("identity", "portal"),
    "cities": (f"city:{YOKOHAMA}", f"city:{SAPPORO}"),
    "desk": ("terminal",),
}
HOSTS = {
    "jpki": "jpki", "jukinet": "jukinet", "identity": "id", "portal": "portal",
    f"city:{YOKOHAMA}": "yokohama.city", f"city:{SAPPORO}": "sapporo.city", "terminal": "terminal",
}  # fmt: skip
CITIES = {
    YOKOHAMA: ("横浜市", "Yokohama", "神奈川県", "Kanagawa-ken"),
    SAPPORO: ("札幌市", "Sapporo", "北海道", "Hokkaido"),
}


def charter(institutions, port):
    """The TOML that an operator would write."""
    lines = []
    for one in institutions:
        lines += [
            "[[institution]]",
            f'id = "{one}"',
            f'origin = "https://{HOSTS[one]}.localhost:{port}"',
        ]
        kind, _, code = one.partition(":")
        if kind == "city":
            ja, en, prefecture, roman = CITIES[code]
            lines += [
                f'name = ["{ja}", "{en}"]', f'prefecture = ["{prefecture}", "{roman}"]',
                "[[institution.offices]]", 'id = "hall"', f'name = ["{ja}役所", "{en} City Hall"]',
                f'address = "{prefecture}{ja}本庁舎１階"', "places = 4",
            ]  # fmt: skip
    return "\n".join(lines) + "\n"


RECEIVER = "velo.localhost"


class Production:
    """Folders, commands and processes of one production."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.port = free_port()
        self.http_port = free_port()
        self.receiver_port = free_port()
        self.inside = f"{RECEIVER}:{self.receiver_port}=127.0.0.1"
        """Where a relying party may be told of things on this machine."""
        self.server = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
        self.web = WebAuthority(folder)
        (folder / "passphrase").write_text("a passphrase of the test\n")
        (folder / "passphrase").chmod(0o600)
        for place, institutions in CHARTERS.items():
            (folder / place).mkdir()
            (folder / place / "charter.toml").write_text(charter(institutions, self.port), "utf-8")
            with psycopg.connect(self.server.url(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {place}")

    # ------------------------------------------------------------ commands

    def environment(self, place):
        return {
            "KAZASU_MODE": "production",
            "KAZASU_SCHEME": "https",
            "KAZASU_DATA": str(self.folder / place),
            "KAZASU_DATABASE_URL": self.server.url(place),
            "KAZASU_PKI_PASSPHRASE_FILE": str(self.folder / "passphrase"),
            "KAZASU_PROXIES": "unix",
            "KAZASU_SOCKET": str(self.folder / place / "web.socket"),
            "KAZASU_AUTHORITIES": str(self.web.file),
            "KAZASU_READER": "pcsc",
            "KAZASU_INQUIRY_TIMEOUT_SECONDS": "20",
            "KAZASU_PARTIES_INSIDE": self.inside,
        }

    def command(self, place, *words, refused=False):
        """``./kazasu …`` as this place's operator runs it."""
        with patch.dict(os.environ, self.environment(place)):
            assert run([str(word) for word in words]) == (2 if refused else 0), words

    def found(self, people=PEOPLE):
        """docs/production.md, steps 1 to 5."""
        self.command("jlis", "pki", "ceremony", "--organisation", "Kazasu trial", "--agency", "Trial office")  # fmt: skip
        requests = []
        for place in CHARTERS:
            self.command(place, "found", "keys", self.folder / place / "charter.toml")
            requests += sorted((self.folder / place / "requests").iterdir())
        self.command("jlis", "found", "certify", *requests)
        for place in CHARTERS:
            if place != "jlis":
                shutil.copy(self.folder / "jlis" / "directory.json", self.folder / place)
        self.command("digital", "found", "clients")
        for code in CITIES:
            residents = write_residents(
                self.folder / f"{code}.csv", [one for one in people if one.city == code]
            )
            registrations = self.folder / f"{code}.jws"
            self.command(
                "cities", "found", "city", self.folder / "cities" / "charter.toml", residents,
                "--city", f"city:{code}", "--registrations", registrations,
            )  # fmt: skip
            self.command("jlis", "found", "registrations", registrations)

    # ------------------------------------------------------------ processes

    def open(self, environment):
        """nginx, then every place in a process of its own; returns when all answer by https."""
        self.stack.enter_context(self._nginx())
        processes = [
            self.stack.enter_context(self._served(place, environment)) for place in CHARTERS
        ]
        with http_client(60.0, authorities=str(self.web.file)) as client:
            until = time.monotonic() + 120
            for (
                host
            ) in HOSTS.values():  # a socket is bound before its rooms are open: who asks then waits
                while client.get(f"https://{host}.localhost:{self.port}/").status_code >= 500:
                    assert time.monotonic() < until, f"{host} does not open"
                    assert all(one.poll() is None for one in processes), self.logs()
                    time.sleep(0.3)

    def logs(self):
        return "\n".join(
            (self.folder / place / "log").read_text("utf-8", "replace")[-2000:]
            for place in CHARTERS
        )

    @contextmanager
    def _served(self, place, environment):
        command = [sys.executable, "-m", "kazasu", "serve", *CHARTERS[place]]
        with (
            (self.folder / place / "log").open("wb") as log,
            subprocess.Popen(
                command, stdout=log, stderr=log,
                env=os.environ | self.environment(place) | dict(environment),
            ) as process,
        ):  # fmt: skip
            try:
                yield process
            finally:
                process.terminate()
                process.wait(timeout=30)

    @contextmanager
    def _nginx(self):
        """With the configuration that the command writes for each place, and no word of ours in it."""
        certificate, key = self.web.site([f"{host}.localhost" for host in HOSTS.values()])
        servers = []
        for place in CHARTERS:
            file = self.folder / f"{place}.conf"
            done = subprocess.run(
                [
                    sys.executable, "-m", "kazasu", "found", "nginx",
                    self.folder / place / "charter.toml",
                    "--upstream", f"unix:{self.folder / place / 'web.socket'}",
                    "--certificate", certificate, "--key", key, "--logs", self.folder,
                    "--listen-http", f"127.0.0.1:{self.http_port}", "--address", "127.0.0.1",
                ],
                env=os.environ | self.environment(place), capture_output=True, check=True,
            )  # fmt: skip
            file.write_bytes(done.stdout)
            servers.append(f"include {file};")
        main = self.folder / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        main.write_text(
            f"{user} daemon off; pid {self.folder}/nginx.pid; error_log {self.folder}/nginx.log;\n"
            "events { worker_connections 256; }\n"
            f"http {{ client_body_temp_path {self.folder}/t1; proxy_temp_path {self.folder}/t2;\n"
            f"fastcgi_temp_path {self.folder}/t3; uwsgi_temp_path {self.folder}/t4;\n"
            f"scgi_temp_path {self.folder}/t5;\n" + "\n".join(servers) + "\n}\n"
        )
        subprocess.run([NGINX, "-t", "-q", "-c", main], check=True)
        with subprocess.Popen([NGINX, "-c", main]) as process:
            try:
                yield
            finally:
                process.send_signal(signal.SIGQUIT)
                process.wait(timeout=10)

    # ------------------------------------------------------------ people

    def make_cards(self, people=PEOPLE):
        """With the command for a trial without the factory; then each holder chooses the PINs of the stories."""
        for code in CITIES:
            self.command("jlis", "found", "cards", f"city:{code}", self.folder / f"{code}.csv")
        box = CardBox(self.folder / "jlis" / "cards")
        for one in people:
            if one.card:
                box.save(_with_chosen_pins(box.load(one.card_id)))
        return box

    def stage(self):
        directory = read_directory(self.folder / "jlis" / "directory.json", SystemClock())
        return TlsStage(directory, SystemClock(), lambda _: None, authorities=str(self.web.file))


def _with_chosen_pins(image):
    chosen = {
        ("jpki", "18"): PIN,
        ("jpki", "1B"): PASSWORD,
        ("text", "11"): PIN,
        ("juki", "1C"): PIN,
    }
    for (application, number), value in chosen.items():
        image.applications[application].pins[number].value = value
    return image


@dataclass
class TlsStage(Stage):
    """By https, and nobody moves the clock."""

    authorities: str = ""

    def browser(self):
        self.browsers.append(Browser(http_client(30.0, authorities=self.authorities)))
        return self.browsers[-1]

    def set_day(self, day):
        """The country's day is the machine's: who moved in came today."""


class Desk:
    """A reader with one slot, behind pcscd: cards are laid on it and taken off by hand."""

    def __init__(self, box):
        self._box = box
        self._chip = None
        self.service = OwnPcscd([lambda: self._chip])

    @contextmanager
    def holding(self, card):
        self._chip = Card(self._box.load(card), self._box.save)
        assert self.service.wait(0, present=True), "pcscd sees no card"
        try:
            yield
        finally:
            self._chip = None
            assert self.service.wait(0, present=False), "pcscd keeps the card"

    def close(self):
        self.service.close()

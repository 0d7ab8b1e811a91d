"""What a place of a production needs besides a country: who ends TLS, where they meet, whom it trusts, whom it finds."""

import grp
import shutil
import socket
import ssl
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from kazasu.cli.launcher.findings import Finding, Words, judged
from kazasu.exchange.directory import read_directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import SystemClock

_PAGE: Final = "docs/production.md"
_PROXY: Final = "www-data"
"""nginx's group in Debian; another system's is put into the command by hand."""


def production(settings: Settings) -> list[Finding]:
    found = [_https(settings), _nginx()]
    if settings.socket:
        found.append(_socket(Path(settings.socket).parent))
    if settings.authorities:
        found.append(_authorities(settings.authorities))
    if settings.pki_passphrase_file:
        found.append(_passphrase(settings))
    return [*found, *_names(settings)]


def _https(settings: Settings) -> Finding:
    """Origins are https, and somebody is believed who says that a request came so."""
    use: Words = ("利用者の https", "https for who comes")
    told = f"KAZASU_SCHEME={settings.scheme}, KAZASU_PROXIES={settings.proxies or '–'}"
    good = settings.scheme == "https" and bool(settings.proxies)
    return Finding("proxy.https", judged(good=good, needed=True), (told, told), use, "" if good else _PAGE)  # fmt: skip


def _nginx() -> Finding:
    use: Words = ("TLS を終える代理（ほかの代理でもよい）", "the proxy that ends TLS; another does as well")  # fmt: skip
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    told = found or "–"
    help_ = "" if found else "apt-get install nginx-light"
    return Finding("proxy.nginx", judged(good=bool(found), needed=False), (told, told), use, help_)


def _socket(folder: Path) -> Finding:
    """The folder decides who may speak in everybody's name: its owner's, and its group's, and nobody else's."""
    use: Words = ("代理がこのソケットへ来る", "the proxy comes to this socket")
    help_ = f'install -d -m 2750 -o "$(id -un)" -g {_PROXY} {folder}'
    if not folder.is_dir():
        told: Words = (f"{folder}: ありません", f"{folder}: not there")
        return Finding("proxy.socket", "broken", told, use, help_)
    found = folder.stat()
    mode = stat.S_IMODE(found.st_mode)
    group = str(found.st_gid)
    with suppress(KeyError):
        group = grp.getgrgid(found.st_gid).gr_name
    shown = f"{folder}: {mode:04o}, {group}"
    good = bool(mode & stat.S_ISGID) and mode & 0o050 == 0o050 and not mode & 0o027
    return Finding("proxy.socket", judged(good=good, needed=True), (shown, shown), use, "" if good else help_)  # fmt: skip


def _authorities(file: str) -> Finding:
    use: Words = ("ほかの機関への https", "https to other institutions")
    try:
        count = len(ssl.create_default_context(cafile=file).get_ca_certs())
        told: Words = (f"{file}: 認証局 {count}", f"{file}: {count} authorities")
    except (OSError, ssl.SSLError) as error:
        why = f"{file}: {error.strerror or error}"
        return Finding("authorities", "broken", (why, why), use, f"openssl x509 -in {file} -noout -subject")  # fmt: skip
    return Finding("authorities", "ok", told, use)


def _passphrase(settings: Settings) -> Finding:
    """Read to see that it can be, and shown to nobody."""
    use: Words = ("認証局の鍵", "the authorities' keys")
    file = settings.pki_passphrase_file
    help_ = f"umask 077; openssl rand -base64 32 > {file}"
    try:
        settings.pki_passphrase()
        mode = stat.S_IMODE(Path(file).stat().st_mode)
    except OSError as error:
        why = f"{file}: {error.strerror}"
        return Finding("pki.passphrase", "broken", (why, why), use, help_)
    except Refusal as refusal:
        told = (refusal.title.ja, refusal.title.en)
        return Finding("pki.passphrase", "broken", told, use, help_)
    good = not mode & 0o077
    shown = f"{file}: {mode:04o}"
    return Finding("pki.passphrase", judged(good=good, needed=True), (shown, shown), use, "" if good else f"chmod go= {file}")  # fmt: skip


def _names(settings: Settings) -> list[Finding]:
    """Can this machine find the other institutions? What ends in ``localhost`` is this machine (RFC 6761 §6.3)."""
    use: Words = ("ほかの機関への問い合わせと文書", "letters and inquiries to other institutions")
    try:
        entries = list(read_directory(settings.directory_file, SystemClock()))
    except (FileNotFoundError, Refusal):
        return []  # told as data.country
    unknown = sorted({entry.host for entry in entries if not _resolves(entry.host)})
    told: Words = (f"名簿の {len(entries)} 機関の名前が引けます", f"the names of {len(entries)} institutions are known")  # fmt: skip
    if unknown:
        shown = ", ".join(unknown[:5]) + (", …" if len(unknown) > 5 else "")
        told = (f"引けない名前: {shown}", f"not known here: {shown}")
    return [Finding("names.directory", judged(good=not unknown, needed=True), told, use,
                    f"getent hosts {unknown[0]}" if unknown else "")]  # fmt: skip


def _resolves(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    with suppress(OSError):
        return bool(socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM))
    return False

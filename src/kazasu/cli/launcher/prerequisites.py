"""What the tests need beyond Python packages: Debian packages, axe-core and foreign tools from npm."""

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kazasu.cli.launcher.messages import Trouble, tell


@dataclass(frozen=True)
class Need:
    """A Debian package, and a file that shows it is there."""

    package: str
    sign: str
    """A program's name, or a path pattern below ``/``."""
    use: str

    def met(self) -> bool:
        if "/" not in self.sign:
            return shutil.which(self.sign) is not None
        return any(Path("/").glob(self.sign.removeprefix("/")))


NEEDS = (
    Need("chromium-headless-shell", "chromium-headless-shell", "browser tests"),
    Need("fonts-ipamj-mincho", "/usr/share/fonts/**/ipamjm.ttf", "names on paper"),
    Need("fonts-morisawa-bizud-gothic", "/usr/share/fonts/**/BIZUDGothic*", "text on paper"),
    Need("fonts-morisawa-bizud-mincho", "/usr/share/fonts/**/BIZUD*Mincho*", "text on paper"),
    Need("pcscd", "pcscd", "card readers"),
    Need("vsmartcard-vpcd", "/usr/lib/pcsc/drivers/**/libifdvpcd*", "a virtual reader for other programs"),
    Need("opensc", "pkcs15-tool", "other people's card tools"),
    Need("openssl", "openssl", "other people's verification"),
    Need("libnss3-tools", "modutil", "other people's certificate store"),
    Need("libengine-pkcs11-openssl", "/usr/lib/*/engines-3/pkcs11.so", "TLS with the card's key"),
    Need("softhsm2", "softhsm2-util", "authorities' keys in a PKCS #11 token"),
    Need("xmlsec1", "xmlsec1", "other people's verification"),
    Need("libpcsclite-dev", "/usr/include/PCSC/winscard.h", "building pyscard"),
    Need("swig", "swig", "building pyscard"),
    Need("build-essential", "cc", "building pyscard"),
    Need("python3-dev", "/usr/include/python3*/Python.h", "building pyscard"),
    Need("poppler-utils", "pdftotext", "reading the printed forms"),
    Need("nginx-light", "/usr/sbin/nginx", "production behind a reverse proxy"),
    Need("apache2-bin", "/usr/sbin/apache2", "other people's relying party"),
    Need("libapache2-mod-auth-openidc", "/usr/lib/apache2/modules/mod_auth_openidc.so", "other people's relying party"),
    Need("npm", "npm", "axe-core, other people's OpenID programs"),
)  # fmt: skip
_BUILDS_READER = {"libpcsclite-dev", "swig", "build-essential"}

AXE = "axe-core@4.14.1"
AXE_SHA512 = (
    "1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b73"
    "4f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5"
)


def prepare_tests(root: Path, *, strict: bool) -> str:
    """Install what may be installed, name what is missing. Returns the lock file to use.

    Raises:
        Trouble: ``strict`` and something is still missing.
    """
    missing = _install_missing()
    if not _axe(root):
        missing.append("axe-core (npm)")
    if not _foreign(root):
        missing.append("tests/foreign (npm)")
    if missing:
        names = " ".join(missing)
        text = (
            f"足りないもの: {names} — それを使うテストは飛ばします。",
            f"Missing: {names} — tests that use them are skipped.",
        )
        if strict:
            raise Trouble(*text)
        tell(*text)
    return "dev" if _BUILDS_READER & set(missing) else "reader"


def _install_missing() -> list[str]:
    missing = [need.package for need in NEEDS if not need.met()]
    apt = shutil.which("apt-get")
    if not missing or apt is None:
        return missing
    if os.geteuid() != 0:
        command = f"sudo apt-get install --no-install-recommends {' '.join(missing)}"
        tell(f"次で入ります: {command}", f"To install them: {command}")
        return missing
    tell(
        f"Debian パッケージを入れています: {' '.join(missing)}",
        f"Installing Debian packages: {' '.join(missing)}",
    )
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        done = subprocess.run(  # noqa: S603 - package names are ours
            [apt, *step], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            tell(done.stderr.strip(), done.stderr.strip())
    return [need.package for need in NEEDS if not need.met()]


def _axe(root: Path) -> bool:
    """axe-core in ``.kazasu/axe-core``, taken from npm and checked against its known hash."""
    target = root / ".kazasu" / "axe-core"
    if (target / f"{AXE}.ok").exists():
        return True
    npm = shutil.which("npm")
    if npm is None:
        return False
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(  # noqa: S603
            [npm, "pack", "--silent", AXE], cwd=scratch, capture_output=True, text=True, check=False
        )
        packed = next(Path(scratch).glob("*.tgz"), None)
        if done.returncode != 0 or packed is None:
            tell(done.stderr.strip(), done.stderr.strip())
            return False
        digest = hashlib.sha512(packed.read_bytes()).hexdigest()
        if digest != AXE_SHA512:
            raise Trouble(
                f"{AXE} の中身が記録と違います（sha512 {digest}）。",
                f"{AXE} is not what was recorded (sha512 {digest}).",
            )
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(packed) as archive:
            for name in ("axe.min.js", "locales/ja.json", "LICENSE"):
                member = archive.extractfile(f"package/{name}")
                if member is not None:
                    (target / Path(name).name).write_bytes(member.read())
        (target / f"{AXE}.ok").touch()
    return True


def _foreign(root: Path) -> bool:
    """The programs of ``tests/foreign/package-lock.json``, each by its hash; no script of theirs runs."""
    folder = root / "tests" / "foreign"
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    mark = folder / "node_modules" / f".{lock}"
    if mark.exists():
        return True
    npm = shutil.which("npm")
    if npm is None:
        return False
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    done = subprocess.run(  # noqa: S603
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        tell(done.stderr.strip(), done.stderr.strip())
        return False
    mark.touch()
    return True

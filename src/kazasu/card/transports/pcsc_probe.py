"""The first program that asks a PC/SC service for its readers: does it take us, and are they there?

That its socket exists says neither: a service built with polkit has one, and turns everybody away who does not sit before the
machine (LudovicRousseau/PCSC issues 59 and 229).

Run as ``python pcsc_probe.py READER SECONDS`` with ``PCSCLITE_CSOCK_NAME`` set: libpcsclite reads it once a process, so ours
cannot ask. Needs nothing but the standard library. Exit status 0 when a reader with this in its name is there; otherwise 1, and
what the service said last.
"""

import ctypes
import sys
import time
from typing import Final

_LIBRARY: Final = "libpcsclite.so.1"
_SYSTEM_SCOPE: Final = 2
_WORDS: Final = {
    0x8010001D: "SCARD_E_NO_SERVICE",
    0x8010002E: "SCARD_E_NO_READERS_AVAILABLE",
    0x8010006A: "SCARD_W_SECURITY_VIOLATION",
}
"""What a service that is there may answer (pcsclite.h)."""


def readers(library: ctypes.CDLL) -> list[str]:
    """Names of the readers. Raises ``ConnectionError`` with the service's answer."""
    context = ctypes.c_long()
    _good(library.SCardEstablishContext(_SYSTEM_SCOPE, None, None, ctypes.byref(context)))
    try:
        length = ctypes.c_ulong(0)
        _good(library.SCardListReaders(context, None, None, ctypes.byref(length)))
        names = ctypes.create_string_buffer(length.value)
        _good(library.SCardListReaders(context, None, names, ctypes.byref(length)))
        return [name.decode() for name in names.raw[: length.value].split(b"\0") if name]
    finally:
        library.SCardReleaseContext(context)


def _good(answer: int) -> None:
    code = answer & 0xFFFFFFFF
    if code:
        raise ConnectionError(_WORDS.get(code, f"SCARD error {code:08X}"))


def main(reader: str, seconds: float) -> str:
    """Empty when the reader is there; otherwise why not."""
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError as error:
        return str(error)
    until, why = time.monotonic() + seconds, ""
    while time.monotonic() < until:
        try:
            found = readers(library)
        except ConnectionError as error:
            why = str(error)
        else:
            if any(reader in name for name in found):
                return ""
            why = f"{reader}: {', '.join(found)}"
        time.sleep(0.02)
    return why


if __name__ == "__main__":
    said = main(sys.argv[1], float(sys.argv[2]))
    print(said)
    sys.exit(1 if said else 0)

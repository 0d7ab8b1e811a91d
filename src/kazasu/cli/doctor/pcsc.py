"""Card readers: whether PC/SC answers, and what it sees. The card itself: ``kazasu card doctor``."""

from kazasu.card.transports.pcsc import readers_seen
from kazasu.cli.launcher.findings import Finding, Words, judged
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings


def readers(settings: Settings) -> list[Finding]:
    """Needed where the settings say that a real reader lies before the terminal (``KAZASU_READER=pcsc``)."""
    needed = settings.reader == "pcsc"
    use: Words = ("本物のカード（体験環境は仮想のカードで足ります）", "real cards (virtual ones do for the sandbox)")  # fmt: skip
    try:
        seen = readers_seen()
    except Refusal as refusal:
        told = (refusal.title.ja, refusal.title.en)
        help_ = "apt-get install pcscd libpcsclite-dev swig build-essential python3-dev && ./kazasu test --help"  # fmt: skip
        return [Finding("reader.pcsc", judged(good=False, needed=needed), told, use, help_)]
    shown = ", ".join(seen)
    return [Finding("reader.pcsc", "ok", (shown, shown), use, "./kazasu card doctor")]

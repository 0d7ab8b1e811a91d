"""What production refuses of a directory: a sandbox's authorities and doors, and certificates for other keys than ours."""

from cryptography import x509
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey

from kazasu.app.faults import OTHER_KEYS, SANDBOX_DIRECTORY
from kazasu.app.process import directory_of
from kazasu.app.rooms import ROOMS, Selection, room_of
from kazasu.exchange.directory import Directory, KeyUse, read_directory
from kazasu.exchange.keys import read_institution
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.foundation.time.clock import Clock, SystemClock
from kazasu.jpki.authorities.hierarchy import is_of_sandbox


def opened_directory(settings: Settings, selection: Selection, clock: Clock) -> Directory:
    """As :func:`kazasu.app.process.directory_of`, before anything is made; production looks closer.

    Raises Refusal also ``app.sandbox-directory``, ``app.other-keys``.
    """
    directory = directory_of(settings, selection, clock)
    if not settings.sandbox:
        refuse_sandbox_directory(settings, directory)
        for entry in directory:
            if selection.houses(entry.id):
                refuse_other_keys(settings, directory, entry.id)
    return directory


def refuse_sandbox_directory(settings: Settings, directory: Directory) -> None:
    """Raises Refusal ``app.sandbox-directory`` with what shows it."""
    found = [name for name in _organisations(directory) if is_of_sandbox(name)]
    for entry in directory:
        room = ROOMS.get(room_of(entry.id))
        if room is not None and room.sandbox_only:
            found.append(str(entry.id))
    if found:
        raise Refusal(SANDBOX_DIRECTORY, file=settings.directory_file, what=", ".join(found))


def is_of_production(settings: Settings) -> bool:
    """Does a directory lie here of https origins and an authority that is no sandbox's? For who forgot the mode."""
    try:
        directory = read_directory(settings.directory_file, SystemClock())
    except (FileNotFoundError, Refusal):
        return False
    if any(is_of_sandbox(name) for name in _organisations(directory)):
        return False
    return any(entry.origin.startswith("https://") for entry in directory)


def _organisations(directory: Directory) -> list[str]:
    """Of the institutions' authority."""
    authority = x509.load_pem_x509_certificate(directory.authority_pem.encode())
    names = authority.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return [str(name.value) for name in names]


def refuse_other_keys(settings: Settings, directory: Directory, institution: str) -> None:
    """Keys and directory come from different places: they must belong together, or nobody could read what is sealed
    to us. Raises Refusal ``app.other-keys``, and as :func:`read_institution`."""
    own = read_institution(settings.directory_file.parent / "keys", institution, directory)
    ours: dict[KeyUse, ECKey] = {
        "sign": own.sign_key,
        "seal": own.seal_key,
        "client": own.client_key,
    }
    other = [
        use
        for use, key in ours.items()
        if key.thumbprint() not in {one.thumbprint() for one in directory.keys(institution, use)}
    ]
    if other:
        raise Refusal(OTHER_KEYS, institution=institution, uses=", ".join(other))

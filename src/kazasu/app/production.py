"""What production refuses of a directory: a sandbox's authorities and doors."""

from cryptography import x509
from cryptography.x509.oid import NameOID

from kazasu.app.faults import SANDBOX_DIRECTORY
from kazasu.app.rooms import ROOMS, room_of
from kazasu.exchange.directory import Directory
from kazasu.foundation.faults import Refusal
from kazasu.foundation.settings import Settings
from kazasu.jpki.authorities.hierarchy import is_of_sandbox


def refuse_sandbox_directory(settings: Settings, directory: Directory) -> None:
    """In production. Raises Refusal ``app.sandbox-directory`` with what shows it."""
    if settings.sandbox:
        return
    authority = x509.load_pem_x509_certificate(directory.authority_pem.encode())
    names = authority.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    found = [str(name.value) for name in names if is_of_sandbox(str(name.value))]
    for entry in directory:
        room = ROOMS.get(room_of(entry.id))
        if room is not None and room.sandbox_only:
            found.append(str(entry.id))
    if found:
        raise Refusal(SANDBOX_DIRECTORY, file=settings.directory_file, what=", ".join(found))

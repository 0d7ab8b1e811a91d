"""INTER-Mediator's published adapter for the public service, unmodified, against a sandbox: by hand, outside the suite.

``INTER_MEDIATOR=<its source folder> python -m pytest -n 1 tests/foreign/inter_mediator.py``, with PHP 8.2 or later (curl, mbstring,
openssl). Its JOSE library is loaded by ``vendor/autoload.php`` of that folder, or by the file that ``INTER_MEDIATOR_AUTOLOAD`` names.
What it sends is replayed in the suite itself (``tests/identity/test_compatibility.py``).
"""

import os
import shutil
from pathlib import Path

from tests.identity.test_foreign_clients import FOREIGN, Foreign, issuer

__all__ = ["issuer"]


def test_it_signs_a_person_in_and_reads_all_four_attributes(issuer, person):
    source = Path(os.environ["INTER_MEDIATOR"])
    autoload = os.environ.get("INTER_MEDIATOR_AUTOLOAD", str(source / "vendor" / "autoload.php"))
    program = Foreign(
        shutil.which("php"), str(FOREIGN / "inter_mediator.php"), issuer, str(source), autoload
    )
    found = program.run(person("山田　颯太"))
    assert found["username"] == f"{found['sub']}@mynumbercard-sandbox"
    assert found["realname"] == "山田　颯太"
    assert found["birthdate"]
    assert found["gender"] in ("1", "2")

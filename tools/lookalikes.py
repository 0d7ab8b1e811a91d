"""Make the table of letters that look alike from Unicode's ``confusables.txt`` (UTS #39; Unicode License v3).

Usage: python tools/lookalikes.py FILE, that file of the Unicode version wanted. Comments are left out, nothing is added.
"""

import re
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/kazasu/foundation/values/typed/lookalikes.txt"
_ROW = re.compile(r"^([0-9A-F]+) ;\t([0-9A-F ]+?) ;\tMA\t")


def main(file: str) -> None:
    lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    version = next(line for line in lines if line.startswith("# Version: "))
    rows = [match.groups() for line in lines if (match := _ROW.match(line))]
    total = next(line for line in lines if line.startswith("# total: "))
    if total != f"# total: {len(rows)}":
        raise SystemExit(f"{len(rows)} rows read; the file says {total}")
    head = [
        "# Letter;what it looks like. Shortened from confusables.txt of UTS #39 by tools/lookalikes.py.",
        version,
        "# © 1991-2025 Unicode, Inc. Unicode License v3: lookalikes-LICENSE.txt.",
    ]
    body = [f"{letter};{like}" for letter, like in rows]
    TARGET.write_text("\n".join([*head, *body, ""]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])

"""``python -m tools.release VERSION``: record a release, so that upgrades have a beginning.

Writes version, date, commit and the SHA-256 of every migration to ``releases.toml``. From then on none of these files may change
(``tests/structure/test_releases.py``): a country that was founded with one is refused by a process that has another.
"""

import argparse
import hashlib
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
RELEASES = ROOT / "releases.toml"
SOURCE = ROOT / "src" / "kazasu"


def migrations() -> dict[str, str]:
    """SHA-256 of every migration, by its path below ``src/kazasu``."""
    files = sorted(SOURCE.rglob("migrations/**/*.sql"))
    return {
        str(file.relative_to(SOURCE)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }


def releases() -> list[dict[str, object]]:
    """All that were recorded, the oldest first."""
    return (
        tomllib.loads(RELEASES.read_text(encoding="utf-8"))["release"] if RELEASES.exists() else []
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    version = parser.parse_args().version
    if any(one["version"] == version for one in releases()):
        raise SystemExit(f"{version} is recorded already: a release is never changed")
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = [
        "", "[[release]]", f'version = "{version}"', f"date = {datetime.now(UTC).date()}",
        f'commit = "{head.stdout.strip()}"', "", "[release.migrations]",
        *(f'"{path}" = "{digest}"' for path, digest in migrations().items()),
    ]  # fmt: skip
    before = RELEASES.read_text(encoding="utf-8") if RELEASES.exists() else _HEAD
    RELEASES.write_text(before + "\n".join(lines) + "\n", encoding="utf-8")


_HEAD = """# What was released: version, date, the commit that it was made of, and the SHA-256 of each migration.
# Written by python -m tools.release; never edited.
"""


if __name__ == "__main__":
    main()

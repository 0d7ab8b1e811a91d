"""Make the kit's token sheet from the Digital Agency's design tokens (npm, MIT).

Usage: python tools/tokens.py [VERSION]. Needs npm. Writes src/kazasu/foundation/web/static/tokens.css.
"""

import io
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@digital-go-jp/design-tokens"
TARGET = Path(__file__).parent.parent / "src/kazasu/foundation/web/static/tokens.css"
FONT = '"Kazasu Gothic", "Noto Sans JP", "Hiragino Sans", "Yu Gothic UI", sans-serif'
LATIN_FIRST = f'"Kazasu Sans", {FONT}'
MONO = '"Kazasu Mono", "Noto Sans Mono", monospace'


def main(version: str = "1.1.9") -> None:
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{PACKAGE}@{version}"],
            cwd=folder, check=True, capture_output=True, text=True,
        )  # fmt: skip
        archive = Path(folder, packed.stdout.strip().splitlines()[-1]).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        member = tar.extractfile("package/dist/tokens.css")
        assert member is not None  # noqa: S101 - the package's documented file
        css = member.read().decode()
    css = re.sub(r"(--font-family-sans:)[^;]+;", rf"\1 {FONT};", css)
    css = re.sub(r"(--font-family-mono:)[^;]+;", rf"\1 {MONO};", css)
    # English pages have Latin letters of a Latin face; names in them are Japanese all the same.
    css += f"\n:root:lang(en) {{\n  --font-family-sans: {LATIN_FIRST};\n}}\n"
    head = f"/* From {PACKAGE} {version}, MIT licence (see NOTICE). Made by tools/tokens.py. */\n"
    TARGET.write_text(head + css, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

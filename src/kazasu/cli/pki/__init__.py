"""``kazasu pki``: ceremonies, what they made, and what happens to certificates afterwards.

One module a group of verbs; each has ``configure(verbs)``, which sets ``work`` on its parsers.
"""

import argparse

from kazasu.cli.pki import authorities, cards, certificates, institutions
from kazasu.foundation.text import Text

SUMMARY = Text("公開鍵基盤: セレモニー、検査、更新、一時停止、失効", "public-key infrastructure: ceremony, lint, renew, suspend, revoke")  # fmt: skip


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for group in (authorities, certificates, cards, institutions):
        group.configure(verbs)


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.work(arguments))

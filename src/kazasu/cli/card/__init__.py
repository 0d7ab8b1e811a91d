"""``kazasu card …``: virtual and real cards, in one's hand.

One module a group of verbs; each has ``configure(verbs)``, which sets ``work`` on its parsers.
"""

import argparse

from kazasu.cli.card import doctor, holding, serving, using
from kazasu.foundation.text import Text

SUMMARY = Text(
    "カードをつくる・読む・署名する・読取機に置く", "make, read, sign with and serve cards"
)


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for group in (using, holding, serving, doctor):
        group.configure(verbs)


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.work(arguments))

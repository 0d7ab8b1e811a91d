"""``kazasu found``: a production founding, each step at the place where it belongs (docs/production.md).

One module a party: ``entering`` (an institution makes its keys, the ceremony certifies them), ``cities`` (residents, and
their registration at the network), ``cards`` (for a trial without the factory's), ``posts`` (who works where, who may
ask), ``dismissing`` (who does no more), ``proxy`` (what stands in front).
"""

import argparse

from kazasu.cli.found import cards, cities, dismissing, entering, posts, proxy
from kazasu.foundation.text import Text

SUMMARY = Text(
    "本番を建てる: 鍵、名簿、住民、職員", "found a production: keys, directory, residents, staff"
)


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    for group in (entering, cities, cards, posts, dismissing, proxy):
        group.configure(verbs)


def run(arguments: argparse.Namespace) -> int:
    return int(arguments.work(arguments))

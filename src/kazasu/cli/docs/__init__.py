"""stub"""

import argparse

from kazasu.foundation.text import Text

SUMMARY = Text("説明書のサイトをつくる", "build the documentation's site")


def configure(parser: argparse.ArgumentParser) -> None: ...
def run(arguments: argparse.Namespace) -> int:
    return 0

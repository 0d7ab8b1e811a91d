"""What is wrong with how a command was written, in the words of the house: argparse tells it in English of its own.

Standard library only: the launcher asks, too, before anything is installed.
"""

import argparse
import re
from typing import Final, NoReturn

from kazasu.cli.launcher.findings import Words
from kazasu.cli.launcher.messages import tell

WRITTEN_WRONGLY: Final = 2
_OF_ONE: Final = r"(?:argument (?P<argument>[^:]+): )?"
_SAYINGS: Final[tuple[tuple[str, Words], ...]] = (
    (r"the following arguments are required: (?P<names>.*)",
     ("足りないもの: {names}", "missing: {names}")),
    (r"one of the arguments (?P<names>.*) is required",
     ("{names} のどれかひとつが要ります", "one of {names} is needed")),
    (r"unrecognized arguments: (?P<words>.*)",
     ("余分なもの: {words}", "more than it takes: {words}")),
    (r"ambiguous option: (?P<given>\S+) could match (?P<names>.*)",
     ("{given} だけでは決まりません。どちらか: {names}", "{given} may be any of these: {names}")),
    (r"unexpected option string: (?P<given>.*)",
     ("{given} はここには書けません", "{given} cannot stand here")),
    (rf"{_OF_ONE}expected one argument",
     ("{argument} には値が要ります", "{argument} needs a value")),
    (rf"{_OF_ONE}expected at most one argument",
     ("{argument} の値はひとつまでです", "{argument} takes one value at most")),
    (rf"{_OF_ONE}expected at least one argument",
     ("{argument} には値がひとつ以上要ります", "{argument} needs one value or more")),
    (rf"{_OF_ONE}expected (?P<count>\d+) arguments?",
     ("{argument} に要る値の数: {count}", "values that {argument} needs: {count}")),
    (rf"{_OF_ONE}invalid choice: (?P<value>.+?) \(choose from (?P<choices>.*)\)",
     ("{argument} に「{value}」はありません。あるもの: {choices}", "{argument} cannot be “{value}”; there are: {choices}")),
    (rf"{_OF_ONE}unknown parser (?P<value>.+?) \(choices: (?P<choices>.*)\)",
     ("{argument} に「{value}」はありません。あるもの: {choices}", "{argument} cannot be “{value}”; there are: {choices}")),
    (rf"{_OF_ONE}invalid int value: (?P<value>.*)",
     ("{argument} は整数で書きます。「{value}」は整数ではありません", "{argument} is a whole number, and “{value}” is none")),
    (rf"{_OF_ONE}invalid \w+ value: (?P<value>.*)",
     ("{argument} に「{value}」は書けません", "{argument} cannot be “{value}”")),
    (rf"{_OF_ONE}ignored explicit argument (?P<value>.*)",
     ("{argument} に値（{value}）は付けられません", "{argument} takes no value, and was given “{value}”")),
    (rf"{_OF_ONE}not allowed with argument (?P<other>.*)",
     ("{argument} と {other} は一緒に書けません", "{argument} and {other} cannot both be given")),
    (rf"{_OF_ONE}can't open (?P<value>.+?): (?P<cause>.*)",
     ("{argument} の「{value}」を開けません（{cause}）", "“{value}” of {argument} cannot be opened ({cause})")),
    (r"argument (?P<argument>[^:]+): (?P<range>[\d,]+–[\d,]+): (?P<value>.*)",
     ("{argument} は {range} の数です。「{value}」は違います", "{argument} is a number of {range}, and “{value}” is none")),
)  # fmt: skip
"""By what argparse writes, Python 3.11 to 3.14 (its source). The last: what the ``type=`` of a bounded number says."""
_QUOTED: Final = re.compile(r"'([^']*)'")


def why(message: str) -> Words:
    """``message``: as argparse hands it to ``error``."""
    for pattern, (ja, en) in _SAYINGS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            facts = {name: _QUOTED.sub(r"\1", fact or "") for name, fact in found.groupdict().items()}  # fmt: skip
            return ja.format_map(facts), en.format_map(facts)
    return message, message


class BareParser(argparse.ArgumentParser):
    """A command's before its packages are there. A line that does not fit ends the process with status 2."""

    def error(self, message: str) -> NoReturn:
        ja, en = why(message)
        tell(
            f"{self.prog} の書き方が違います（{ja}）。", f"{self.prog} is written otherwise ({en})."
        )
        tell(
            f"使い方は ./{self.prog} --help で見られます。",
            f"How it is written: ./{self.prog} --help",
        )
        raise SystemExit(WRITTEN_WRONGLY)

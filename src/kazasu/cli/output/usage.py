"""How a command is written: help in both languages, and what to do about a line that is written otherwise."""

import argparse
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, Final, NoReturn

from kazasu.cli.launcher.usage import why
from kazasu.cli.output.examples import examples_of, statuses_of
from kazasu.cli.output.refusals import BAD_USAGE, UNKNOWN_COMMAND, UNKNOWN_OPTION
from kazasu.cli.output.speech import bilingual, put
from kazasu.foundation.faults import Refusal
from kazasu.foundation.text import Text

PROGRAM: Final = "kazasu"
_EXAMPLES: Final = Text("例", "examples")
_STATUSES: Final = Text("終了状態", "exit status")
_HEADINGS: Final = (
    (r"^((?:\x1b\[[\d;]*m)*)usage:", Text("使い方", "usage")),
    (r"^((?:\x1b\[[\d;]*m)*)positional arguments:", Text("引数", "arguments")),
    (r"^((?:\x1b\[[\d;]*m)*)options:", Text("オプション", "options")),
)
"""argparse's own, plain or (from Python 3.14) coloured."""
_OPTION: Final = re.compile(r"(?<![\w-])--?[a-z][a-z-]*")


class _Help(argparse.Action):
    """argparse's own keeps quiet about a reader who has gone."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        put(parser.format_help())
        parser.exit()


class Parser(argparse.ArgumentParser):
    """One command's. A line that does not fit raises Refusal ``cli.bad-usage``, ``cli.unknown-command`` or
    ``cli.unknown-option``, and never ends the process by itself."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(add_help=False, **options)
        self.add_argument("-h", "--help", action=_Help, nargs=0, help="この説明 / this help")
        self.verbs: Any = None
        self.instead: Callable[[str], Refusal | None] = lambda _: None
        """What a command says itself of a word that is no option."""

    @property
    def command(self) -> str:
        """The words that name it, without the program's: ``card make``; empty for the whole."""
        return self.prog.removeprefix(PROGRAM).strip()

    def add_subparsers(self, **options: Any) -> Any:
        self.verbs = super().add_subparsers(**options)
        return self.verbs

    def format_help(self) -> str:
        examples = "\n".join(f"  ./kazasu {one}" for one in examples_of(self.command))
        statuses = "\n".join(
            f"  {status:>3}  {bilingual(meaning)}"
            for status, meaning in statuses_of(self.command).items()
        )
        self.epilog = f"{bilingual(_EXAMPLES)}:\n{examples}\n\n{bilingual(_STATUSES)}:\n{statuses}"
        told = super().format_help()
        for pattern, heading in _HEADINGS:
            told = re.sub(pattern, rf"\1{bilingual(heading)}:", told, flags=re.MULTILINE)
        return told

    def error(self, message: str) -> NoReturn:
        ja, en = why(message)
        raise Refusal(BAD_USAGE, command=self.prog, ja=ja, en=en)

    def parsed(self, words: Sequence[str]) -> argparse.Namespace:
        """Of the whole command line. Raises Refusal as the class says."""
        meant = self.meant(words)
        arguments, left = self.parse_known_args(words)
        for word in left:
            if word.startswith("-"):
                if told := meant.instead(word):
                    raise told
                raise Refusal(UNKNOWN_OPTION, given=word, command=meant.prog, near=meant.near(word))
        if left:
            meant.error(f"unrecognized arguments: {' '.join(left)}")
        return arguments

    def meant(self, words: Sequence[str]) -> "Parser":
        """Whose turn it is, by the words that name a command. Raises Refusal ``cli.unknown-command``."""
        if self.verbs is None or not words or words[0].startswith("-"):
            return self
        known = self.verbs.choices
        if words[0] not in known:
            near = get_close_matches(words[0], known, n=3) or known
            raise Refusal(UNKNOWN_COMMAND, given=words[0], near=", ".join(near), command=self.prog)
        meant: Parser = known[words[0]].meant(words[1:])
        return meant

    def near(self, option: str) -> str:
        """Options of this command that look like it; else all."""
        known = dict.fromkeys(_OPTION.findall(self.format_usage()))
        return ", ".join(get_close_matches(option.partition("=")[0], known, n=3) or known)

"""User-facing sentences: each exists in Japanese and in English, side by side in the code."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages. May hold ``{named}`` places filled by :meth:`fill`."""

    ja: str
    en: str

    def __post_init__(self) -> None:
        if not self.ja.strip() or not self.en.strip():
            raise ValueError("a user-facing text needs both languages")

    def __iter__(self) -> Iterator[str]:
        return iter((self.ja, self.en))

    def fill(self, **facts: object) -> "Text":
        """The sentence with its named places filled; a missing fact raises ``KeyError``."""
        return Text(self.ja.format_map(facts), self.en.format_map(facts))

    def to(self, language: Language) -> str:
        return self.ja if language == "ja" else self.en

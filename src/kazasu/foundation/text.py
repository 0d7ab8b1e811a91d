"""User-facing sentences: each exists in Japanese and in English, side by side in the code.

Where one is longer than a line it may have a third form, やさしい日本語: short sentences in everyday words, for who reads a
little Japanese (Immigration Services Agency and Agency for Cultural Affairs, guidelines of 2020). It is Japanese still:
where there is none the Japanese sentence stands in its place.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["ja", "en"]
LANGUAGES: tuple[Language, ...] = ("ja", "en")
Words = Literal["ja", "easy", "en"]
"""What a reader may choose: a language, and of Japanese the easy form."""
WORDS: Final[tuple[Words, ...]] = ("ja", "easy", "en")


EASY_LOCALE: Final = "ja-x-easy"
"""やさしい日本語 as a tag of private use (RFC 5646 §2.2.7): no registered one says it."""


def language_of_words(words: Words) -> Language:
    return "en" if words == "en" else "ja"


def locales_of_words(words: Words) -> str:
    """As OpenID Connect's ``ui_locales`` says it: the tag, and what to fall back to."""
    return f"{EASY_LOCALE} ja" if words == "easy" else words


def words_of_locale(locale: str) -> Words | None:
    """What we have for a BCP 47 tag; None for a language that we do not speak."""
    tag = locale.lower()
    if tag == EASY_LOCALE:
        return "easy"
    return next((one for one in LANGUAGES if tag.partition("-")[0] == one), None)


def words_of_locales(locales: str) -> Words | None:
    """The first that we speak of ``ui_locales`` (tags with blanks between, the best one first)."""
    return next((words for one in locales.split() if (words := words_of_locale(one))), None)


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages. May hold ``{named}`` places filled by :meth:`fill`."""

    ja: str
    en: str
    easy: str = ""
    """In やさしい日本語; empty: as ``ja``."""

    def __post_init__(self) -> None:
        if not self.ja.strip() or not self.en.strip():
            raise ValueError("a user-facing text needs both languages")

    def __iter__(self) -> Iterator[str]:
        """In both languages: what travels and what is kept."""
        return iter((self.ja, self.en))

    def fill(self, **facts: object) -> "Text":
        """The sentence with its named places filled; a missing fact raises ``KeyError``."""
        return Text(*(one.format_map(facts) for one in (self.ja, self.en, self.easy)))

    def to(self, words: Words) -> str:
        if words == "en":
            return self.en
        return (self.easy or self.ja) if words == "easy" else self.ja

"""In which words a page is read: the language, やさしい日本語, and readings (ふりがな) over the kanji."""

"""What holds on every page, whoever looks and in both languages: by its text all of them, by its layout a sample.

With ``--deep`` every page is laid out, at both widths.
"""

import random
from urllib.parse import urlsplit

import pytest

from kazasu.society.stories.stage import Stage
from tests.support.country import founded
from tests.support.every_page import LANGUAGES, in_language, walks

SIZES = ({"width": 320, "height": 640}, {"width": 1280, "height": 900})
PHONE = {"width": 360, "height": 740}
SAMPLE = 14
"""Pages that the ordinary run lays out, each at one width and in one language; another sample with another seed."""
LAYOUT = """() => {
  const found = [];
  const box = one => one.getBoundingClientRect();
  const seen = one => box(one).width > 1 && box(one).height > 1 && getComputedStyle(one).visibility !== 'hidden';
  if (document.documentElement.scrollWidth > innerWidth) found.push(`scrolls sideways: ${document.documentElement.scrollWidth}`);
  for (const one of document.querySelectorAll('a[href], button, summary, select, input:not([type=hidden]), textarea')) {
    if (!seen(one) || one.closest('.skip')) continue;
    const tick = one.type === 'radio' || one.type === 'checkbox';
    const spread = getComputedStyle(one, '::after').position === 'absolute';  // over the whole card that it stands on
    const target = tick ? one.closest('.choice') ?? one : spread ? one.closest('.mycard') ?? one : one;
    const inline = one.tagName === 'A' && getComputedStyle(one).display === 'inline';
    const alone = one.textContent.trim() === one.parentElement.textContent.trim();
    const least = inline && !alone ? 0 : 43.5;
    if (box(target).height < least || (!inline && box(target).width < 43.5))
      found.push(`small target ${Math.round(box(target).width)}x${Math.round(box(target).height)}: ${one.outerHTML.slice(0, 90)}`);
  }
  const edges = ['.site-name', 'main h1', '.site-footer p'].map(one => document.querySelector(one)).filter(Boolean).map(one => Math.round(box(one).left));
  if (new Set(edges).size > 1) found.push(`left edges ${edges}`);
  if (innerWidth <= 400 && box(document.querySelector('.site-header')).bottom > 130) found.push(`the head ends at ${box(document.querySelector('.site-header')).bottom}`);
  return found;
}"""

LARGE_TEXT = """() => {
  document.documentElement.style.fontSize = '200%';
  const width = document.documentElement.scrollWidth, found = [], span = document.createRange();
  if (width > innerWidth) found.push(`scrolls sideways at 200 % text: ${width}`);
  for (const fold of document.querySelectorAll('summary')) {
    const texts = document.createTreeWalker(fold, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());) for (const word of text.data.matchAll(/[A-Za-z]{2,10}/g)) {
      span.setStart(text, word.index); span.setEnd(text, word.index + word[0].length);
      const lines = new Set([...span.getClientRects()].map(one => Math.round(one.top)));
      if (lines.size > 1) found.push(`a fold breaks in the word at 200 % text: ${word[0]} (${fold.textContent.trim().slice(0, 40)})`);
    }
  }
  return found;
}"""
"""Where a row of the frame does not wrap, the page is wider than the screen (WCAG 1.4.4); where a fold's words lie side by side, they are
broken in two."""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.fixture(scope="module")
def walked():
    """In a country of its own: in the one that tests share, others have moved Hanako already."""
    with founded() as country:
        stage = Stage(country.directory, country.clock, lambda _: None)
        try:
            yield list(walks(country, stage))
        finally:
            stage.close()


def test_the_text_of_every_page(walked):
    pages = [page for walk in walked for page in walk.pages()]
    assert len(pages) > 100
    wrong = [words for page in pages for words in page.wrong()]
    assert wrong == [], "\n".join(sorted(set(wrong))[:200])


def test_the_layout_of_pages(walked, browser, request):
    every = [
        (walk, url, language, size)
        for walk in walked
        for url in walk.addresses.values()
        for language in LANGUAGES
        for size in SIZES
    ]
    if not request.config.getoption("--deep"):
        every = random.Random(1).sample(every, SAMPLE)  # noqa: S311
    wrong = []
    for walk, url, language, size in every:
        context = browser.new_context(viewport=size)
        context.add_cookies(
            [
                {
                    "name": one.name,
                    "value": one.value,
                    "domain": one.domain.lstrip("."),
                    "path": "/",
                }
                for one in walk.browser.client.cookies.jar
                if one.domain.lstrip(".") in url
            ]
        )
        page = context.new_page()
        page.goto(in_language(url, language))
        # What happened to a case since the walk may lead on to its page, but never to another site.
        assert urlsplit(page.url).netloc == urlsplit(url).netloc, (
            f"{walk.who} is sent on to {page.url}"
        )
        wrong += [
            f"{walk.who} {url} {language} {size['width']}: {one}" for one in page.evaluate(LAYOUT)
        ]
        page.set_viewport_size(PHONE)
        wrong += [f"{walk.who} {url} {language}: {one}" for one in page.evaluate(LARGE_TEXT)]
        context.close()
    assert wrong == [], "\n".join(sorted(set(wrong)))

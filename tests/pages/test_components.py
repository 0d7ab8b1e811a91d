"""Every component in all its states: in light, dark and forced colours, at both widths, in both languages.

The ordinary run looks at each colouring, width and language once; ``--deep`` at every combination.
"""

import itertools

import pytest

from tests.pages.test_every_page import LARGE_TEXT, LAYOUT
from tests.support.chromium import RULES

COLOURS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}
WIDTHS = (320, 1280)
ORDINARY = {("light", 320, "en"), ("dark", 1280, "ja"), ("forced", 320, "ja")}
COMBINATIONS = [
    pytest.param(*one, marks=[] if one in ORDINARY else [pytest.mark.deep])
    for one in itertools.product(COLOURS, WIDTHS, ("ja", "en"))
]
CONTRAST = """() => {
  const found = [];
  const channels = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, place) => sum + v * [.2126, .7152, .0722][place], 0);
  const ground = one => {
    for (; one; one = one.parentElement) {
      const [r, g, b, a = 1] = channels(getComputedStyle(one).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return channels(getComputedStyle(document.documentElement).backgroundColor).slice(0, 3);
  };
  for (const one of document.querySelectorAll('main *, footer *, header *')) {
    const own = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    const box = one.getBoundingClientRect();
    if (!own || box.width < 2 || one.closest('svg')) continue;
    const [a, b] = [light(channels(getComputedStyle(one).color)), light(ground(one))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 7) found.push(`${ratio.toFixed(2)}: ${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 30)}`);
  }
  return found;
}"""
"""Text whose contrast with what is behind it is less than 7:1 (WCAG 2 AAA)."""
SORTS = "getComputedStyle(document.querySelector('.queue thead tr:has(a)'), '::before').content"
"""What stands before the links that put a list in order."""

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


@pytest.fixture
def opened(browser, country):
    """``opened(colours, width, language)``: the page of components."""
    contexts = []

    def open_page(colours, width, language, **options):
        given = {**COLOURS[colours], **options}
        context = browser.new_context(viewport={"width": width, "height": 800}, **given)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{country.directory.origin('society')}/components?lang={language}")
        return page

    yield open_page
    for one in contexts:
        one.close()


def judged(page, axe_source):
    page.evaluate(axe_source)
    return page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
        ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | ')))",
        RULES,
    )


@pytest.mark.parametrize(("colours", "width", "language"), COMBINATIONS)
def test_a_combination(opened, axe_source, colours, width, language):
    page = opened(colours, width, language)
    for fold in page.locator("main summary").all():
        fold.click()
    assert page.evaluate(LAYOUT) == []
    assert judged(page, axe_source) == []
    said = page.evaluate(SORTS)
    wanted = {"en": '"Sort by:"', "ja": '"並べかえ："'}[language] if width < 640 else "none"
    assert said == wanted, "a list whose head is gone says what its links do"
    if colours != "forced":
        assert page.evaluate(CONTRAST) == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_at_twice_the_text_nothing_is_broken_in_the_word(opened, language):
    page = opened("light", 360, language)
    assert page.locator("details.term").count() >= 2
    assert page.evaluate(LARGE_TEXT) == []


def test_what_is_wrong_is_said_at_the_top_and_at_the_field(opened, axe_source):
    """Enter presses the form's own button; title, summary and field say it; the summary has the focus and leads to the field."""
    page = opened("light", 320, "en")
    page.locator("#who").press("Enter")
    page.wait_for_load_state("load")
    assert page.title().startswith("Error: ")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert page.locator("#error-summary li").count() == 3
    assert judged(page, axe_source) == []
    page.locator("#error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "who"
    assert page.locator("#who").get_attribute("aria-invalid") == "true"
    page.locator("nav.language summary").click()
    page.get_by_role("link", name="日本語", exact=True).click()
    assert page.locator("#error-summary li").count() == 3, "the switch of language keeps the state"
    assert page.locator("html").get_attribute("lang") == "ja"


def test_copying_is_offered_where_it_works(opened):
    page = opened("light", 1280, "en", permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy")
    if page.evaluate("!navigator.clipboard"):
        assert not button.is_visible()
        return
    button.click()
    page.get_by_text("Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "curl http://id.localhost/"
    without = opened("light", 1280, "en", java_script_enabled=False)
    assert not without.get_by_role("button", name="Copy").is_visible()

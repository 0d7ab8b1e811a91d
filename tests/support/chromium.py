"""A story's browser that is a real Chromium: what the stories do over HTTP, people do here.

Has the methods of :class:`kazasu.society.stories.browser.Browser`, works by keyboard where it presses a
button, and looks at each page with axe-core.
"""

import shutil
from pathlib import Path
from typing import Any

from kazasu.society.stories.browser import NotOnPage
from kazasu.society.stories.stage import Stage

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SKELETON = """() => [...document.querySelectorAll('*')].map(one => [
    one.tagName, one.textContent.trim() ? 'text' : '',
    ...[...one.attributes].map(a => /^(class|role|type|style|aria-(hidden|current|expanded|invalid|live))$/.test(a.name) ? `${a.name}=${a.value}` : a.name)
].join(' ')).join('\\n')"""
"""What axe judges by: elements, attributes and whether there is text, but not what the text says."""
STILL = "const later = setTimeout; window.setTimeout = (what, ms) => later(what, ms === 1300 ? 3e5 : ms)"
"""The end of a tap stays while axe looks at it, however slow the machine is."""
_looked: set[tuple[int, str]] = set()
"""Width and skeleton of pages that this process has looked at: a second look would say the same."""


def program() -> str | None:
    """Debian's Chromium: the one without windows, which takes a fifth less time, or else the whole."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    return next(filter(None, map(shutil.which, names)), None)


WORDS = frozenset({"日本語", "やさしい日本語", "English"})
"""Links of the menu of languages, which is opened for them."""


class ChromiumBrowser:
    """One browser context. ``violations`` collects what axe finds, ``broken`` which scripts failed, by page."""

    def __init__(
        self,
        chromium: Any,
        *,
        size: dict[str, int],
        axe: str = "",
        scripts: bool = True,
        language: str = "en",
        pictures: Path | None = None,
        hurried: bool = False,
        finger: bool = False,
        first: str = "",
    ) -> None:
        """``hurried``: the end of a tap goes on after its 1.3 s, though it is still being looked at.

        ``finger``: a touch screen, without a mouse. ``first``: a script that each page begins with.
        """
        self.context = chromium.new_context(
            viewport=size, java_script_enabled=scripts, locale=language,
            has_touch=finger, is_mobile=finger,
        )  # fmt: skip
        if first:
            self.context.add_init_script(first)
        if not hurried:
            self.context.add_init_script(STILL)
        self.page = self.context.new_page()
        self.broken: list[str] = []
        self.page.on("pageerror", lambda error: self.broken.append(f"{self._here()}: {error}"))
        self.violations: list[str] = []
        self.visited: list[str] = []
        self.wide: list[str] = []
        self._axe = axe
        self._size = size
        self._pictures = pictures
        self._count = 0
        self.content = b""

    @property
    def url(self) -> str:
        return str(self.page.url)

    def _here(self) -> str:
        return self.url.partition("?")[0]

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    @property
    def fault(self) -> str:
        found = self.page.locator(".fault-code code")
        return str(found.first.inner_text()) if found.count() else ""

    def get(self, url: str) -> "ChromiumBrowser":
        if url.endswith(".pdf"):
            read = "u => fetch(u).then(r => r.arrayBuffer()).then(b => [...new Uint8Array(b)])"
            self.content = bytes(self.page.evaluate(read, url))
            return self
        self.page.goto(url)
        return self._look()

    def click(self, text: str) -> "ChromiumBrowser":
        if text in WORDS:
            self.page.locator("nav.language summary").click()
        link = self.page.get_by_role("link", name=text, exact=text in WORDS)
        if not link.count():
            raise NotOnPage(f"no link “{text}” on {self.url}: {self.text[:300]}")
        with self.page.expect_navigation(wait_until="load"):
            link.first.click()
        return self._look()

    def has(self, text: str) -> bool:
        return text in self.text

    def expect(self, text: str) -> "ChromiumBrowser":
        if not self.has(text):
            raise NotOnPage(f"“{text}” is not on {self.url}: {self.text[:600]}")
        return self

    def fields(self, name: str) -> list[str]:
        return [str(one.get_attribute("value")) for one in self.page.locator(f"input[name='{name}']").all()]  # fmt: skip

    def press(self, button: str, **fields: Any) -> "ChromiumBrowser":
        for name, value in fields.items():
            self._fill(name.replace("__", "-"), value)
        found = self.page.get_by_role("button", name=button, exact=True)
        if not found.count():
            raise NotOnPage(f"no button “{button}” on {self.url}: {self.text[:300]}")
        found.first.focus()
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")
        return self._look()

    def _fill(self, name: str, value: Any) -> None:
        inputs = self.page.locator(f"[name='{name}']")
        if isinstance(value, bool):
            inputs.first.set_checked(value)
            return
        if isinstance(value, list):
            for one in inputs.all():
                one.set_checked(one.get_attribute("value") in value)
            return
        kind = inputs.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            chosen = self.page.locator(f"[name='{name}'][value='{value}']")
            # Days are folded: open the one that is meant, as a person would.
            for fold in self.page.locator("details:not([open])", has=chosen).all():
                fold.locator("summary").click()
            chosen.check()
        else:
            inputs.first.fill(str(value))

    def _look(self) -> "ChromiumBrowser":
        """What is wrong with this page, for people who cannot see or have a small screen."""
        self.page.wait_for_load_state("load")
        if self.page.evaluate("document.contentType") != "text/html":
            return self  # nobody's page: a relying party of the tests that only wants the address
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > self._size["width"]:
            self.wide.append(f"{self.url.partition('?')[0]}: {width}px")
        if self._axe and self._is_new():
            self.page.evaluate(self._axe)
            found = self.page.evaluate(
                "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(r => r.violations.map(v => "
                "v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | ')))",
                RULES,
            )
            self.violations += [f"{self.url.partition('?')[0]} {one}" for one in found]
        if self._pictures is not None:
            self._count += 1
            self.page.screenshot(path=self._pictures / f"{self._count:02}.png", full_page=True)
        if self.page.locator("a[data-goes-on]").count():
            # The end of a tap: it goes on by itself, and nobody waits for that here.
            with self.page.expect_navigation(wait_until="load"):
                self.page.evaluate("document.querySelector('a[data-goes-on]').click()")
            return self._look()
        return self

    def _is_new(self) -> bool:
        seen = (self._size["width"], str(self.page.evaluate(SKELETON)))
        if seen in _looked:
            return False
        _looked.add(seen)
        return True

    def close(self) -> None:
        self.context.close()


class ChromiumStage(Stage):
    """A story's stage whose browsers are Chromium's."""

    make: Any = None
    size: Any = None

    def browser(self) -> Any:
        made = self.make()
        self.browsers.append(made)
        return made

    def close(self) -> None:
        for browser in self.browsers:
            browser.close()  # type: ignore[attr-defined]

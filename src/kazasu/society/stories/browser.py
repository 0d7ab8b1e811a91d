"""A person at a browser: follows links and fills forms by what is written on them.

It knows nothing that a person could not see: no API, no database, no ids made up.
"""

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import httpx
from lxml import html

from kazasu.foundation.http import http_client

MOST_REDIRECTS: Final = 25


class NotOnPage(AssertionError):
    """What the story's person looked for is not on the page."""


@dataclass
class Browser:
    """One browser with its cookies. Pages are read in English, unless another language is chosen."""

    client: httpx.Client = field(default_factory=lambda: http_client(30.0))
    own: str = "en"
    """What it says of itself (``Accept-Language``)."""
    url: str = ""
    status: int = 0
    page: Any = None
    content: bytes = b""
    content_type: str = ""
    visited: list[str] = field(default_factory=list)
    """Every address of the last walk, redirects included."""

    def get(self, url: str) -> "Browser":
        self._walk("GET", urljoin(self.url, url), {})
        return self

    def click(self, text: str) -> "Browser":
        """Follow the link that says this; else the first that says it beside something else, as names with their reading."""
        text, beside = _plain(text), ""
        for link in self._page().iter("a"):
            said = _said(link)
            if said.startswith(text):
                return self.get(link.get("href"))
            if text in said and not beside:
                beside = link.get("href")
        if beside:
            return self.get(beside)
        raise NotOnPage(f"no link “{text}” on {self.url}: {self.text[:300]}")

    def has(self, text: str) -> bool:
        return _plain(text) in self.text

    def expect(self, text: str) -> "Browser":
        if not self.has(text):
            raise NotOnPage(f"“{text}” is not on {self.url}: {self.text[:600]}")
        return self

    def press(self, button: str, **fields: Any) -> "Browser":
        """Fill in the form that has this button, and press it. Names of fields: ``-`` as ``__``.

        A list chooses these checkboxes; True ticks, False unticks.
        """
        form, pressed = self._form_with(button)
        for name, value in fields.items():
            _fill(form, name.replace("__", "-"), value)
        values = list(form.form_values())
        if pressed.get("name"):
            values.append((pressed.get("name"), pressed.get("value", "")))
        action = urljoin(self.url, form.action or self.url)
        if (form.method or "GET").upper() == "GET":
            return self.get(str(httpx.URL(action, params=values)))
        self._walk("POST", action, dict_of_lists(values))
        return self

    @property
    def text(self) -> str:
        """The page's words, as read."""
        if self.page is None:
            return ""
        main = self.page.find(".//main")
        return _plain((main if main is not None else self.page).text_content())

    @property
    def fault(self) -> str:
        """The fault's code that the page shows; empty without one."""
        for code in self._page().xpath("//*[contains(@class, 'fault-code')]//code"):
            return str(code.text_content())
        return ""

    def fields(self, name: str) -> list[str]:
        """The values that inputs of this name offer."""
        return [str(one.get("value", "")) for one in self._page().xpath(f"//input[@name='{name}']")]

    def choices(self, name: str) -> dict[str, str]:
        """What the labels beside inputs of this name say, with the value that each stands for."""
        found = {}
        for one in self._page().xpath(f"//input[@name='{name}']"):
            for label in self._page().xpath(f"//label[@for='{one.get('id')}']"):
                found[_plain(label.text_content())] = str(one.get("value", ""))
        return found

    def buttons(self) -> list[str]:
        """What each button says."""
        return [_said(one) for form in self._page().forms for one in form.iter("button")]

    def named(self, beginning: str) -> list[str]:
        """Names of the fields that begin so, as a table has one for each person."""
        names = (name for form in self._page().forms for name in form.fields)
        return list(dict.fromkeys(name for name in names if name.startswith(beginning)))

    def value(self, name: str) -> str:
        """What stands in this field."""
        return next((str(f.fields[name] or "") for f in self._page().forms if name in f.fields), "")

    # ------------------------------------------------------------ inside

    def _page(self) -> Any:
        if self.page is None:
            raise NotOnPage(f"no page at {self.url}")
        return self.page

    def _form_with(self, button: str) -> tuple[Any, Any]:
        for form in self._page().forms:
            for one in form.iter("button"):
                if _said(one) == _plain(button):
                    return form, one
        raise NotOnPage(f"no button “{button}” on {self.url}: {self.text[:600]}")

    def _walk(self, method: str, url: str, data: dict[str, Any]) -> None:
        self.visited = []
        for _ in range(MOST_REDIRECTS):
            headers = {"accept-language": self.own, "accept": "text/html"}
            if method == "POST":
                headers["origin"] = "{0.scheme}://{0.netloc}".format(urlsplit(url))
            response = self.client.request(method, url, data=data or None, headers=headers)
            self.visited.append(url)
            self.url, self.status = url, response.status_code
            onward = response.headers.get("location", "")
            if response.status_code not in (301, 302, 303, 307):
                self._take(response)
                onward = self._goes_on()
                if not onward:
                    return
            url, method, data = urljoin(url, onward), "GET", {}
        raise NotOnPage(f"redirects without end at {url}")

    def _goes_on(self) -> str:
        """Where the page leads by itself, with a script: the end of a tap, to who asked."""
        links = self.page.xpath("//a[@data-goes-on]") if self.page is not None else []
        return str(links[0].get("href")) if links else ""

    def _take(self, response: httpx.Response) -> None:
        self.content, self.content_type = response.content, response.headers.get("content-type", "")
        is_page = self.content_type.startswith("text/html")
        self.page = html.fromstring(response.text, base_url=self.url) if is_page else None


def _plain(text: str) -> str:
    """Blanks of every width are one: as a page is read, and as somebody is looked for on it."""
    return " ".join(text.split())


def _said(element: Any) -> str:
    return _plain(element.get("aria-label") or element.text_content())


def dict_of_lists(values: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in values:
        found.setdefault(name, []).append(value)
    return found


def _fill(form: Any, name: str, value: Any) -> None:
    if name not in form.fields:
        raise NotOnPage(f"no field {name}; there are {sorted(k for k in form.fields)}")
    wanted = form.inputs[name]
    kind = getattr(wanted, "type", "")
    if isinstance(value, bool):
        wanted.checked = value
    elif isinstance(value, list):
        wanted.value = set(value)
    elif kind in ("checkbox", "radio") or not hasattr(wanted, "value"):
        form.fields[name] = value
    else:
        wanted.value = value

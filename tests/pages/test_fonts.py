"""The shipped fonts in a real Chromium: a page takes them, in its language's order, and few of their slices."""

import io
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

import kazasu

STATIC = Path(kazasu.__file__).parent / "foundation" / "web" / "static"
POLICY = "default-src 'none'; style-src 'self'; font-src 'self'"
HOST = "http://fonts.localhost"
PAGE = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>x</title>'
    '<link rel="stylesheet" href="/tokens.css"><link rel="stylesheet" href="/fonts.css">'
    '<link rel="stylesheet" href="/page.css"><body>{body}</html>'
)
CSS = "body { font-family: var(--font-family-sans) } code { font-family: var(--font-family-mono) }"
LOADED = """async () => { await document.fonts.ready;
    return [...document.fonts].filter(one => one.status === 'loaded').map(one => one.family.replaceAll('"', '') + ' ' + one.weight) }"""
JAPANESE = (
    "引越しの届出をします。現在の住所と新しい住所を確認してください。暗証番号は4桁です（①〜③）。"
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]


def shown(browser, lang, body):
    """Which faces the page took, and the files that it asked for."""
    context = browser.new_context()
    page, asked = context.new_page(), []

    def answer(route):
        name = urlsplit(route.request.url).path.removeprefix("/")
        asked.append(name)
        if not name:
            html = PAGE.format(lang=lang, body=body)
            headers = {"content-security-policy": POLICY, "content-type": "text/html"}
            route.fulfill(body=html, headers=headers)
        elif name == "page.css":
            route.fulfill(body=CSS, content_type="text/css")
        elif (STATIC / name).is_file():
            route.fulfill(path=STATIC / name)
        else:
            route.abort()

    page.route("**/*", answer)
    page.goto(HOST)
    faces = page.evaluate(LOADED)
    fonts = [name for name in asked if name.startswith("fonts/")]
    context.close()
    return faces, fonts


def test_a_japanese_page_is_in_our_gothic(browser):
    faces, files = shown(browser, "ja", f"<h1>転出届</h1><p>{JAPANESE}</p><code>A-12</code>")
    assert set(faces) == {"Kazasu Gothic 400", "Kazasu Gothic 700", "Kazasu Mono 400"}
    assert not [name for name in files if "-rare-" in name]
    assert sum((STATIC / name).stat().st_size for name in files) < 400_000


def test_an_english_page_has_a_latin_face_and_its_names_in_japanese(browser):
    faces, files = shown(browser, "en", "Sign in with your card, Hanako Satō")
    assert set(faces) == {"Kazasu Sans 400"}
    assert len(files) == 2, "letters, and those with marks"
    faces, _ = shown(browser, "en", "Moves: 佐藤")
    assert set(faces) == {"Kazasu Sans 400", "Kazasu Gothic 400"}


def test_a_rare_name_takes_its_own_slice_alone(browser):
    _, files = shown(browser, "ja", "鑢")
    assert len([name for name in files if "-rare-" in name]) == 1
    _, files = shown(browser, "ja", "髙橋")
    assert not [name for name in files if "-rare-" in name], "frequent in names"


def test_what_we_do_not_ship_is_not_looked_for(browser):
    _, files = shown(browser, "ja", "한국어ไทย\ue000")
    assert [name for name in files if "gothic-400-00." not in name] == [], "but for the space"


THIN = "-‐–_−"
INK = """async () => { await document.fonts.ready;
    return [...document.querySelectorAll('b')].map(one => { const box = one.getBoundingClientRect(); return [box.x, box.y, box.width, box.height] }) }"""


def test_thin_strokes_have_ink_on_an_ordinary_screen(browser):
    """Hinting let a dash of less than a pixel fall between two rows (令和8年11月29日–12月5日 without its dash)."""
    sizes = range(12, 29)
    cells = "".join(
        f'<p style="font-size:{size}px;margin:0;line-height:40px"><b>{letter}</b> <code><b>{letter}</b></code></p>'
        for size in sizes
        for letter in THIN
    )
    context = browser.new_context(device_scale_factor=1, viewport={"width": 400, "height": 3600})
    page = context.new_page()
    sheet = "".join(STATIC.joinpath(name).read_text(encoding="utf-8") for name in ("tokens.css", "fonts.css"))  # fmt: skip
    page.route(f"{HOST}/fonts/*", lambda route: route.fulfill(path=STATIC / urlsplit(route.request.url).path[1:]))  # fmt: skip
    page.route(f"{HOST}/", lambda route: route.fulfill(content_type="text/html", body=f'<!doctype html><html lang="ja"><meta charset="utf-8"><style>{sheet}{CSS} b {{ font-weight: inherit }} body {{ color: #000; background: #fff }}</style><body>{cells}</html>'))  # fmt: skip
    page.goto(f"{HOST}/")
    boxes = page.evaluate(INK)
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("L")
    context.close()
    faint = [
        (THIN[at // 2 % len(THIN)], sizes[at // 2 // len(THIN)], at % 2)
        for at, (x, y, width, height) in enumerate(boxes)
        if drawn.crop((int(x), int(y), int(x + width) + 1, int(y + height) + 1)).getextrema()[0]
        > 200
    ]
    assert faint == [], "letter, pixels, in code"

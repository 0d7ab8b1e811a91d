"""A person's phone in a story: a browser of its own, set up, with certificates, answering QR codes."""

from kazasu.society.stories.browser import Browser, NotOnPage

PIN, PASSWORD = "5678", "PHONE99"
"""Of the phone's own lock; the card's are 1234 and ABC123."""
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


class Phone:
    """One phone, in somebody's hand."""

    def __init__(self, stage, card):
        self.stage = stage
        self.card = card
        self.browser = stage.browser()
        self.origin = stage.origin("phone")

    def set_up(self, platform="android"):
        self.browser.get(f"{self.origin}/").press("Use this phone", platform=platform)
        return self

    def hold_card(self):
        if self.browser.has("The tray of cards"):
            self.browser.press(f"Hold this card: {self.card}")
        return self.browser

    def enrol(self, **changes):
        """One secret a page; it ends where something is refused."""
        fields = {
            "pin": PIN, "pin_again": PIN, "password": PASSWORD, "password_again": PASSWORD,
            "card_password": "ABC123",
        } | changes  # fmt: skip
        self.browser.get(f"{self.origin}/enrol")
        self.hold_card()  # it is looked at before anything is typed
        if self.browser.fault:
            return self.browser
        for button, names in (
            ("Next", ("pin", "pin_again")),
            ("Next", ("password", "password_again")),
            ("Sign and apply", ("card_password", "use_last_try")),
        ):
            if button != "Next":
                ends = "End the certificates of the phone before"
                if fields.get("replaces") and self.browser.has(ends):
                    self.browser.press(ends)
                self.hold_card()
            if self.browser.fields(names[0]):  # what was chosen before is kept
                mine = {name: fields[name] for name in names if name in fields}
                self.browser.press(button, **mine)
            if self.browser.fault:
                break
        return self.browser

    def enrolled(self, platform="android"):
        self.set_up(platform).enrol().expect("What is on it")
        return self

    def lost(self, action, pin="1234"):
        """On this phone, with the card: hold, release, end, show."""
        self.browser.get(f"{self.origin}/lost")
        self.hold_card()
        self.browser.press("Go on", action=action, pin=pin)
        if self.browser.fault == "phone.end-is-final":
            self.browser.press("Go on", action=action, pin=pin, sure=True)
        return self.browser

    def opens(self, screen):
        """Read the QR code on another screen. Returns the number that it shows."""
        self.browser.get(address_on(screen))
        return number_on(screen)

    def answers(self, screen, **secrets):
        """The whole hand-over with the phone's own certificates."""
        self.browser.press(self.opens(screen))
        button = "Sign" if "password" in secrets else "Confirm"
        return self.browser.press(button, **(secrets or {"pin": PIN}))


def at_desk(stage, path="/signin", device="phone"):
    """A browser at a desk that asks for the phone; it shows the QR code."""
    desk = stage.browser()
    desk.client.headers["user-agent"] = CHROME
    return desk.get(f"{stage.origin('portal')}{path}?device={device}")


def address_on(screen: Browser) -> str:
    for link in screen.page.iter("a"):
        if "/phone/" in link.get("href", "") and "/wait" not in link.get("href", ""):
            return link.get("href")
    raise NotOnPage(f"no code on {screen.url}")


def number_on(screen: Browser) -> str:
    return screen.page.xpath("//strong[contains(@class, 'pin')]")[0].text_content().strip()

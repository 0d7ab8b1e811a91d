"""Pages in tests that send forms by hand."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from kazasu.contracts.base import InstitutionId
from kazasu.foundation.web.sessions import COOKIE, DatabaseSessions, Session

TEMPLATES = Path(__file__).parents[1] / "foundation" / "web" / "templates"
"""Of sites that only tests open."""


def followed(client, answer):
    """The page that this answer's redirects lead to, in the same browser."""
    while answer.status_code == 303:
        answer = client.get(urljoin(str(answer.url), answer.headers["location"]))
    return answer


def signed_in_at(street, institution, room, kind, subject="somebody", *, says="notice", **data):
    """A browser of somebody whom the card let in already: the session as the room keeps it.

    Args:
        says: what a clerk of a city answers wherever a page asks what a look is for; empty: nothing.
    """
    hour = timedelta(hours=1)
    session = Session(kind, subject, data)
    tenant = InstitutionId(institution).tenant
    DatabaseSessions(street.databases(room), hour, hour).save(tenant, session)
    browser = street.browser()
    browser.base_url = street.directory.origin(institution)
    browser.cookies.set(COOKIE, session.token)
    if room == "municipality" and says:
        answers_what_for(browser, says)
    return browser


def answers_what_for(browser, says):
    """Each page that asks what the look is for is answered, and the page behind it is what the test gets."""
    opens = browser.get

    def get(*args, **named):
        page = opens(*args, **named)
        if page.status_code == 200 and 'name="look_for"' in page.text:
            joint = "&" if page.url.query else "?"
            answer = opens(f"{page.url}{joint}look_for={says}")
            if answer.status_code == 303:  # to the address without it, and no further
                answer = opens(urljoin(str(answer.url), answer.headers["location"]))
            return answer
        return page

    browser.get = get


def walked(browser, start="/"):
    """Each page that links lead to from ``start``, by its path; every one answers with a page, or asks for a sign-in."""
    found, ahead = {}, [start]
    while ahead:
        path = ahead.pop()
        if path in found:
            continue
        answer = browser.get(path)
        if "signin" in answer.headers.get("location", ""):
            found[path] = ""
            continue
        answer = followed(browser, answer)
        assert answer.status_code == 200, (path, answer.status_code)
        found[path] = answer.text
        ahead += [
            urlsplit(one).path
            for one in re.findall(r'href="(/[^"]*)"', answer.text)
            if "/static/" not in one
        ]
    return found

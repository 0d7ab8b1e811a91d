"""Pages in tests that send forms by hand."""

from pathlib import Path
from urllib.parse import urljoin

TEMPLATES = Path(__file__).parents[1] / "foundation" / "web" / "templates"
"""Of sites that only tests open."""


def followed(client, answer):
    """The page that this answer's redirects lead to, in the same browser."""
    while answer.status_code == 303:
        answer = client.get(urljoin(str(answer.url), answer.headers["location"]))
    return answer

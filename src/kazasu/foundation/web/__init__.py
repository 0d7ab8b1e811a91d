"""The web kit: server-rendered pages that need no JavaScript, for every room alike."""

from kazasu.foundation.web.access import PUBLIC, SIGNED_IN, PageAccess
from kazasu.foundation.web.forms import Form
from kazasu.foundation.web.routes import get, post, script
from kazasu.foundation.web.sessions import Session
from kazasu.foundation.web.site import Site

__all__ = ["PUBLIC", "SIGNED_IN", "Form", "PageAccess", "Session", "Site", "get", "post", "script"]

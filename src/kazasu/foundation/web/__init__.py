"""The web kit: server-rendered pages that need no JavaScript, for every room alike."""

from kazasu.foundation.web.access import PageAccess, public, signed_in
from kazasu.foundation.web.forms import Form
from kazasu.foundation.web.routes import get, post, script
from kazasu.foundation.web.sessions import Session
from kazasu.foundation.web.site import Site

__all__ = ["Form", "PageAccess", "Session", "Site", "get", "post", "public", "script", "signed_in"]

"""The bank's pages. Thin: :mod:`kazasu.business.bank.service` decides."""

from starlette.requests import Request

from kazasu.foundation.web import signed_in

CUSTOMER = signed_in("customer")


def number_of(request: Request) -> str:
    """The customer who is signed in."""
    return str(request.state.session.subject)

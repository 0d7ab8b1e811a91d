"""Bytes as text, as JSON and URLs carry them (RFC 4648)."""

import base64


def base64_text(data: bytes) -> str:
    """§4, with padding."""
    return base64.b64encode(data).decode()


def base64url_text(data: bytes) -> str:
    """§5, without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

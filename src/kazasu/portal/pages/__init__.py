"""The portal's pages. Thin: :mod:`kazasu.portal.service` decides."""

from kazasu.foundation.web import SIGNED_IN

RESIDENT = SIGNED_IN("resident")

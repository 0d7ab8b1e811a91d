"""The portal's pages. Thin: :mod:`kazasu.portal.service` decides."""

from kazasu.foundation.web import signed_in

RESIDENT = signed_in("resident")

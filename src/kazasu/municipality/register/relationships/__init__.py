"""続柄: the forms that the register may write, how they follow from one another, what cannot be true, their order on paper."""

from kazasu.municipality.register.relationships.doubts import Member, doubts, to_make_sure
from kazasu.municipality.register.relationships.forms import (
    ALONE,
    HEAD,
    LINKS,
    LODGER,
    OFFERED,
    RELATION,
    as_written,
    check,
    refused,
)
from kazasu.municipality.register.relationships.kinship import Kin, Standing, standing
from kazasu.municipality.register.relationships.known import Known
from kazasu.municipality.register.relationships.movers import items_of, mover_of
from kazasu.municipality.register.relationships.order import on_paper, rank

__all__ = [
    "ALONE",
    "HEAD",
    "LINKS",
    "LODGER",
    "OFFERED",
    "RELATION",
    "Kin",
    "Known",
    "Member",
    "Standing",
    "as_written",
    "check",
    "doubts",
    "items_of",
    "mover_of",
    "on_paper",
    "rank",
    "refused",
    "standing",
    "to_make_sure",
]

"""The use cases of the certification service, put together; for the room, for founding and for commands."""

from dataclasses import dataclass

from kazasu.exchange.carrier.letters import Post
from kazasu.exchange.keys import Institution
from kazasu.foundation.database import Database
from kazasu.foundation.time.clock import Clock
from kazasu.jpki.authorities.keys import Authorities
from kazasu.jpki.inspection.service import Inspection
from kazasu.jpki.issuing.continuing import Continuing
from kazasu.jpki.issuing.renewal import Renewal
from kazasu.jpki.issuing.service import Issuing
from kazasu.jpki.latest.consents import Consents
from kazasu.jpki.latest.events import Events
from kazasu.jpki.latest.protection import Protection
from kazasu.jpki.latest.reverifying import Reverifying
from kazasu.jpki.latest.supplying import Supplying
from kazasu.jpki.own.service import OwnCardsDesk
from kazasu.jpki.phones.service import Phones
from kazasu.jpki.register.service import Persons
from kazasu.jpki.status.bulk import BulkRevocation
from kazasu.jpki.status.service import LifeCycle
from kazasu.jpki.validation.service import Validation


@dataclass(frozen=True)
class Services:
    """One of each subject, on the same database and with the same keys."""

    issuing: Issuing
    continuing: Continuing
    renewal: Renewal
    validation: Validation
    persons: Persons
    life: LifeCycle
    bulk: BulkRevocation
    phones: Phones
    own_cards: OwnCardsDesk
    consents: Consents
    supplying: Supplying
    reverifying: Reverifying
    protection: Protection
    inspection: Inspection


def services(
    database: Database,
    authorities: Authorities,
    institution: Institution,
    clock: Clock,
    post: Post | None = None,
) -> Services:
    """
    Args:
        post: for letters; without it (an operator's command) the relay finds them in the outbox by itself.
    """
    events = Events(post or Post(institution, lambda: None))
    issuing = Issuing(database, authorities, events)
    validation = Validation(database, authorities, institution, clock)
    return Services(
        issuing=issuing,
        continuing=Continuing(database, authorities, issuing, clock),
        renewal=Renewal(database, authorities, issuing, events),
        validation=validation,
        persons=Persons(database, institution, clock),
        life=LifeCycle(database, events),
        bulk=BulkRevocation(database, events),
        phones=Phones(database, issuing, validation, authorities, events, institution, clock),
        own_cards=OwnCardsDesk(database, institution, clock),
        consents=Consents(database, validation),
        supplying=Supplying(database),
        reverifying=Reverifying(database, authorities),
        protection=Protection(events),
        inspection=Inspection(database, authorities),
    )

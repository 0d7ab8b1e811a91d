"""SQL of one's own cards: the latest certificate of each kind on each of them."""

from datetime import datetime
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.jpki.own.model import OwnRow


def signs_in_until(tx: Transaction, person_id: UUID) -> datetime | None:
    """The last end of the certificates for signing in on their cards, not on phones; one that was made and not used yet counts."""
    found: datetime | None = tx.value(
        """SELECT max(c.not_after) FROM card p JOIN certificate c ON c.card_id = p.card_id
           WHERE p.person_id = %s AND p.media = 'card' AND c.kind = 'authentication'
             AND c.der IS NOT NULL AND c.revoked_at IS NULL""",
        (person_id,),
    )
    return found


def own_cards(tx: Transaction, person_id: UUID) -> list[OwnRow]:
    """Cards before phones, newest first, of each the certificate for signing in before the one for signing."""
    return tx.all(
        OwnRow,
        """SELECT p.person_id, p.card_id, p.media, p.platform, p.issued_at, p.expires_on,
                  c.kind, c.der, c.not_after, c.revoked_at, c.reason, h.held_at, h.by_card, h.by_phone
           FROM card p
           LEFT JOIN LATERAL (
             SELECT DISTINCT ON (kind) kind, serial, der, not_after, revoked_at, reason FROM certificate
              WHERE card_id = p.card_id AND der IS NOT NULL
              ORDER BY kind, recorded_at DESC, serial DESC) c ON true
           LEFT JOIN certificate_hold h ON h.kind = c.kind AND h.serial = c.serial AND h.released_at IS NULL
           WHERE p.person_id = %s
           ORDER BY p.media, p.issued_at DESC, p.card_id, c.kind""",
        (person_id,),
    )

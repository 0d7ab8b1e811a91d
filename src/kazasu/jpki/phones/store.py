"""SQL of phones: which a person has, and what has become of their certificates."""

from collections.abc import Sequence
from uuid import UUID

from kazasu.foundation.database import Transaction
from kazasu.jpki.phones.model import PhoneCertificateRow, PhoneRow


def phones_of(tx: Transaction, person_id: UUID) -> Sequence[PhoneRow]:
    """A person's phones, newest first, with how many certificates are live and how many held."""
    return tx.all(
        PhoneRow,
        """SELECT p.card_id, p.platform, p.issued_at, p.expires_on,
                  count(c.serial) FILTER (WHERE c.revoked_at IS NULL AND c.not_after > %s)::int AS live,
                  count(h.serial)::int AS held
           FROM card p LEFT JOIN certificate c ON c.card_id = p.card_id
           LEFT JOIN certificate_hold h
             ON h.kind = c.kind AND h.serial = c.serial AND h.released_at IS NULL
           WHERE p.person_id = %s AND p.media = 'phone'
           GROUP BY p.card_id ORDER BY p.issued_at DESC, p.card_id""",
        (tx.now, person_id),
    )


def certificates_of(tx: Transaction, phone_id: str) -> Sequence[PhoneCertificateRow]:
    """What was issued for a phone, live or not, with how long it is held."""
    return tx.all(
        PhoneCertificateRow,
        """SELECT c.kind, c.person_id, c.not_after, c.revoked_at, h.held_at, h.by_card, h.by_phone
           FROM card p JOIN certificate c ON c.card_id = p.card_id
           LEFT JOIN certificate_hold h
             ON h.kind = c.kind AND h.serial = c.serial AND h.released_at IS NULL
           WHERE p.card_id = %s AND p.media = 'phone' ORDER BY c.kind""",
        (phone_id,),
    )

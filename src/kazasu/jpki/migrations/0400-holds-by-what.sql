-- What holds a certificate: the loss of the card, that of the phone that it is on, or both. Each is lifted by what put it, and the certificate
-- is good again when nothing holds it any more.
ALTER TABLE certificate_hold ADD COLUMN by_card boolean NOT NULL DEFAULT true;

ALTER TABLE certificate_hold ADD COLUMN by_phone boolean NOT NULL DEFAULT false;

ALTER TABLE certificate_hold ADD CONSTRAINT certificate_hold_by CHECK (by_card OR by_phone);

-- Of the holds until now nobody noted it. A phone's that did not begin with its card's is its own; where the card is held too, it is both.
CREATE POLICY owner_finds ON certificate FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_finds ON card FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_finds ON certificate_hold TO CURRENT_USER USING (true);

UPDATE certificate_hold AS h
   SET by_phone = true,
       by_card = EXISTS (SELECT FROM card p JOIN certificate k ON k.card_id = p.parent_card
                           JOIN certificate_hold b ON (b.kind, b.serial) = (k.kind, k.serial)
                          WHERE p.card_id = c.card_id AND b.released_at IS NULL)
  FROM certificate c, card p
 WHERE (c.kind, c.serial) = (h.kind, h.serial) AND p.card_id = c.card_id AND p.media = 'phone' AND h.released_at IS NULL
   AND NOT EXISTS (SELECT FROM certificate k JOIN certificate_hold b ON (b.kind, b.serial) = (k.kind, k.serial)
                    WHERE k.card_id = p.parent_card AND b.held_at = h.held_at);

DROP POLICY owner_finds ON certificate_hold;

DROP POLICY owner_finds ON card;

DROP POLICY owner_finds ON certificate;

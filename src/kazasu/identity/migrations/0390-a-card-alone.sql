-- Who asks may want a card itself: what was derived from it, on a phone, does not answer then.

ALTER TABLE authorization_request ADD COLUMN card_only boolean NOT NULL DEFAULT false;

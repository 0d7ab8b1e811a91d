-- The check number belongs to one code that a phone reads, not to the request: whoever sees the numbers of two codes of one
-- request must not see which of them is the same.

ALTER TABLE tap ADD COLUMN check_number text NOT NULL DEFAULT '';

UPDATE tap SET check_number = r.check_number FROM authorization_request r
    WHERE r.authorization_id = tap.authorization_id AND tap.device = 'phone';

ALTER TABLE tap ADD CONSTRAINT tap_check_number CHECK (device <> 'phone' OR check_number ~ '^\d\d$') NOT VALID;

ALTER TABLE authorization_request DROP COLUMN check_number;

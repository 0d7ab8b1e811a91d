-- Somebody of an accepted notice of moving out dies on the way: that is neither an arrival nor a cancellation.

ALTER TABLE leaver DROP CONSTRAINT leaver_state_check;
ALTER TABLE leaver ADD CONSTRAINT leaver_state_check CHECK (state IN ('open', 'departed', 'arrived', 'cancelled', 'died'));

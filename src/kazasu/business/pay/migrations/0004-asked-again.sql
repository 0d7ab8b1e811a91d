-- The token that the browser brought back from the bank, until the bank has answered: whatever ends in between, it is asked again.

ALTER TABLE link_attempt ADD COLUMN token text NOT NULL DEFAULT '';

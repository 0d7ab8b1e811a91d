-- Whose settings a test client tries: it is suspended with that party.

ALTER TABLE client ADD COLUMN stands_for text NOT NULL DEFAULT '';

CREATE INDEX client_standing_for ON client (stands_for) WHERE stands_for <> '';

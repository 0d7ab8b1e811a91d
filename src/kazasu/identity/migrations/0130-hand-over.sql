-- A tap that is handed over to a phone: where it was begun, and that one phone opened its code.

ALTER TABLE tap ADD COLUMN begun_on text[] NOT NULL DEFAULT '{"",""}';

ALTER TABLE tap ADD COLUMN begun_at timestamptz NOT NULL DEFAULT 'epoch';

ALTER TABLE tap ADD COLUMN opened_at timestamptz;

-- A notice of moving out that is given at the counter: by whom, how they were identified, who took it. Nothing of it is signed.

ALTER TABLE moving_out ADD COLUMN taken jsonb NOT NULL DEFAULT '{}';

COMMENT ON COLUMN moving_out.taken IS 'empty: it came signed, by the portal';

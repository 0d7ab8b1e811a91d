-- A notice is given on the day on which it is first sent; a correction that is asked for later changes what it says, and not that day.

ALTER TABLE moving_out ADD COLUMN given_at timestamptz;

COMMENT ON COLUMN moving_out.given_at IS 'null: it was never corrected, submitted_at is the day';

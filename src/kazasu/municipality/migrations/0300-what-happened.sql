-- What happened to a case, by whom of the staff and when: the column of who decided says only the last, and nothing of a cancellation.

ALTER TABLE moving_out ADD COLUMN happened jsonb NOT NULL DEFAULT '[]';

ALTER TABLE moving_in ADD COLUMN happened jsonb NOT NULL DEFAULT '[]';

COMMENT ON COLUMN moving_out.happened IS 'event, number of the staff (empty: nobody of them), instant, version that it made, reason; empty for what happened before this was kept';

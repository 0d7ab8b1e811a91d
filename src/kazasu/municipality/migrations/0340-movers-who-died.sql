-- Names of movers who died before they were registered: the desk asks nobody of their family for them.

ALTER TABLE moving_in ADD COLUMN died jsonb NOT NULL DEFAULT '[]';

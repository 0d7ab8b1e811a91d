-- Of whom a move abroad was entered: whom a notice named as it was signed, and the names of movers whom nobody waits for.

ALTER TABLE moving_out ADD COLUMN named jsonb NOT NULL DEFAULT '[]';
ALTER TABLE moving_in ADD COLUMN abroad jsonb NOT NULL DEFAULT '[]';

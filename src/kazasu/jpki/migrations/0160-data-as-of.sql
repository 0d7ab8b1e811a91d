-- Since when what a certificate says of its holder is the register's: of a renewed one since the one before, which it repeats.
-- NULL: since it was recorded.
ALTER TABLE certificate ADD COLUMN as_of timestamptz;

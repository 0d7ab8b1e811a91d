-- A clerk who writes another 続柄 than the one that follows from the register says why; it stays with the version that says so.
ALTER TABLE resident ADD COLUMN because text NOT NULL DEFAULT '';

ALTER TABLE resident_history ADD COLUMN because text NOT NULL DEFAULT '';

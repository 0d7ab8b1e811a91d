-- The order in which entries were made: two of one instant had any order, and a balance in between that never was.

ALTER TABLE journal ADD COLUMN entered bigint GENERATED ALWAYS AS IDENTITY;

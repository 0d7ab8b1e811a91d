-- What the network said of a leaver's arrival: a notice of moved-in closes the record when it says the same.
ALTER TABLE leaver
    ADD COLUMN consumed_by text CHECK (consumed_by ~ '^[0-9]{6}$'),
    ADD COLUMN epoch bigint,
    ADD CHECK ((consumed_by IS NULL) = (epoch IS NULL));

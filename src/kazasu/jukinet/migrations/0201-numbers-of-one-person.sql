-- Two notices of one and the same person find the same numbers: kept is what a key of this network's own makes of a hash.
ALTER TABLE numbers_given ADD COLUMN same_person bytea UNIQUE CHECK (length(same_person) = 32);

-- Whose an individual number is (番号法 8条2項1号; 住民基本台帳法 30条の6第1項・30条の7第3項: the network holds it): kept is what a key of this network's own makes of it, so that
-- one number is never two people's, and no number lies here.
CREATE TABLE number_held (
    number_index         bytea PRIMARY KEY CHECK (length(number_index) = 32),
    resident_record_code text NOT NULL CHECK (resident_record_code ~ '^[0-9]{11}$')
);

SELECT protect('number_held', verbs => 'SELECT, INSERT', personal => true);

CREATE INDEX number_held_by_person ON number_held (resident_record_code);

-- Of who is about to be registered with a number that is on a paper; their letter makes it held.
ALTER TABLE claim ADD COLUMN number_index bytea UNIQUE CHECK (length(number_index) = 32);

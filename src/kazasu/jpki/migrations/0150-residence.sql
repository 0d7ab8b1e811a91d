-- Where the network last said that a person is registered; NULL after death or emigration. Its city alone begins and ends a
-- protective measure (支援措置).
CREATE TABLE residence (
    person_id         uuid PRIMARY KEY REFERENCES person,
    municipality_code text CHECK (municipality_code ~ '^[0-9]{6}$'),
    epoch             bigint NOT NULL CHECK (epoch >= 0)
);

SELECT protect('residence', personal => true, verbs => 'SELECT, INSERT, UPDATE');

-- Cities that call somebody protected and are not, or not yet, known to be theirs.
CREATE TABLE protection_announced (
    person_id         uuid NOT NULL REFERENCES person,
    municipality_code text NOT NULL,
    at                timestamptz NOT NULL,
    PRIMARY KEY (person_id, municipality_code)
);

-- Whoever has been protected until now is so by the word of one city, which may take it back.
CREATE POLICY owner_finds ON protected_person FOR SELECT TO CURRENT_USER USING (true);

INSERT INTO protection_announced
    SELECT person_id, municipality_code, at FROM protected_person WHERE protected;

DROP POLICY owner_finds ON protected_person;

SELECT protect('protection_announced', personal => true);

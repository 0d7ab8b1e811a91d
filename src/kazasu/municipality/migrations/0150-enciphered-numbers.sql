-- Room for enciphered individual numbers (decision 25): a ciphertext under a key outside the database, a blind index beside it.
-- What stands in the clear until now waits under another name for its conversion (municipality/conversions.py).

ALTER TABLE resident RENAME COLUMN individual_number TO individual_number_clear;

ALTER TABLE resident ALTER COLUMN individual_number_clear DROP NOT NULL;

ALTER TABLE resident ADD COLUMN individual_number bytea, ADD COLUMN individual_number_index bytea;

ALTER TABLE resident_history RENAME COLUMN individual_number TO individual_number_clear;

ALTER TABLE resident_history ALTER COLUMN individual_number_clear DROP NOT NULL;

ALTER TABLE resident_history ADD COLUMN individual_number bytea, ADD COLUMN individual_number_index bytea;

ALTER TABLE arriver ADD COLUMN individual_number bytea;

-- Every key that a city's numbers were ever written under: a city without one of them does not open.
CREATE TABLE number_key (
    municipality_code text NOT NULL,
    key_id            text NOT NULL CHECK (key_id ~ '^[0-9a-f]{8}$'),
    since             timestamptz NOT NULL,
    PRIMARY KEY (municipality_code, key_id)
);

SELECT protect('number_key', tenant => 'municipality_code', verbs => 'SELECT, INSERT');

CREATE POLICY owner_finds ON number_key FOR SELECT TO CURRENT_USER USING (true);

-- Of all tenants at once, when a process opens. Codes and ids only.
CREATE FUNCTION number_keys() RETURNS SETOF number_key
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT * FROM number_key
$$;

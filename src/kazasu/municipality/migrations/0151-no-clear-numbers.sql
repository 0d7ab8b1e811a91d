-- The clear columns go. SET NOT NULL proves that every row was converted before: else nothing of this file is done.

ALTER TABLE resident
    ALTER COLUMN individual_number SET NOT NULL,
    ALTER COLUMN individual_number_index SET NOT NULL,
    DROP COLUMN individual_number_clear;

ALTER TABLE resident ADD UNIQUE (municipality_code, individual_number_index);

-- Five octets of head, sixteen of SIV, twelve of the number: no other text fits in.
ALTER TABLE resident ADD CHECK (octet_length(individual_number) = 33 AND octet_length(individual_number_index) = 32);

ALTER TABLE resident_history
    ALTER COLUMN individual_number SET NOT NULL,
    ALTER COLUMN individual_number_index SET NOT NULL,
    DROP COLUMN individual_number_clear;

ALTER TABLE resident_history ADD CHECK (octet_length(individual_number) = 33 AND octet_length(individual_number_index) = 32);

ALTER TABLE arriver ALTER COLUMN individual_number SET NOT NULL;

ALTER TABLE arriver ADD CHECK (octet_length(individual_number) = 33 AND NOT mover ? 'individual_number');

-- Who looked at somebody who is not in the register yet is asked by their resident record code.

ALTER TABLE arriver ADD COLUMN record_code text COLLATE "C"
    GENERATED ALWAYS AS (mover ->> 'resident_record_code') STORED;

CREATE INDEX arriver_record_code ON arriver (municipality_code, record_code);

-- Numbers that J-LIS gives to whom no register ever held (番号法 8条2項): of each only its place in the row is kept. Number and code
-- follow from it under a key of this network's own, so no individual number lies here, and none says anything of the other.

CREATE TABLE numbering_key (
    one    boolean PRIMARY KEY DEFAULT true CHECK (one),
    secret bytea NOT NULL CHECK (length(secret) = 32)
);

SELECT protect('numbering_key', verbs => 'SELECT, INSERT');

CREATE TABLE numbers_given (
    request_id        uuid PRIMARY KEY,
    serial            bigint NOT NULL UNIQUE CHECK (serial >= 0),
    municipality_code text NOT NULL CHECK (municipality_code ~ '^[0-9]{6}$'),
    given_at          timestamptz NOT NULL
);

SELECT protect('numbers_given', verbs => 'SELECT, INSERT');

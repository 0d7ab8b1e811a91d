-- Cities besides the planned one that asked for a mover's data, because the mover stood there: who takes a move back, or hears that
-- somebody arrived, tells all that expect them.
CREATE TABLE certificate_copy (
    municipality_code text NOT NULL,
    case_id           text NOT NULL,
    to_municipality   text NOT NULL CHECK (to_municipality ~ '^[0-9]{6}$'),
    PRIMARY KEY (municipality_code, case_id, to_municipality)
);

SELECT protect('certificate_copy', tenant => 'municipality_code', verbs => 'SELECT, INSERT');

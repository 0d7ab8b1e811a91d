-- Which versions of records a page that was looked at wrote. The button pressed again finds them; another page, of the same person and day but with
-- something else on it, does not: it is refused or looked at anew, and nobody is told that it was written.
CREATE TABLE page_written (
    municipality_code text NOT NULL,
    mark              text NOT NULL CHECK (mark ~ '^[0-9a-f]{32}$'),
    resident_id       text NOT NULL,
    version           integer NOT NULL,
    PRIMARY KEY (municipality_code, mark, resident_id)
);

SELECT protect('page_written', tenant => 'municipality_code', personal => true);

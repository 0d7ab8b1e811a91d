-- Who is about to be registered without a transfer, and by which city: born, from abroad, from outside the directory. One city has
-- them from here on; its letter that registers them, or its giving them back, ends it.
CREATE TABLE claim (
    resident_record_code text PRIMARY KEY CHECK (resident_record_code ~ '^[0-9]{11}$'),
    request_id           uuid NOT NULL,
    municipality_code    text NOT NULL CHECK (municipality_code ~ '^[0-9]{6}$'),
    what                 text NOT NULL CHECK (what IN ('birth', 'immigration', 'from-outside')),
    claimed_at           timestamptz NOT NULL
);

SELECT protect('claim', personal => true);

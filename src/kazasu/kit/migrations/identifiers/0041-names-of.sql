-- Audit rows name customers by the service's own identifiers; whoever asks who looked comes with a subject.

CREATE OR REPLACE FUNCTION names_of(asked text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT asked UNION SELECT own_id FROM own_link WHERE subject = asked
$$;

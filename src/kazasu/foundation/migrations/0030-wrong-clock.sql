-- A clock that was wrong for a minute: no session outlives it, and the next process is warned.

-- A session that was seen in a time to come was made by a wrong clock: it would never be idle until then.
CREATE OR REPLACE FUNCTION session_of(asked text, hash bytea, instant timestamptz, idle interval, absolute interval)
RETURNS TABLE (kind text, subject text, data jsonb, created_at timestamptz) LANGUAGE plpgsql AS $$
DECLARE
    seen timestamptz;
BEGIN
    PERFORM set_config('kazasu.tenant', asked, true);
    SELECT s.kind, s.subject, s.data, s.created_at, s.seen_at INTO kind, subject, data, created_at, seen
    FROM web_session s
    WHERE s.tenant = asked AND s.id_hash = hash
      AND s.seen_at > instant - idle AND s.created_at > instant - absolute
      AND s.seen_at <= instant + interval '1 minute';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF seen < instant - interval '1 minute' THEN
        PERFORM set_config('synchronous_commit', 'off', true);
        UPDATE web_session s SET seen_at = instant WHERE s.tenant = asked AND s.id_hash = hash;
    END IF;
    RETURN NEXT;
END
$$;

-- The latest present that any process of this room has told: of nobody, one row.
CREATE TABLE clock_seen (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    at  timestamptz NOT NULL
);

SELECT protect('clock_seen', verbs => 'SELECT, INSERT, UPDATE');

-- What was seen before, after noting the present; "believed": a present that has lasted, though it lies before it.
CREATE FUNCTION see_clock(present timestamptz, believed boolean) RETURNS timestamptz
LANGUAGE plpgsql AS $$
DECLARE
    before timestamptz;
BEGIN
    SELECT at INTO before FROM clock_seen;
    INSERT INTO clock_seen AS c (at) VALUES (present)
    ON CONFLICT (one) DO UPDATE SET at = CASE WHEN believed THEN present ELSE greatest(c.at, present) END;
    RETURN before;
END
$$;

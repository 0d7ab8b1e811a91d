-- A clock that was wrong for a minute: what was tried then waits until then, a year perhaps. No wait of ours is longer
-- than an hour, so whatever would have to wait for more is due at once. Owner's rights: whoever goes round must not
-- become each of 1,741 cities for it. It tells how many, and nothing of them.

CREATE POLICY owner_mends ON outbox FOR UPDATE TO CURRENT_USER USING (true);

CREATE POLICY owner_mends ON outbox_silence FOR UPDATE TO CURRENT_USER USING (true);

CREATE POLICY owner_mends ON inbox FOR UPDATE TO CURRENT_USER USING (true);

CREATE FUNCTION forget_far_waits(at timestamptz, longest interval) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH letters AS (
        UPDATE outbox SET next_at = at WHERE sent_at IS NULL AND next_at > at + longest RETURNING 1),
    receivers AS (
        UPDATE outbox_silence SET next_at = at WHERE next_at > at + longest RETURNING 1),
    waiting AS (
        UPDATE inbox SET next_at = at WHERE applied_at IS NULL AND next_at > at + longest RETURNING 1)
    SELECT (SELECT count(*) FROM letters) + (SELECT count(*) FROM receivers) + (SELECT count(*) FROM waiting)
$$;

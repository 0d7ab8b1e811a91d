-- Letters go by receiver: who does not answer keeps nobody waiting but the letters to itself.

CREATE INDEX outbox_lane ON outbox (tenant, recipient, next_at) WHERE sent_at IS NULL;

DROP INDEX outbox_due;

-- What the operators' pages list.
CREATE INDEX outbox_undelivered ON outbox (tenant, created_at) WHERE sent_at IS NULL;

CREATE INDEX inbox_unapplied ON inbox (tenant, received_at) WHERE applied_at IS NULL;

-- A receiver that does not answer: none of its letters is tried before next_at.
CREATE TABLE outbox_silence (
    tenant     text NOT NULL,
    recipient  text NOT NULL,
    attempts   int NOT NULL,
    next_at    timestamptz NOT NULL,
    last_error text NOT NULL,
    PRIMARY KEY (tenant, recipient)
);

SELECT protect('outbox_silence', tenant => 'tenant');

CREATE POLICY owner_finds ON outbox_silence FOR SELECT TO CURRENT_USER USING (true);

-- Once acknowledged the sealed text is emptied here as it is at the receiver; its hash and the
-- receiver's signed receipt, which names the hash, stay.
ALTER TABLE outbox ADD COLUMN hash bytea, ALTER COLUMN sealed DROP NOT NULL;

CREATE POLICY owner_empties ON outbox FOR UPDATE TO CURRENT_USER USING (true);

UPDATE outbox SET hash = sha256(convert_to(sealed, 'UTF8')), sealed = NULL WHERE sent_at IS NOT NULL;

DROP POLICY owner_empties ON outbox;

ALTER TABLE outbox ADD CONSTRAINT outbox_sealed
    CHECK (CASE WHEN sent_at IS NULL THEN sealed IS NOT NULL ELSE sealed IS NULL AND hash IS NOT NULL END);

DROP FUNCTION tenants_to_send(timestamptz);

-- Whose letters to whom are due: names, and how often the receiver was silent. From one lane to the
-- next through the index: the work grows with the lanes and not with the letters.
CREATE FUNCTION lanes_to_send(at timestamptz)
RETURNS TABLE (tenant text, recipient text, failures int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    WITH RECURSIVE lane AS (
        (SELECT o.tenant, o.recipient, o.next_at FROM outbox o WHERE o.sent_at IS NULL
         ORDER BY o.tenant, o.recipient, o.next_at LIMIT 1)
        UNION ALL
        SELECT following.* FROM lane, LATERAL (
            SELECT o.tenant, o.recipient, o.next_at FROM outbox o
            WHERE o.sent_at IS NULL AND (o.tenant, o.recipient) > (lane.tenant, lane.recipient)
            ORDER BY o.tenant, o.recipient, o.next_at LIMIT 1) following)
    SELECT lane.tenant, lane.recipient, coalesce(s.attempts, 0)
    FROM lane LEFT JOIN outbox_silence s ON s.tenant = lane.tenant AND s.recipient = lane.recipient
    WHERE lane.next_at <= at AND (s.next_at IS NULL OR s.next_at <= at)
$$;

-- The number of the next letter of a case to a receiver; one writer at a time, for the numbers must
-- have no gap. Volatile: the second statement sees what was committed while the first one waited.
CREATE FUNCTION next_seq(of_tenant text, of_sender text, to_recipient text, about text) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(
        hashtextextended(concat_ws(' ', 'outbox', of_tenant, of_sender, to_recipient, about), 0));
    RETURN (SELECT coalesce(max(seq), 0) + 1 FROM outbox
            WHERE tenant = of_tenant AND sender = of_sender AND recipient = to_recipient
              AND case_id = about);
END
$$;

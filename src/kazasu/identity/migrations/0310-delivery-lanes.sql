-- Deliveries go by receiver, as letters do: who does not answer keeps nobody waiting but what is for itself. A party has
-- a lane for events and one for logout tokens: they have addresses of their own.

CREATE INDEX delivery_lane ON delivery (client_id, kind, next_at) WHERE delivered_at IS NULL;

DROP INDEX delivery_due;

CREATE TABLE delivery_silence (
    client_id text NOT NULL,
    kind      text NOT NULL,
    attempts  integer NOT NULL,
    next_at   timestamptz NOT NULL,
    PRIMARY KEY (client_id, kind)
);

SELECT protect('delivery_silence');

-- Which lanes are due, and how often the receiver was silent. From one lane to the next through the index.
CREATE FUNCTION lanes_to_deliver(at timestamptz)
RETURNS TABLE (client_id text, kind text, address text, failures int) LANGUAGE sql STABLE AS $$
    WITH RECURSIVE lane AS (
        (SELECT d.client_id, d.kind, d.next_at FROM delivery d WHERE d.delivered_at IS NULL
         ORDER BY d.client_id, d.kind, d.next_at LIMIT 1)
        UNION ALL
        SELECT following.* FROM lane, LATERAL (
            SELECT d.client_id, d.kind, d.next_at FROM delivery d
            WHERE d.delivered_at IS NULL AND (d.client_id, d.kind) > (lane.client_id, lane.kind)
            ORDER BY d.client_id, d.kind, d.next_at LIMIT 1) following)
    SELECT lane.client_id, lane.kind,
           CASE lane.kind WHEN 'event' THEN c.events_uri ELSE c.backchannel_logout_uri END,
           coalesce(s.attempts, 0)
    FROM lane JOIN client c USING (client_id)
         LEFT JOIN delivery_silence s ON s.client_id = lane.client_id AND s.kind = lane.kind
    WHERE lane.next_at <= at AND (s.next_at IS NULL OR s.next_at <= at)
$$;

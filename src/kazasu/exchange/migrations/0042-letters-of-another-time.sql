-- A letter dated later than it is here, or before the key that signed it, waits until the clock reaches it or an operator
-- opens it by hand.
ALTER TABLE inbox ADD COLUMN by_hand timestamptz;

-- How many letters wait in a room, and why, for /healthz and the metrics: counts, and nothing of them. Owner's rights:
-- whoever looks each few seconds must not become each of 1,741 cities for it.
CREATE FUNCTION letters_that_wait()
RETURNS TABLE (fault text, letters bigint, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT fault, count(*), min(received_at) FROM inbox WHERE applied_at IS NULL GROUP BY fault
$$;

-- Emergency looks that are over and were not reviewed in time, for the alarm of it. Owner's rights, because it is asked each second and
-- for all cities at once, and an audit row of each such question would say nothing: what it tells is of staff, the reason as it was
-- chosen, and times. Whose record it was it does not tell.

CREATE INDEX emergency_look_unreviewed ON emergency_look (least(closed_at, until)) WHERE agreed_at IS NOT NULL AND reviewed_at IS NULL;

CREATE POLICY owner_reminds ON alarm FOR SELECT TO CURRENT_USER USING (kind = 'emergency-late');

-- Those that were over by then, that have no open alarm, and none that was closed since.
CREATE FUNCTION emergency_reviews_late(over_by timestamptz, closed_since timestamptz)
RETURNS TABLE (tenant text, look_id text, asked_by text, agreed_by text, reason text, over_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT e.tenant, e.look_id, e.asked_by, e.agreed_by, e.reason, least(e.closed_at, e.until)
    FROM emergency_look e
    WHERE e.agreed_at IS NOT NULL AND e.reviewed_at IS NULL AND least(e.closed_at, e.until) < over_by
      AND NOT EXISTS (
          SELECT FROM alarm a
          WHERE a.tenant = e.tenant AND a.kind = 'emergency-late' AND a.cause = e.look_id
            AND (a.seen_at IS NULL OR a.seen_at > closed_since))
    ORDER BY least(e.closed_at, e.until) LIMIT 200
$$;

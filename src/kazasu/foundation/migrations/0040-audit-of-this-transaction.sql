-- The audit row is that of this very transaction, and names everybody who was shown.

-- A transaction's number alone does not say which transaction it was: a dump that is restored into another cluster
-- brings rows whose numbers are given out again. Number and first instant together are given once.
ALTER TABLE audit_log ADD COLUMN opened timestamptz;

ALTER TABLE audit_log ALTER COLUMN opened SET DEFAULT transaction_timestamp();

CREATE OR REPLACE FUNCTION audited() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF EXISTS (SELECT FROM audit_log
               WHERE xid = pg_current_xact_id_if_assigned() AND opened = transaction_timestamp()
                 AND tenant = current_setting('kazasu.tenant', true)) THEN
        RETURN true;
    END IF;
    RAISE EXCEPTION 'no audit, no data: this transaction has not said who reads what for'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Whose rows were shown is known once they were read. Owner's rights: the room itself may change no record. This
-- changes one of this very transaction, which no tree holds yet, and only adds to it.
CREATE FUNCTION name_shown(record bigint, everybody text[], committed bytea) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    asked text := current_setting('kazasu.tenant', true);
BEGIN
    UPDATE audit_log SET subjects = everybody, leaf = committed
    WHERE tenant = asked AND id = record AND subjects <@ everybody
      AND xid = pg_current_xact_id_if_assigned() AND opened = transaction_timestamp();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only the record of this very transaction takes further names'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO audit_subject SELECT DISTINCT asked, unnest(everybody), record ON CONFLICT DO NOTHING;
END
$$;

-- Under which names this room's records know whom a subject names; a room with identifiers of its own says so.
CREATE FUNCTION names_of(asked text) RETURNS SETOF text LANGUAGE sql STABLE AS $$ SELECT asked $$;

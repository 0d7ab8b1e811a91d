-- Every room: the audit log with its tree, and how tables are protected (design, part 3, rules 3 and 9).

CREATE TABLE audit_log (
    tenant     text NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    at         timestamptz NOT NULL,
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    actor      text NOT NULL CHECK (actor <> ''),
    action     text NOT NULL CHECK (action <> ''),
    purpose_ja text NOT NULL CHECK (purpose_ja <> ''),
    purpose_en text NOT NULL CHECK (purpose_en <> ''),
    subjects   text[] NOT NULL,
    case_id    text NOT NULL,
    fields     text[] NOT NULL,
    nonce      bytea NOT NULL,
    leaf       bytea NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX audit_log_transaction ON audit_log (xid);

CREATE INDEX audit_log_subjects ON audit_log USING gin (subjects) WITH (fastupdate = on);

CREATE TABLE audit_leaf (
    tenant     text NOT NULL,
    leaf_index bigint NOT NULL,
    audit_id   bigint NOT NULL,
    PRIMARY KEY (tenant, leaf_index),
    UNIQUE (tenant, audit_id)
);

-- Records without a place in the tree yet: written with the record, removed by the sealer.
CREATE TABLE audit_pending (
    tenant   text NOT NULL,
    audit_id bigint NOT NULL,
    PRIMARY KEY (tenant, audit_id)
);

CREATE TABLE audit_checkpoint (
    tenant    text NOT NULL,
    size      bigint NOT NULL,
    root      bytea NOT NULL,
    peaks     bytea[] NOT NULL,
    at        timestamptz NOT NULL,
    signature text NOT NULL,
    PRIMARY KEY (tenant, size)
);

-- True when this transaction has written an audit row; an error, not false, when it has not:
-- silence would look like an empty register.
CREATE FUNCTION audited() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF EXISTS (SELECT FROM audit_log WHERE xid = pg_current_xact_id_if_assigned()) THEN
        RETURN true;
    END IF;
    RAISE EXCEPTION 'no audit, no data: this transaction has not said who reads what for'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

-- Call after each CREATE TABLE. Grants the table to the room's app role and forces row level
-- security: by tenant where the table has one, and by audit where it is personal.
CREATE FUNCTION protect(target text, tenant text DEFAULT '', personal boolean DEFAULT false,
                        verbs text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rule text := 'true';
BEGIN
    IF tenant <> '' THEN
        rule := format('%I = (SELECT current_setting(''kazasu.tenant'', true))', tenant);
    END IF;
    IF personal THEN
        rule := rule || ' AND (SELECT audited())';
    END IF;
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY room ON %I USING (%s) WITH CHECK (%s)', target, rule, rule);
    EXECUTE format('GRANT %s ON %I TO %I', verbs, target, current_schema());
END
$$;

SELECT protect('audit_log', tenant => 'tenant', verbs => 'SELECT, INSERT');

SELECT protect('audit_leaf', tenant => 'tenant', verbs => 'SELECT, INSERT');

SELECT protect('audit_pending', tenant => 'tenant', verbs => 'SELECT, INSERT, DELETE');

SELECT protect('audit_checkpoint', tenant => 'tenant', verbs => 'SELECT, INSERT');

-- Which tenants have records that wait for their place in the tree. Owner's rights: the sealer
-- must find the tenants before it can become one of them. It gives names only.
CREATE POLICY owner_finds ON audit_pending FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION tenants_to_seal() RETURNS SETOF text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path FROM CURRENT AS $$
    SELECT DISTINCT tenant FROM audit_pending
$$;

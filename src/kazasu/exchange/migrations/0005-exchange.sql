-- Every room: letters out, letters in, and the record of inquiries.

CREATE TABLE outbox (
    tenant     text NOT NULL,
    message_id uuid NOT NULL,
    sender     text NOT NULL,
    recipient  text NOT NULL,
    kind       text NOT NULL,
    case_id    text NOT NULL,
    seq        bigint NOT NULL,
    sealed     text NOT NULL,
    created_at timestamptz NOT NULL,
    next_at    timestamptz NOT NULL,
    attempts   int NOT NULL DEFAULT 0,
    last_error text NOT NULL DEFAULT '',
    sent_at    timestamptz,
    receipt    text,
    PRIMARY KEY (tenant, message_id),
    UNIQUE (tenant, sender, recipient, case_id, seq)
);

CREATE INDEX outbox_due ON outbox (tenant, next_at) WHERE sent_at IS NULL;

CREATE INDEX outbox_case ON outbox (tenant, sender, recipient, case_id, seq) WHERE sent_at IS NULL;

CREATE TABLE inbox (
    tenant      text NOT NULL,
    sender      text NOT NULL,
    message_id  uuid NOT NULL,
    hash        bytea NOT NULL,
    kind        text NOT NULL,
    case_id     text NOT NULL,
    seq         bigint NOT NULL,
    sealed      text,
    received_at timestamptz NOT NULL,
    applied_at  timestamptz,
    attempts    int NOT NULL DEFAULT 0,
    next_at     timestamptz NOT NULL,
    fault       text NOT NULL DEFAULT '',
    fault_ja    text NOT NULL DEFAULT '',
    fault_en    text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, sender, message_id),
    UNIQUE (tenant, sender, case_id, seq)
);

CREATE INDEX inbox_waiting ON inbox (tenant, next_at) WHERE applied_at IS NULL;

-- A letter that came again with the same number and other content: kept as evidence, never applied.
CREATE TABLE inbox_alarm (
    tenant     text NOT NULL,
    alarm_id   uuid NOT NULL,
    sender     text NOT NULL,
    message_id uuid NOT NULL,
    hash       bytea NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (tenant, alarm_id)
);

CREATE TABLE inquiry_log (
    tenant     text NOT NULL,
    direction  text NOT NULL CHECK (direction IN ('asked', 'answered')),
    peer       text NOT NULL,
    inquiry_id uuid NOT NULL,
    kind       text NOT NULL,
    actor      text NOT NULL,
    purpose_ja text NOT NULL,
    purpose_en text NOT NULL,
    basis      text NOT NULL,
    at         timestamptz NOT NULL,
    done_at    timestamptz,
    outcome    text NOT NULL DEFAULT '',
    PRIMARY KEY (tenant, direction, peer, inquiry_id)
);

SELECT protect('outbox', tenant => 'tenant', verbs => 'SELECT, INSERT, UPDATE');

SELECT protect('inbox', tenant => 'tenant', verbs => 'SELECT, INSERT, UPDATE');

SELECT protect('inbox_alarm', tenant => 'tenant', verbs => 'SELECT, INSERT');

SELECT protect('inquiry_log', tenant => 'tenant', verbs => 'SELECT, INSERT, UPDATE');

CREATE POLICY owner_finds ON outbox FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_finds ON inbox FOR SELECT TO CURRENT_USER USING (true);

-- Which tenants have letters to send now, or waiting ones to try again. Names only.
CREATE FUNCTION tenants_to_send(at timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT DISTINCT tenant FROM outbox WHERE sent_at IS NULL AND next_at <= at
$$;

CREATE FUNCTION tenants_to_retry(at timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT DISTINCT tenant FROM inbox WHERE applied_at IS NULL AND next_at <= at
$$;

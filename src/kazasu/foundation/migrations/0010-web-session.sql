-- Every room with pages: server-side sessions, bound to the tenant; the cookie's hash, never the cookie.

CREATE TABLE web_session (
    tenant     text NOT NULL,
    id_hash    bytea NOT NULL,
    kind       text NOT NULL,
    subject    text NOT NULL,
    data       jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant, id_hash)
);

CREATE INDEX web_session_seen ON web_session (tenant, seen_at);

SELECT protect('web_session', tenant => 'tenant');

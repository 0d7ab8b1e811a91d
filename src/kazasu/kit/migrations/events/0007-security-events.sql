-- Numbers of the security events that were received (kazasu.kit.sql, kazasu.kit.events).

CREATE TABLE security_event (
    jti         text PRIMARY KEY,
    digest      bytea NOT NULL,
    kind        text NOT NULL,
    received_at timestamptz NOT NULL
);

CREATE INDEX security_event_received ON security_event (received_at);

SELECT protect('security_event', verbs => 'SELECT, INSERT, DELETE');

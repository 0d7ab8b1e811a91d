-- What a person approved with a tap (payee, amount), for the person's own record: sealed to the service, read together with the
-- record alone, for a year.

CREATE TABLE approved_payment (
    release_id uuid PRIMARY KEY,
    sealed     text NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX approved_payment_expiry ON approved_payment (expires_at);

SELECT protect('approved_payment', verbs => 'SELECT, INSERT, DELETE');

-- Whether somebody is 20 or older: only the outcome and when. The record itself is never stored.

CREATE TABLE age_check (
    check_id   text PRIMARY KEY,
    wallet_id  text NOT NULL,
    asked_at   timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    decided_at timestamptz,
    outcome    text NOT NULL DEFAULT ''
               CHECK (outcome IN ('', 'confirmed', 'not-confirmed', 'refused', 'failed')),
    code       text NOT NULL DEFAULT '',
    CHECK ((decided_at IS NULL) = (outcome = ''))
);

CREATE INDEX age_check_wallet ON age_check (wallet_id);

SELECT protect('age_check', personal => true);

-- The request object, until the first phone fetches it.
CREATE TABLE age_request (
    request_id text PRIMARY KEY,
    request    text NOT NULL,
    expires_at timestamptz NOT NULL
);

SELECT protect('age_request', verbs => 'SELECT, INSERT, DELETE');

-- What the answer is checked against, until the first answer comes. A private key for that answer is in it.
CREATE TABLE age_pending (
    state      text PRIMARY KEY,
    check_id   text NOT NULL,
    pending    text NOT NULL,
    expires_at timestamptz NOT NULL
);

SELECT protect('age_pending', verbs => 'SELECT, INSERT, DELETE');

-- The payment service: wallets under its own identifiers, links to banks, charges. It keeps nobody's
-- name, address or date of birth: what the bank compares passes through and is not stored.

CREATE TABLE link_attempt (
    request_id  text PRIMARY KEY,
    wallet_id   text NOT NULL,
    bank        text NOT NULL,
    state       text NOT NULL,
    continue_at text NOT NULL,
    begun_at    timestamptz NOT NULL,
    done_at     timestamptz
);

SELECT protect('link_attempt', personal => true);

CREATE TABLE bank_link (
    link_id   text PRIMARY KEY,
    wallet_id text NOT NULL,
    bank      text NOT NULL,
    hint      text NOT NULL,
    since     timestamptz NOT NULL,
    ended_at  timestamptz,
    ended_by  text NOT NULL DEFAULT ''
);

CREATE INDEX bank_link_wallet ON bank_link (wallet_id);

SELECT protect('bank_link', personal => true);

-- A charge counts once the bank said that it was done; until then it is asked again.
CREATE TABLE charge (
    charge_id text PRIMARY KEY,
    wallet_id text NOT NULL,
    link_id   text NOT NULL,
    amount    bigint NOT NULL CHECK (amount > 0),
    asked_at  timestamptz NOT NULL,
    done_at   timestamptz,
    refused   text NOT NULL DEFAULT '',
    CHECK (done_at IS NULL OR refused = '')
);

CREATE INDEX charge_wallet ON charge (wallet_id);

SELECT protect('charge', personal => true);

CREATE TABLE link_message (
    jti   text PRIMARY KEY,
    until timestamptz NOT NULL
);

SELECT protect('link_message', verbs => 'SELECT, INSERT, DELETE');

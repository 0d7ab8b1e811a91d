-- Links of accounts to partners' services (kazasu.business.account_link). A link's id is of this pair.

CREATE TABLE link_request (
    request_id      text PRIMARY KEY,
    partner         text NOT NULL,
    return_to       text NOT NULL,
    state           text NOT NULL,
    name            text NOT NULL,
    birthdate       date NOT NULL,
    expires_at      timestamptz NOT NULL,
    customer_number text NOT NULL DEFAULT '',
    token_hash      bytea,
    token_until     timestamptz,
    done_at         timestamptz
);

SELECT protect('link_request', personal => true);

CREATE TABLE account_link (
    link_id         text PRIMARY KEY,
    partner         text NOT NULL,
    customer_number text NOT NULL,
    account_number  text NOT NULL,
    since           timestamptz NOT NULL,
    ended_at        timestamptz,
    ended_by        text NOT NULL DEFAULT ''
);

CREATE INDEX account_link_customer ON account_link (customer_number);

SELECT protect('account_link', personal => true);

CREATE TABLE link_message (
    jti     text PRIMARY KEY,
    until   timestamptz NOT NULL
);

SELECT protect('link_message', verbs => 'SELECT, INSERT, DELETE');

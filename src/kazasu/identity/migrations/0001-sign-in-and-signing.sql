-- The identity service. No certificate serial and no individual number has a column here; what a
-- card brought lies sealed to the service's own key for minutes only.

-- Relying parties as registered. The service itself may only read them: a sector never changes.
CREATE TABLE client (
    client_id          text PRIMARY KEY CHECK (client_id ~ '^[0-9a-zA-Z-]{1,255}$'),
    institution        text NOT NULL,
    sector             text NOT NULL,
    name_ja            text NOT NULL,
    name_en            text NOT NULL,
    colour             text NOT NULL CHECK (colour ~ '^#[0-9A-Fa-f]{6}$'),
    certificate        text NOT NULL,
    redirect_uris      text[] NOT NULL,
    logout_uris        text[] NOT NULL,
    scopes             text[] NOT NULL,
    grants             text[] NOT NULL,
    public_institution boolean NOT NULL,
    CHECK (public_institution OR NOT 'resident' = ANY (scopes))
);

SELECT protect('client', verbs => 'SELECT');

-- Pairwise subjects: random and stored, so that they survive key rotation and can be deleted.
CREATE TABLE subject (
    person_ref text NOT NULL,
    sector     text NOT NULL,
    sub        text NOT NULL CHECK (length(sub) BETWEEN 16 AND 255),
    PRIMARY KEY (person_ref, sector)
);

SELECT protect('subject', personal => true, verbs => 'SELECT, INSERT, DELETE');

-- What was released to whom, when, on which evidence. Append-only.
CREATE TABLE release (
    person_ref  text NOT NULL,
    release_id  uuid NOT NULL,
    client_id   text NOT NULL,
    sub         text NOT NULL,
    at          timestamptz NOT NULL,
    action      text NOT NULL,
    items       text[] NOT NULL,
    acr         text NOT NULL,
    evidence_id text NOT NULL,
    PRIMARY KEY (person_ref, release_id)
);

SELECT protect('release', personal => true, verbs => 'SELECT, INSERT');

-- An authorization request that waits for its tap. The person is not known yet.
CREATE TABLE authorization_request (
    authorization_id    text PRIMARY KEY,
    client_id           text NOT NULL,
    redirect_uri        text NOT NULL,
    scopes              text[] NOT NULL,
    state               text NOT NULL,
    nonce               text NOT NULL,
    code_challenge      text NOT NULL,
    acr_values          text[] NOT NULL,
    sign_transaction_id uuid,
    binding             bytea NOT NULL,
    check_number        text NOT NULL,
    expires_at          timestamptz NOT NULL,
    done_at             timestamptz,
    failure             jsonb
);

CREATE INDEX authorization_request_expiry ON authorization_request (expires_at);

SELECT protect('authorization_request');

CREATE TABLE tap (
    tap_id           text PRIMARY KEY,
    authorization_id text NOT NULL,
    device           text NOT NULL CHECK (device IN ('terminal', 'phone')),
    nonce            text NOT NULL,
    phone_code       text NOT NULL,
    expires_at       timestamptz NOT NULL,
    answered_at      timestamptz,
    confirmed_at     timestamptz
);

CREATE INDEX tap_of_authorization ON tap (authorization_id);

CREATE INDEX tap_phone_code ON tap (phone_code) WHERE phone_code <> '';

CREATE INDEX tap_expiry ON tap (expires_at);

SELECT protect('tap');

-- What a terminal brought, sealed to the service itself, until the right browser fetches it.
CREATE TABLE tap_answer (
    handle_hash bytea PRIMARY KEY,
    tap_id      text NOT NULL UNIQUE,
    sealed      text NOT NULL,
    expires_at  timestamptz NOT NULL
);

CREATE INDEX tap_answer_expiry ON tap_answer (expires_at);

SELECT protect('tap_answer', verbs => 'SELECT, INSERT, DELETE');

-- A completed tap as one relying party may use it: its code, and what the tokens stand for.
CREATE TABLE authorization_grant (
    grant_id            text PRIMARY KEY,
    client_id           text NOT NULL,
    person_ref          text NOT NULL,
    sub                 text NOT NULL,
    scopes              text[] NOT NULL,
    redirect_uri        text NOT NULL,
    nonce               text NOT NULL,
    code_challenge      text NOT NULL,
    acr                 text NOT NULL,
    amr                 text[] NOT NULL,
    auth_time           timestamptz NOT NULL,
    code_hash           bytea NOT NULL,
    code_until          timestamptz NOT NULL,
    code_used_at        timestamptz,
    revoked_at          timestamptz,
    expires_at          timestamptz NOT NULL
);

CREATE INDEX authorization_grant_code ON authorization_grant (code_hash);

CREATE INDEX authorization_grant_expiry ON authorization_grant (expires_at);

SELECT protect('authorization_grant');

-- The four attributes between tap and userinfo, sealed to the service itself.
CREATE TABLE released_attributes (
    grant_id   text PRIMARY KEY,
    sealed     text NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX released_attributes_expiry ON released_attributes (expires_at);

SELECT protect('released_attributes', verbs => 'SELECT, INSERT, DELETE');

CREATE TABLE access_token (
    token_hash bytea PRIMARY KEY,
    client_id  text NOT NULL,
    grant_id   text,
    scopes     text[] NOT NULL,
    expires_at timestamptz NOT NULL
);

CREATE INDEX access_token_grant ON access_token (grant_id);

CREATE INDEX access_token_expiry ON access_token (expires_at);

SELECT protect('access_token', verbs => 'SELECT, INSERT, DELETE');

CREATE TABLE used_assertion (
    client_id  text NOT NULL,
    jti        text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, jti)
);

CREATE INDEX used_assertion_expiry ON used_assertion (expires_at);

SELECT protect('used_assertion', verbs => 'SELECT, INSERT, DELETE');

-- A document to be signed, sealed to the service itself, and later its signature.
CREATE TABLE sign_transaction (
    sign_transaction_id uuid PRIMARY KEY,
    client_id           text NOT NULL,
    document            text NOT NULL,
    audiences           text[] NOT NULL,
    expires_at          timestamptz NOT NULL,
    signature           text,
    signed_at           timestamptz,
    certificates        jsonb,
    grant_id            text,
    CHECK ((signature IS NULL) = (signed_at IS NULL))
);

CREATE INDEX sign_transaction_expiry ON sign_transaction (expires_at);

SELECT protect('sign_transaction');

-- Keys of ID tokens, sealed to the service itself; the next is published before it is used.
CREATE TABLE id_token_key (
    kid         text PRIMARY KEY,
    sealed      text NOT NULL,
    active_from timestamptz NOT NULL
);

SELECT protect('id_token_key', verbs => 'SELECT, INSERT, DELETE');

-- Trial logins of the sandbox's own test client, and the reference by which a request is found again.

ALTER TABLE inspected_request ADD COLUMN reference text NOT NULL DEFAULT '';

-- By party: the client that logs in with its settings, that client's key, and the login under way.
CREATE TABLE trial (
    party_id  text PRIMARY KEY,
    client_id text NOT NULL,
    key       jsonb NOT NULL,
    state     text NOT NULL DEFAULT '',
    nonce     text NOT NULL DEFAULT '',
    verifier  text NOT NULL DEFAULT '',
    begun_at  timestamptz NOT NULL
);

SELECT protect('trial');

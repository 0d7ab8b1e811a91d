-- A party's logins under way, each by its own state: who begins twice may come back from either, and a forged answer
-- uses up none. The columns of trial that held the one of them are written no more.

CREATE TABLE trial_login (
    party_id text NOT NULL,
    state    text NOT NULL,
    nonce    text NOT NULL,
    verifier text NOT NULL,
    begun_at timestamptz NOT NULL,
    PRIMARY KEY (party_id, state)
);

SELECT protect('trial_login');

-- Who asks with an ID token of before (id_token_hint) means that person: another one's card gives no code.

ALTER TABLE authorization_request ADD COLUMN expected_sub text NOT NULL DEFAULT '';

-- ID tokens by RS256 for the parties that register it (OpenID Connect Registration 2): each kind of key has its own row of successors.

ALTER TABLE id_token_key ADD COLUMN algorithm text NOT NULL DEFAULT 'ES256' CHECK (algorithm IN ('ES256', 'RS256'));

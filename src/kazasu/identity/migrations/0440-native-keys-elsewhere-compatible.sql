-- What other people's programs register: an application on somebody's own device (RFC 8252), keys that lie at an address of the
-- party (RFC 7591 2: jwks_uri), ID tokens by RS256, and test parties that are treated as the public sandbox treats them.

ALTER TABLE client ADD COLUMN native boolean NOT NULL DEFAULT false;

ALTER TABLE client ADD COLUMN id_token_alg text NOT NULL DEFAULT 'ES256' CHECK (id_token_alg IN ('ES256', 'RS256'));

ALTER TABLE client ADD COLUMN compat boolean NOT NULL DEFAULT false;

-- Whoever is more than a test party is never treated so, whatever a program forgets.
ALTER TABLE client ADD CONSTRAINT client_compat CHECK (NOT compat OR mode = 'test') NOT VALID;

-- `keys` holds what was found there; when that was, and when it was last tried (also in vain), by whichever process.
ALTER TABLE client ADD COLUMN jwks_uri text NOT NULL DEFAULT '';

ALTER TABLE client ADD COLUMN keys_at timestamptz;

ALTER TABLE client ADD COLUMN keys_tried_at timestamptz;

GRANT UPDATE (native, id_token_alg, compat, jwks_uri, keys_at, keys_tried_at) ON client TO identity;

-- Payments that are approved by a tap (RFC 9396). Amount and payee live as long as the request and its code; what stays is
-- their digest in the document of the consent.

ALTER TABLE authorization_request ADD COLUMN details text NOT NULL DEFAULT '';
ALTER TABLE authorization_grant ADD COLUMN details text NOT NULL DEFAULT '';

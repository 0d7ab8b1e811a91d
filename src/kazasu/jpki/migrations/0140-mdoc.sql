-- Electronic records of cards (mdoc) on phones: what was issued, to which key, on which certificate it hangs.

-- Whether a record is good is derived: it ends with revoked_at, with the signing certificate whose data it holds, and
-- with the certificate of the phone that it is on; while one of these is held, so is the record.
CREATE TABLE mdoc (
    mdoc_id         uuid PRIMARY KEY,
    person_id       uuid NOT NULL REFERENCES person,
    kind            text NOT NULL DEFAULT 'signing' CHECK (kind = 'signing'),
    serial          bigint NOT NULL,
    phone_kind      text NOT NULL DEFAULT 'authentication' CHECK (phone_kind = 'authentication'),
    phone_serial    bigint NOT NULL,
    device_key_hash bytea NOT NULL,
    status_list     integer NOT NULL,
    status_index    integer NOT NULL,
    issued_at       timestamptz NOT NULL,
    valid_until     timestamptz NOT NULL CHECK (valid_until > issued_at),
    revoked_at      timestamptz,
    UNIQUE (status_list, status_index),
    FOREIGN KEY (kind, serial) REFERENCES certificate,
    FOREIGN KEY (phone_kind, phone_serial) REFERENCES certificate
);

CREATE INDEX mdoc_device_key ON mdoc (device_key_hash);

CREATE INDEX mdoc_certificate ON mdoc (kind, serial);

CREATE INDEX mdoc_phone ON mdoc (phone_kind, phone_serial);

SELECT protect('mdoc', personal => true);

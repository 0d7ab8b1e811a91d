-- What a certificate is called towards a relying party; consents to be told of changes; each time they are used.

-- Random and stored: two parties cannot find out that they mean the same certificate.
CREATE TABLE certificate_ref (
    party          text NOT NULL,
    certificate_id uuid NOT NULL,
    kind           text NOT NULL,
    serial         bigint NOT NULL,
    made_at        timestamptz NOT NULL,
    PRIMARY KEY (party, certificate_id),
    UNIQUE (party, kind, serial),
    FOREIGN KEY (kind, serial) REFERENCES certificate
);

SELECT protect('certificate_ref', personal => true, verbs => 'SELECT, INSERT');

CREATE TABLE attribute_consent (
    consent_id    uuid PRIMARY KEY,
    party         text NOT NULL,
    person_id     uuid NOT NULL REFERENCES person,
    signed_serial bigint NOT NULL,
    -- The certificate whose attributes the party has: first the one that signed, then the last one given.
    held_serial   bigint NOT NULL,
    items         text[] NOT NULL CHECK (cardinality(items) BETWEEN 1 AND 4
                      AND items <@ ARRAY['name', 'address', 'birthdate', 'gender']),
    purpose       text NOT NULL
                      CHECK (purpose IN ('keep-customer-data', 'contract-screening', 'legal-duty')),
    document_digest bytea NOT NULL,
    -- Evidence that can be verified again: what was signed, the signature, and the certificate.
    document      bytea NOT NULL,
    signature     bytea NOT NULL,
    certificate   bytea NOT NULL,
    evidence_id   uuid NOT NULL REFERENCES evidence,
    given_at      timestamptz NOT NULL,
    until         timestamptz NOT NULL CHECK (until > given_at),
    ended_at      timestamptz,
    ended_by      text NOT NULL DEFAULT '' CHECK (ended_by IN ('', 'person', 'party')),
    subscription  boolean NOT NULL DEFAULT false,
    UNIQUE (party, document_digest),
    CHECK ((ended_at IS NULL) = (ended_by = ''))
);

CREATE INDEX attribute_consent_person ON attribute_consent (person_id);

SELECT protect('attribute_consent', personal => true, verbs => 'SELECT, INSERT, UPDATE');

CREATE FUNCTION attribute_consent_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.consent_id, OLD.party, OLD.person_id, OLD.signed_serial, OLD.items, OLD.purpose, OLD.document_digest,
        OLD.document, OLD.signature, OLD.certificate, OLD.evidence_id, OLD.given_at, OLD.until)
       IS DISTINCT FROM
       (NEW.consent_id, NEW.party, NEW.person_id, NEW.signed_serial, NEW.items, NEW.purpose, NEW.document_digest,
        NEW.document, NEW.signature, NEW.certificate, NEW.evidence_id, NEW.given_at, NEW.until) THEN
        RAISE EXCEPTION 'the terms of a consent were signed and never change';
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION 'a consent that has ended stays ended';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER attribute_consent_stands BEFORE UPDATE ON attribute_consent
    FOR EACH ROW EXECUTE FUNCTION attribute_consent_stands();

CREATE TABLE attribute_consent_history (
    consent_id uuid NOT NULL REFERENCES attribute_consent,
    entry_id   uuid NOT NULL,
    at         timestamptz NOT NULL,
    event      text NOT NULL CHECK (event IN ('given', 'supplied', 'subscribed', 'unsubscribed', 'ended')),
    by_whom    text NOT NULL,
    PRIMARY KEY (consent_id, entry_id)
);

SELECT protect('attribute_consent_history', personal => true, verbs => 'SELECT, INSERT');

CREATE TABLE attribute_pull (
    consent_id uuid NOT NULL REFERENCES attribute_consent,
    pull_id    uuid NOT NULL,
    at         timestamptz NOT NULL,
    what       text NOT NULL CHECK (what IN ('changes', 'give')),
    items      text[] NOT NULL,
    outcome    text NOT NULL CHECK (outcome IN ('unchanged', 'changed', 'pending', 'supplied', 'nothing')),
    PRIMARY KEY (consent_id, pull_id)
);

CREATE INDEX attribute_pull_latest ON attribute_pull (consent_id, at DESC);

SELECT protect('attribute_pull', personal => true, verbs => 'SELECT, INSERT');

-- No pull without a consent that lives at that instant: also if the program should forget to look.
CREATE FUNCTION attribute_pull_has_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM attribute_consent
      WHERE consent_id = NEW.consent_id AND ended_at IS NULL AND until > NEW.at AND NEW.items <@ items;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no live consent, no pull' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER attribute_pull_has_consent BEFORE INSERT ON attribute_pull
    FOR EACH ROW EXECUTE FUNCTION attribute_pull_has_consent();

-- 支援措置: whose new data are told to nobody.
CREATE TABLE protected_person (
    person_id         uuid PRIMARY KEY REFERENCES person,
    protected         boolean NOT NULL,
    municipality_code text NOT NULL,
    at                timestamptz NOT NULL
);

SELECT protect('protected_person', personal => true, verbs => 'SELECT, INSERT, UPDATE');

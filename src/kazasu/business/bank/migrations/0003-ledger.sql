-- Double entry. Money never appears or vanishes: the database itself refuses a journal whose postings do
-- not sum to zero. Balances are sums, never stored.

CREATE TABLE account (
    account_number  text PRIMARY KEY CHECK (account_number ~ '^[0-9]{7}$|^[a-z:]{4,40}$'),
    customer_number text NOT NULL,
    opened_at       timestamptz NOT NULL
);

CREATE INDEX account_customer ON account (customer_number);

SELECT protect('account', personal => true, verbs => 'SELECT, INSERT');

CREATE TABLE journal (
    journal_id uuid PRIMARY KEY,
    key        text NOT NULL UNIQUE,
    kind       text NOT NULL CHECK (kind IN ('cash', 'transfer', 'charge')),
    at         timestamptz NOT NULL
);

SELECT protect('journal', verbs => 'SELECT, INSERT');

CREATE TABLE posting (
    journal_id     uuid NOT NULL,
    account_number text NOT NULL,
    amount         bigint NOT NULL CHECK (amount <> 0),
    memo           text NOT NULL,
    PRIMARY KEY (journal_id, account_number)
);

CREATE INDEX posting_account ON posting (account_number);

SELECT protect('posting', personal => true, verbs => 'SELECT, INSERT');

CREATE FUNCTION journal_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount) FROM posting WHERE journal_id = NEW.journal_id) <> 0 THEN
        RAISE EXCEPTION 'journal % does not sum to zero', NEW.journal_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER journal_balances AFTER INSERT ON posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION journal_balances();

CREATE TABLE transfer (
    transfer_id     uuid PRIMARY KEY,
    customer_number text NOT NULL,
    from_account    text NOT NULL,
    to_account      text NOT NULL,
    payee           text NOT NULL,
    amount          bigint NOT NULL CHECK (amount > 0),
    document        bytea NOT NULL,
    prepared_at     timestamptz NOT NULL,
    signature       text NOT NULL DEFAULT '',
    evidence_id     text NOT NULL DEFAULT '',
    done_at         timestamptz
);

CREATE INDEX transfer_customer ON transfer (customer_number, prepared_at);

SELECT protect('transfer', personal => true);

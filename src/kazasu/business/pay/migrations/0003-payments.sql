-- Paying at a shop. The shop's row names no person and no wallet; the wallet's row is the customer's. They share the number on
-- the receipt, and only that. A payment is in both or in neither: one transaction writes them.

CREATE TABLE till_payment (
    payment_id  text PRIMARY KEY,
    number      text NOT NULL UNIQUE,
    shop        text NOT NULL,
    amount      bigint NOT NULL CHECK (amount > 0),
    made_at     timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    paid_at     timestamptz,
    refunded_at timestamptz,
    stopped_at  timestamptz,
    CHECK (paid_at IS NULL OR stopped_at IS NULL),
    CHECK (refunded_at IS NULL OR paid_at IS NOT NULL)
);

CREATE INDEX till_payment_shop ON till_payment (shop, paid_at);

SELECT protect('till_payment');

CREATE TABLE wallet_payment (
    number      text PRIMARY KEY,
    wallet_id   text NOT NULL,
    shop        text NOT NULL,
    amount      bigint NOT NULL CHECK (amount > 0),
    paid_at     timestamptz NOT NULL,
    refunded_at timestamptz
);

CREATE INDEX wallet_payment_wallet ON wallet_payment (wallet_id, paid_at);

SELECT protect('wallet_payment', personal => true, verbs => 'SELECT, INSERT, UPDATE');

-- Payees that a customer keeps, by account number; the name is shown in part and looked up anew at each transfer.

CREATE TABLE payee (
    customer_number text NOT NULL,
    account_number  text NOT NULL,
    shown           text NOT NULL,
    kept_at         timestamptz NOT NULL,
    PRIMARY KEY (customer_number, account_number)
);

SELECT protect('payee', personal => true, verbs => 'SELECT, INSERT, DELETE');

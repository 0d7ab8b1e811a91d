-- RSA moduli of all keys that were ever recorded, and products of many of them: a prime that two keys share is found when the second is
-- recorded. A modulus is in a key that anybody sees; whose it is stands in certificate alone.

CREATE TABLE modulus (
    key_hash bytea PRIMARY KEY,
    modulus  bytea NOT NULL,
    block    bigint
);

CREATE INDEX modulus_loose ON modulus (key_hash) WHERE block IS NULL;

CREATE TABLE modulus_product (
    block   bigint PRIMARY KEY,
    product bytea NOT NULL
);

SELECT protect('modulus', verbs => 'SELECT, INSERT, UPDATE');

SELECT protect('modulus_product', verbs => 'SELECT, INSERT');

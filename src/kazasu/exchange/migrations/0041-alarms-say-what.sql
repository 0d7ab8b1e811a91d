-- An alarm says what it is about: a number that came again, or another letter in a place that is taken.

ALTER TABLE inbox_alarm
    ADD COLUMN fault   text   NOT NULL DEFAULT 'exchange.same-id-other-content',
    ADD COLUMN case_id text   NOT NULL DEFAULT '',
    ADD COLUMN seq     bigint NOT NULL DEFAULT 0;

-- Cards that are continued.

-- A card on the reader of the card desk, between the terminal's two calls.
CREATE TABLE card_tap (
    municipality_code text NOT NULL,
    request_id        text NOT NULL,
    case_id           text NOT NULL,
    token             uuid NOT NULL,
    staff_id          text NOT NULL,
    expires_at        timestamptz NOT NULL,
    handle            text NOT NULL,
    PRIMARY KEY (municipality_code, request_id)
);

SELECT protect('card_tap', tenant => 'municipality_code');

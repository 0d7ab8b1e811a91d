-- What all subjects stand on: 1,741 cities of one schema. The municipality code leads every key.

CREATE TABLE city (
    municipality_code text PRIMARY KEY CHECK (municipality_code ~ '^[0-9]{6}$'),
    city_ja           text NOT NULL,
    city_en           text NOT NULL,
    prefecture        text NOT NULL,
    prefecture_roman  text NOT NULL,
    last_resident     bigint NOT NULL,
    last_household    bigint NOT NULL
);

SELECT protect('city', tenant => 'municipality_code', verbs => 'SELECT, UPDATE');

CREATE TABLE office (
    municipality_code text NOT NULL,
    office_id         text NOT NULL,
    name_ja           text NOT NULL,
    name_en           text NOT NULL,
    location          text NOT NULL,
    places            int NOT NULL CHECK (places > 0),
    PRIMARY KEY (municipality_code, office_id)
);

SELECT protect('office', tenant => 'municipality_code', verbs => 'SELECT');

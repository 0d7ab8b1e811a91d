-- Somebody is looked for by the name that they had: on an old letter, or as a visitor remembers it. The history keeps every version; this
-- keeps of them the names and readings that are no longer those in force, with the keys by which a name is looked for (0111, 0185).
CREATE TABLE former_name (
    municipality_code text NOT NULL,
    resident_id       text NOT NULL,
    version           int NOT NULL,
    name              text NOT NULL,
    kana              text NOT NULL,
    name_key  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (search_key(name)) STORED,
    kana_key  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (search_key(kana)) STORED,
    sound_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (sound_key(kana)) STORED,
    PRIMARY KEY (municipality_code, resident_id, version)
);

SELECT protect('former_name', tenant => 'municipality_code', personal => true, verbs => 'SELECT, INSERT');

CREATE INDEX former_name_name ON former_name (municipality_code, name_key, resident_id);

CREATE INDEX former_name_kana ON former_name (municipality_code, kana_key, resident_id);

CREATE INDEX former_name_sound ON former_name (municipality_code, sound_key, resident_id);

CREATE POLICY owner_looks_back ON resident_history FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_enters ON former_name FOR INSERT TO CURRENT_USER WITH CHECK (true);

INSERT INTO former_name (municipality_code, resident_id, version, name, kana)
SELECT b.municipality_code, b.resident_id, b.version, b.name, b.kana
FROM resident_history b JOIN resident_history a
  ON (a.municipality_code, a.resident_id, a.version) = (b.municipality_code, b.resident_id, b.version + 1)
WHERE (a.name, a.kana) <> (b.name, b.kana);

DROP POLICY owner_enters ON former_name;

DROP POLICY owner_looks_back ON resident_history;

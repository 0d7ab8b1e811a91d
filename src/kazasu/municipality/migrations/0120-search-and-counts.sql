-- What a clerk's search compares: the reading, the name and the Roman name as people type them.
-- Hiragana is katakana, half width is full width, spaces and ・ do not count, a letter's variant is
-- its base letter, and an agreed substitute (kazasu.foundation.names) stands for both writings.
-- Kept beside the stored text, which is never changed. Under row level security an index serves
-- leakproof operators only: "^@" (starts with) is one, LIKE is none.
CREATE FUNCTION search_key(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT upper(translate(
        normalize(regexp_replace(translate(written,
            '髙﨑𠮷德濵濱邊邉齋齊澤廣櫻嶋嶌栁黑瀨眞',
            '高崎吉徳浜浜辺辺斎斉沢広桜島島柳黒瀬真'),
            '[\uFE00-\uFE0F\U000E0100-\U000E01EF]', '', 'g'), NFKC),
        'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろゎわゐゑをんゔゕゖゝゞ ・',
        'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロヮワヰヱヲンヴヵヶヽヾ')
        COLLATE "C")
$$;

ALTER TABLE resident
    ADD COLUMN kana_key  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (search_key(kana)) STORED,
    ADD COLUMN name_key  text COLLATE "C" NOT NULL GENERATED ALWAYS AS (search_key(name)) STORED,
    ADD COLUMN roman_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (search_key(name_roman)) STORED;

DROP INDEX resident_kana;

CREATE INDEX resident_kana ON resident (municipality_code, kana_key, resident_id);

CREATE INDEX resident_name ON resident (municipality_code, name_key, resident_id);

CREATE INDEX resident_roman ON resident (municipality_code, roman_key, resident_id)
    WHERE roman_key <> '';

-- Founding names the columns itself: the history has no keys.
DROP FUNCTION copy_first_versions();

CREATE INDEX arriver_pending ON arriver (municipality_code, case_id) WHERE card = 'pending' AND included;

CREATE INDEX leaver_open ON leaver (planned_on, municipality_code) WHERE state = 'open';

CREATE INDEX visit_place_day ON visit_place (municipality_code, on_date);

CREATE INDEX visit_place_held ON visit_place (held_until, municipality_code)
    WHERE held_until IS NOT NULL;

CREATE INDEX moving_in_awaited ON moving_in (municipality_code, case_id)
    WHERE state IN ('reserved', 'certificate', 'ready');

CREATE INDEX moving_in_registering ON moving_in (municipality_code) WHERE state = 'registering';

-- A date as text sorts as a date does; turning it into one first could not be indexed.
CREATE INDEX moving_in_certified ON moving_in ((certificate ->> 'planned_date' COLLATE "C"), municipality_code)
    WHERE state IN ('certificate', 'ready', 'visited', 'missed') AND certificate IS NOT NULL;

CREATE OR REPLACE FUNCTION cities_due(today date, at timestamptz) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path FROM CURRENT AS $$
    SELECT municipality_code FROM leaver WHERE state = 'open' AND planned_on <= today
    UNION
    SELECT municipality_code FROM visit_place WHERE held_until < at
    UNION
    SELECT municipality_code FROM moving_in m JOIN visit_place p USING (municipality_code, case_id)
        WHERE m.state IN ('reserved', 'certificate', 'ready')
          AND p.held_until IS NULL AND p.on_date < today
    UNION
    SELECT municipality_code FROM moving_in WHERE state = 'registering'
    UNION
    SELECT municipality_code FROM moving_in
        WHERE state IN ('certificate', 'ready', 'visited', 'missed') AND certificate IS NOT NULL
          AND (certificate ->> 'planned_date' COLLATE "C") < to_char(today - 30, 'YYYY-MM-DD')
    UNION
    SELECT a.municipality_code FROM arriver a JOIN moving_in m USING (municipality_code, case_id)
        WHERE a.card = 'pending' AND a.included AND m.state = 'registered'
          AND m.notified_on + 90 < today
$$;

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

CREATE INDEX resident_kana ON resident (municipality_code, kana_key, resident_id);

CREATE INDEX resident_name ON resident (municipality_code, name_key, resident_id);

CREATE INDEX resident_roman ON resident (municipality_code, roman_key, resident_id)
    WHERE roman_key <> '';

-- A clerk reads no Japanese, or hears a name on the telephone, and types it in Latin letters: Sato finds サトウ. Hepburn marks no
-- long vowel, tells neither ヅ from ズ nor ヂ from ジ, and writes ンイ as ニ (Junichi), so both sides are compared without what it does not write
-- (kazasu.foundation.values.romaji). Of what is long after an O or a U there stays nothing; the rest is the reading's key (0111).
CREATE FUNCTION sound_key(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(
        replace(replace(replace(replace(replace(replace(replace(replace(
            translate(search_key(written), 'ヅヂヲー', 'ズジオ'),
            'ンア', 'ナ'), 'ンイ', 'ニ'), 'ンウ', 'ヌ'), 'ンエ', 'ネ'), 'ンオ', 'ノ'), 'ンヤ', 'ニャ'), 'ンユ', 'ニュ'), 'ンヨ', 'ニョ'),
        '([オコソトノホモヨロゴゾドボポョォウクスツヌフムユルグズブプュゥ])[ウオ]+', '\1', 'g')
$$;

ALTER TABLE resident
    ADD COLUMN sound_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (sound_key(kana)) STORED,
    ADD COLUMN given_sound_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS
        (sound_key(coalesce(substring(kana from '[ 　]+([^ 　].*)$'), ''))) STORED;

CREATE INDEX resident_sound ON resident (municipality_code, sound_key, resident_id);

CREATE INDEX resident_given_sound ON resident (municipality_code, given_sound_key, resident_id);

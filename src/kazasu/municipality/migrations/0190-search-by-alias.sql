-- Foreign residents are called by their 通称 (住民基本台帳法施行令 30条の16), and a clerk looks for what somebody says at the counter. It is
-- found as a name is (0111) and by its sound (0185): グエン アン by グエン, ぐえんあん, Guen. Few have one, so the indexes are small.
ALTER TABLE resident
    ADD COLUMN alias_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (search_key(alias)) STORED,
    ADD COLUMN alias_sound_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (sound_key(alias)) STORED,
    ADD COLUMN given_alias_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS
        (search_key(coalesce(substring(alias from '[ 　]+([^ 　].*)$'), ''))) STORED;

CREATE INDEX resident_alias ON resident (municipality_code, alias_key, resident_id) WHERE alias_key <> '';

CREATE INDEX resident_alias_sound ON resident (municipality_code, alias_sound_key, resident_id) WHERE alias_sound_key <> '';

CREATE INDEX resident_given_alias ON resident (municipality_code, given_alias_key, resident_id) WHERE given_alias_key <> '';

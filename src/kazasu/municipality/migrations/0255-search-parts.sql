-- A clerk's search as 住民記録システム標準仕様書 2.1.2 and 2.1.3 (第1.0版) have it. What 0111 and 0185 compare begins like what was typed and sounds like
-- it; here are the parts of names and places, by which somebody is found too: voiced or not, small or large, in another form of a kanji, by
-- any piece, by a name or an address that they had. Under row level security an index serves leakproof operators only ("^@"), trigrams are
-- none: so each place where a piece can begin is a row of its own. The stored text is never changed.
CREATE FUNCTION other_forms() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '亞惡壓圍醫爲壹隱榮營衞驛圓鹽緣艷應歐毆櫻奧橫溫穩假價畫會懷繪壞擴殼覺學嶽樂渴罐卷陷勸寬關歡觀顏氣歸僞戲犧舊據擧虛峽挾狹鄕曉區驅勳薰徑惠揭溪經螢輕繼鷄雞藝擊缺硏縣儉劍劒險圈檢獻權顯驗嚴效廣恆黃鑛號國圀黑' ||
        '碎濟齋斎齊劑雜參慘棧蠶贊殘絲齒兒辭濕實寫釋壽收從澁獸縱肅處緖敍敘奬獎將涉燒稱證乘剩壤孃條淨狀疊讓釀囑觸寢愼眞晉盡圖粹醉穗隨髓樞數瀨聲靜攝竊專戰淺潛纖踐錢禪雙壯搜插巢爭曾窗總聰莊裝騷增藏臟卽屬續墮體躰對' ||
        '帶滯臺瀧擇澤單擔膽團彈斷癡遲晝蟲鑄廳徵聽敕鎭遞鐵鉃轉點傳黨盜燈當鬪德獨讀屆貳惱腦霸廢拜賣麥發髮拔晚蠻祕濱濵滨甁拂佛倂竝變邊邉边𨘢辨瓣辯舖步寶寳襃豐沒槇每萬滿默餠戾彌藥譯藪豫餘與譽搖樣謠來賴亂覽龍兩獵綠' ||
        '淚壘勵禮隸靈齡曆歷戀鍊爐勞樓錄灣亙凜堯巖巗晄檜禰禱祿穰遙峯嶋嶌冨嵜﨑髙𠮷桒栁桺圡槗舘曻昻渕渊靍靏鸖冝逹凉埜萊兔熈敎邨枩濤珎穐龜舩蘓籐籘䕨淸靑驒檮蠟鷗芦昿濶愈壺强吳內說稅脫銳悅閱產顚塡郞尙畧澔'
$$;

CREATE FUNCTION usual_forms() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '亜悪圧囲医為壱隠栄営衛駅円塩縁艶応欧殴桜奥横温穏仮価画会懐絵壊拡殻覚学岳楽渇缶巻陥勧寛関歓観顔気帰偽戯犠旧拠挙虚峡挟狭郷暁区駆勲薫径恵掲渓経蛍軽継鶏鶏芸撃欠研県倹剣剣険圏検献権顕験厳効広恒黄鉱号国国黒' ||
        '砕済斉斉斉剤雑参惨桟蚕賛残糸歯児辞湿実写釈寿収従渋獣縦粛処緒叙叙奨奨将渉焼称証乗剰壌嬢条浄状畳譲醸嘱触寝慎真晋尽図粋酔穂随髄枢数瀬声静摂窃専戦浅潜繊践銭禅双壮捜挿巣争曽窓総聡荘装騒増蔵臓即属続堕体体対' ||
        '帯滞台滝択沢単担胆団弾断痴遅昼虫鋳庁徴聴勅鎮逓鉄鉄転点伝党盗灯当闘徳独読届弐悩脳覇廃拝売麦発髪抜晩蛮秘浜浜浜瓶払仏併並変辺辺辺辺弁弁弁舗歩宝宝褒豊没槙毎万満黙餅戻弥薬訳薮予余与誉揺様謡来頼乱覧竜両猟緑' ||
        '涙塁励礼隷霊齢暦歴恋錬炉労楼録湾亘凛尭巌巌晃桧祢祷禄穣遥峰島島富崎崎高吉桑柳柳土橋館昇昂淵淵鶴鶴鶴宜達涼野莱兎熙教村松涛珍秋亀船蘇藤藤藤清青騨梼蝋鴎蘆曠闊癒壷強呉内説税脱鋭悦閲産顛填郎尚略浩'
$$;

CREATE FUNCTION variant_key(written text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN written ~ ('[' || other_forms() || '斎]')
        THEN translate(search_key(written), other_forms(), usual_forms()) ELSE search_key(written) END
$$;

-- Readings without what may be heard or written either way: voicing, small letters, ヲ ヰ ヱ, long vowels, dashes. ヂ and ヅ are チ and ツ
-- with a mark, and sound as ジ and ズ: "voiced" says as which of the two they are taken here.
CREATE FUNCTION loose_key(written text, voiced boolean) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(regexp_replace(
        translate(
            replace(replace(replace(replace(
                translate(variant_key(written), 'ヂヅァィゥェォ', CASE WHEN voiced THEN 'シス' ELSE 'チツ' END || 'アイウエオ'),
                'ヴア', 'ハ'), 'ヴイ', 'ヒ'), 'ヴエ', 'ヘ'), 'ヴオ', 'ホ'),
            'ッャュョヮヵヶヴガギグゲゴザジズゼゾダデドバビブベボパピプペポヲワヰヱー‐‑‒–—―−-',
            'ツヤユヨハカケフカキクケコサシスセソタテトハヒフヘホハヒフヘホオハイエ'),
        '([オコソトノホモヨロ])[ウオ]+', '\1', 'g'), '([ウクスツヌフムユル])ウ+', '\1', 'g')
$$;

-- Numbers in kanji as digits: the same as kazasu.foundation.values.numerals.
CREATE FUNCTION kanji_number(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN written !~ '[十百千]' THEN translate(written, '〇一二三四五六七八九', '0123456789')
        WHEN written !~ '^([一二三四五六七八九]?千)?([一二三四五六七八九]?百)?([一二三四五六七八九]?十)?[一二三四五六七八九]?$' THEN written
        ELSE (SELECT sum(CASE WHEN ahead = '' THEN 1 ELSE strpos('一二三四五六七八九', ahead) END * worth)::text
              FROM (VALUES (substring(written from '(.?)千'), 1000), (substring(written from '([^千]?)百'), 100),
                           (substring(written from '([^千百]?)十'), 10),
                           (nullif(substring(written from '[一二三四五六七八九]?$'), ''), 1)) part(ahead, worth)
              WHERE ahead IS NOT NULL)
    END
$$;

CREATE FUNCTION arabic(written text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    done text := '';
    rest text := written;
    run text := substring(written from '[〇一二三四五六七八九十百千]+');
BEGIN
    WHILE run IS NOT NULL LOOP
        done := done || left(rest, strpos(rest, run) - 1) || kanji_number(run);
        rest := substr(rest, strpos(rest, run) + length(run));
        run := substring(rest from '[〇一二三四五六七八九十百千]+');
    END LOOP;
    RETURN done || rest;
END
$$;

-- An address in the one way in which all of its writings are alike: 本町二丁目３番地の６ コーポ２０３ is 本町2-3-6コーポ203.
CREATE FUNCTION place_line(written text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        translate(variant_key(arabic(regexp_replace(normalize(written, NFKC), '\s+', '-', 'g'))),
            'ヶヵ‐‑‒–—―−', 'ケカ-------'),
        '大字|(?<=[0-9])ー(?=[0-9])', '-', 'g'),
        '(?<=[0-9])(丁目|番地ノ|番地|番|号室|号棟|号|棟|ノ(?=[0-9]))', '-', 'g'),
        '-+', '-', 'g'),
        '(?<![0-9])-|-(?![0-9])', '', 'g')
$$;

-- Where a piece can begin. Of a name: at each letter. Of an address: at each letter after the municipality, at no digit within a number or a
-- row of numbers (and no longer than an index takes); of the beginning that all addresses of a municipality share before a county, a city or a ward alone.
CREATE FUNCTION search_parts(name text, kana text, alias text, name_roman text, former_surname text, area text, place text, before text)
RETURNS TABLE (kind text, key text, former boolean)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
DECLARE
    given text := coalesce(substring(name from '[ 　].*$'), '');
    written text;
    head text := variant_key(arabic(area));
    whole text;
BEGIN
    FOREACH written IN ARRAY ARRAY[name, kana, alias, name_roman, CASE WHEN former_surname = '' THEN '' ELSE former_surname || given END] LOOP
        whole := loose_key(written, false);
        RETURN QUERY SELECT 'name', substr(whole, at, 120), false FROM generate_series(1, least(length(whole), 60)) at;
        IF normalize(written, NFKC) ~ '[ヂヅぢづ]' THEN
            whole := loose_key(written, true);
            RETURN QUERY SELECT 'name', substr(whole, at, 120), false FROM generate_series(1, least(length(whole), 60)) at;
        END IF;
    END LOOP;
    whole := head || place_line(place);
    RETURN QUERY SELECT 'place', substr(whole, at, 120), false FROM generate_series(1, least(length(whole), 80)) at
        WHERE at = 1 OR (substr(whole, at - 1, 2) !~ '[0-9-][0-9]|-$' AND (at > length(head) OR substr(whole, at - 1, 1) ~ '[都道府県市区郡]'));
    whole := place_line(before);
    RETURN QUERY SELECT 'place', substr(whole, at, 120), true FROM generate_series(1, least(length(whole), 80)) at
        WHERE at = 1 OR substr(whole, at - 1, 2) !~ '[0-9-][0-9]|-$';
END
$$;

CREATE TABLE search_part (
    municipality_code text NOT NULL,
    kind              text NOT NULL CHECK (kind IN ('name', 'place')),
    key               text COLLATE "C" NOT NULL,
    resident_id       text NOT NULL,
    former            boolean NOT NULL,
    PRIMARY KEY (municipality_code, kind, key, resident_id)
);

SELECT protect('search_part', tenant => 'municipality_code', personal => true, verbs => 'SELECT, INSERT, UPDATE');

CREATE INDEX search_part_resident ON search_part (municipality_code, resident_id, kind);

-- By 旧氏 and 在留カード番号; by the day of birth, and by one of which not all is known.
ALTER TABLE resident
    ADD COLUMN former_surname_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS
        (CASE WHEN former_surname = '' THEN '' ELSE search_key(former_surname || coalesce(substring(name from '[ 　].*$'), '')) END) STORED,
    ADD COLUMN birth_unsure boolean NOT NULL GENERATED ALWAYS AS
        (birth_text !~ '^((明治|大正|昭和|平成|令和)?([0-9]+|元)年[0-9]+月[0-9]+日|[0-9]{4}-[0-9]{2}-[0-9]{2})$') STORED;

CREATE INDEX resident_former_surname ON resident (municipality_code, former_surname_key, resident_id) WHERE former_surname_key <> '';

CREATE INDEX resident_residence_card ON resident (municipality_code, residence_card_number) WHERE residence_card_number <> '';

CREATE INDEX resident_birth ON resident (municipality_code, birth_date, resident_id);

CREATE INDEX resident_birth_unsure ON resident (municipality_code, birth_date, resident_id) WHERE birth_unsure;

CREATE FUNCTION note_search_parts() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO search_part
    SELECT r.municipality_code, p.kind, p.key, r.resident_id, bool_and(p.former)
    FROM added r, LATERAL search_parts(r.name, r.kana, r.alias, r.name_roman, r.former_surname, r.prefecture || r.city,
                          r.town || r.block || ' ' || r.building, r.former_address) p
    GROUP BY r.municipality_code, p.kind, p.key, r.resident_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER resident_search_parts AFTER INSERT ON resident REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION note_search_parts();

-- What somebody was called and where they lived stays, marked as former.
CREATE FUNCTION renew_search_parts() RETURNS trigger
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE search_part SET former = true
    WHERE municipality_code = NEW.municipality_code AND resident_id = NEW.resident_id AND NOT former;
    INSERT INTO search_part
    SELECT NEW.municipality_code, p.kind, p.key, NEW.resident_id, bool_and(p.former)
    FROM search_parts(NEW.name, NEW.kana, NEW.alias, NEW.name_roman, NEW.former_surname, NEW.prefecture || NEW.city,
                      NEW.town || NEW.block || ' ' || NEW.building, NEW.former_address) p
    GROUP BY p.kind, p.key
    ON CONFLICT (municipality_code, kind, key, resident_id) DO UPDATE SET former = excluded.former;
    RETURN NULL;
END
$$;

CREATE TRIGGER resident_search_parts_anew AFTER UPDATE ON resident FOR EACH ROW
    WHEN ((OLD.name, OLD.kana, OLD.alias, OLD.name_roman, OLD.former_surname, OLD.place_key, OLD.former_address)
          IS DISTINCT FROM (NEW.name, NEW.kana, NEW.alias, NEW.name_roman, NEW.former_surname, NEW.place_key, NEW.former_address))
    EXECUTE FUNCTION renew_search_parts();

CREATE POLICY owner_looks_back ON resident_history FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_looks ON resident FOR SELECT TO CURRENT_USER USING (true);

CREATE POLICY owner_enters ON search_part FOR INSERT TO CURRENT_USER WITH CHECK (true);

CREATE POLICY owner_finds ON search_part FOR SELECT TO CURRENT_USER USING (true);

INSERT INTO search_part
SELECT r.municipality_code, p.kind, p.key, r.resident_id, bool_and(p.former OR r.version < now.version)
FROM resident_history r JOIN resident now USING (municipality_code, resident_id),
     LATERAL search_parts(r.name, r.kana, r.alias, r.name_roman, r.former_surname, r.prefecture || r.city,
                          r.town || r.block || ' ' || r.building, r.former_address) p
GROUP BY r.municipality_code, p.kind, p.key, r.resident_id;

DROP POLICY owner_finds ON search_part;

DROP POLICY owner_enters ON search_part;

DROP POLICY owner_looks ON resident;

DROP POLICY owner_looks_back ON resident_history;

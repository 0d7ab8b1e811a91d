"""Twenty people with names and stories, and the staff of the default cities: cards in the tray."""

from dataclasses import dataclass
from datetime import date

from kazasu.foundation.text import Text
from kazasu.society.places import Town
from kazasu.society.population.people import FEMALE, MALE, Household, Person


@dataclass(frozen=True, slots=True)
class CardTraits:
    """How a card differs from an ordinary one."""

    authentication_left: int = 3
    signing_left: int = 5
    issued_on: date = date(2024, 6, 3)
    expired: bool = False
    """Certificates whose fifth birthday has passed."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A card in the tray."""

    card_id: str
    city: str
    """Municipality code."""
    story: Text
    card: CardTraits = CardTraits()
    staff_roles: frozenset[str] = frozenset()
    operates: str = ""
    """An institution, other than a city, in which this person holds an operator's post."""
    reviews: tuple[str, ...] = ()
    """Cities whose emergency looks this person reviews, from outside."""

    @property
    def at_work(self) -> bool:
        return bool(self.staff_roles or self.operates)


YOKOHAMA, SAPPORO, FUKUOKA = "141003", "011002", "401307"


def _person(
    card_id: str, name: str, kana: str, sex: str, born: str, relationship: str = "世帯主",
    **more: object,
) -> Person:  # fmt: skip
    surname, _, given = name.partition(" ")
    surname_kana, _, given_kana = kana.partition(" ")
    return Person(
        surname=surname,
        given=given,
        surname_kana=surname_kana,
        given_kana=given_kana,
        sex=sex,
        birth_date=date.fromisoformat(born),
        relationship=relationship,
        card_id=card_id,
        **more,  # type: ignore[arg-type]
    )


def _home(
    postcode: str, area: str, town: str, block: str, building: str, since: str, domicile: str,
    *people: Person,
) -> Household:  # fmt: skip
    return Household(
        Town(postcode, area, town), block, building, date.fromisoformat(since), people, domicile
    )


HOUSEHOLDS: dict[str, tuple[Household, ...]] = {
    YOKOHAMA: (
        _home(
            "2310005", "横浜市中区", "本町", "６丁目５０番地", "", "2018-04-02",
            "神奈川県横浜市中区本町６丁目",
            _person("sato-kenichi", "佐藤 健一", "サトウ ケンイチ", MALE, "1986-08-14"),
            _person("sato-hanako", "佐藤 花子", "サトウ ハナコ", FEMALE, "1988-04-01", "妻"),
            _person("sato-yui", "佐藤 結衣", "サトウ ユイ", FEMALE, "2017-05-20", "子"),
            _person("sato-haruto", "佐藤 陽翔", "サトウ ハルト", MALE, "2026-10-30", "子"),
        ),
        _home(
            "2200012", "横浜市西区", "みなとみらい", "３丁目６番１号", "", "1975-10-01",
            "神奈川県横浜市西区戸部本町",
            _person("takahashi-kiyo", "髙橋 キヨ", "タカハシ キヨ", FEMALE, "1942-02-11"),
        ),
        _home(
            "2230051", "横浜市港北区", "箕輪町", "２丁目３番４号", "メゾン桜　２０５号室", "2025-04-01",
            "長野県松本市丸の内",
            _person("yamada-sota", "山田 颯太", "ヤマダ ソウタ", MALE, "2005-09-09"),
        ),
        _home(
            "2310023", "横浜市中区", "山下町", "２３番地", "コーポ松　３０１号室", "2023-08-01", "",
            _person("nguyen-anh", " ", " ", FEMALE, "1994-12-05", nationality="ベトナム",
                    name_roman="NGUYEN THI ANH", residence_status="技術・人文知識・国際業務",
                    residence_until=date(2028, 8, 31), alias="グエン アン"),
        ),
        _home(
            "2220033", "横浜市港北区", "新横浜", "２丁目１番１号", "", "2024-02-01",
            "東京都大田区蒲田本町",
            _person("ito-misaki", "伊藤 美咲", "イトウ ミサキ", FEMALE, "1991-03-03", protected=True),
            _person("ito-riku", "伊藤 陸", "イトウ リク", MALE, "2019-07-07", "子", protected=True),
        ),
        _home(
            "2310861", "横浜市中区", "元町", "１丁目１５番地", "", "1999-05-06",
            "神奈川県横浜市中区元町",
            _person("watanabe-toru", "渡邉\U000e0102 徹", "ワタナベ トオル", MALE, "1969-11-23"),
            _person("watanabe-mai", "渡邉\U000e0102 麻衣", "ワタナベ マイ", FEMALE, "2010-01-15", "子"),
        ),
        _home(
            "2210835", "横浜市神奈川区", "鶴屋町", "２丁目２０番地", "", "2020-03-20",
            "神奈川県横浜市神奈川区鶴屋町",
            _person("kobayashi-shun", "小林 駿", "コバヤシ シュン", MALE, "1995-06-30"),
        ),
        _home(
            "2440801", "横浜市戸塚区", "品濃町", "５１５番地", "", "2011-09-12",
            "神奈川県横浜市戸塚区品濃町",
            _person("kato-yoko", "加藤 洋子", "カトウ ヨウコ", FEMALE, "1958-10-10"),
            _person("kato-hiroshi", "加藤 博", "カトウ ヒロシ", MALE, "1955-01-08", "夫"),
        ),
        _home(
            "2310062", "横浜市中区", "桜木町", "１丁目１番地", "", "2019-04-01",
            "神奈川県横浜市中区桜木町",
            _person("staff-yokohama-1", "鈴木 真理", "スズキ マリ", FEMALE, "1984-05-05"),
        ),
        _home(
            "2310062", "横浜市中区", "桜木町", "１丁目２番地", "", "2015-04-01",
            "神奈川県横浜市中区桜木町",
            _person("staff-yokohama-2", "田中 修", "タナカ オサム", MALE, "1974-07-21"),
        ),
        _home(
            "2310062", "横浜市中区", "桜木町", "１丁目３番地", "", "2021-09-01",
            "神奈川県横浜市中区桜木町",
            _person("operator-identity", "岡田 翠", "オカダ ミドリ", FEMALE, "1985-10-05"),
        ),
    ),
    SAPPORO: (
        _home(
            "0600042", "札幌市中央区", "大通西", "２丁目１番地", "", "2016-04-01",
            "北海道札幌市中央区大通西",
            _person("nakamura-ken", "中村 健", "ナカムラ ケン", MALE, "1979-01-31"),
            _person("nakamura-emi", "中村 恵美", "ナカムラ エミ", FEMALE, "1981-02-28", "妻"),
        ),
        _home(
            "0640820", "札幌市中央区", "大通西", "２０丁目３番８号", "", "2008-06-15",
            "北海道小樽市色内",
            _person("yoshida-aoi", "吉田 葵", "ヨシダ アオイ", FEMALE, "2010-08-08"),
            _person("yoshida-jun", "吉田 淳", "ヨシダ ジュン", MALE, "1972-03-17", "父"),
        ),
        _home(
            "0600041", "札幌市中央区", "大通東", "１丁目２番地", "", "2019-04-01",
            "北海道札幌市中央区大通東",
            _person("staff-sapporo-1", "木村 直子", "キムラ ナオコ", FEMALE, "1987-09-19"),
        ),
        _home(
            "0600041", "札幌市中央区", "大通東", "１丁目３番地", "", "2012-04-01",
            "北海道札幌市中央区大通東",
            _person("staff-sapporo-2", "林 剛", "ハヤシ ツヨシ", MALE, "1971-12-24"),
        ),
    ),
    FUKUOKA: (
        _home(
            "8100001", "福岡市中央区", "天神", "１丁目８番１号", "", "2021-10-01",
            "福岡県福岡市中央区天神",
            _person("matsumoto-rei", "松本 玲", "マツモト レイ", FEMALE, "1999-02-28"),
        ),
        _home(
            "8120011", "福岡市博多区", "博多駅前", "２丁目９番３号", "", "1990-04-01",
            "福岡県福岡市博多区博多駅前",
            _person("inoue-masao", "井上 正雄", "イノウエ マサオ", MALE, "1948-01-01",
                    birth_text="昭和23年頃"),
        ),
        _home(
            "8100073", "福岡市中央区", "舞鶴", "１丁目１番１号", "", "2019-04-01",
            "福岡県福岡市中央区舞鶴",
            _person("staff-fukuoka-1", "清水 愛", "シミズ アイ", FEMALE, "1990-06-06"),
        ),
        _home(
            "8100073", "福岡市中央区", "舞鶴", "１丁目１番２号", "", "2010-04-01",
            "福岡県福岡市中央区舞鶴",
            _person("staff-fukuoka-2", "森 誠", "モリ マコト", MALE, "1968-03-30"),
        ),
    ),
}  # fmt: skip

RETURNERS: dict[str, tuple[Household, ...]] = {
    SAPPORO: (
        _home(
            "0600031", "札幌市中央区", "北一条東", "４丁目１番地", "", "2009-04-01",
            "神奈川県横浜市神奈川区鶴屋町",
            _person("kobayashi-shun", "小林 駿", "コバヤシ シュン", MALE, "1995-06-30", left=True),
        ),
    ),
}  # fmt: skip
"""Closed records (除票) of people who live elsewhere now and may return (再転入)."""

_COUNTER = frozenset({"counter", "decider"})
_SENIOR = frozenset({"counter", "decider", "operator", "protection"})

PERSONAS: tuple[Persona, ...] = (
    Persona("sato-hanako", YOKOHAMA, Text(
        "38歳。家族4人で札幌へ引っ越します。まずはこの人で", "38. Moves to Sapporo with her family of four. Begin with her")),
    Persona("sato-kenichi", YOKOHAMA, Text(
        "花子の夫。世帯主", "Hanako's husband, the head of the household")),
    Persona("sato-yui", YOKOHAMA, Text(
        "9歳。署名用証明書がないので、自分では届け出られません", "Aged 9: no signing certificate, so she cannot give notice herself")),
    Persona("sato-haruto", YOKOHAMA, Text(
        "生まれたばかり。顔写真のないカード", "A newborn, with a card without a photograph")),
    Persona("takahashi-kiyo", YOKOHAMA, Text(
        "84歳。一人暮らし。氏名に「髙」", "84, lives alone; 髙 in her name")),
    Persona("yamada-sota", YOKOHAMA, Text(
        "21歳の学生。一人で福岡へ", "A student of 21 who moves to Fukuoka alone")),
    Persona("nguyen-anh", YOKOHAMA, Text(
        "外国人住民。通称あり。カードは在留期間まで", "A foreign resident with an alias; the card ends with the period of stay")),
    Persona("ito-misaki", YOKOHAMA, Text(
        "支援措置を受けています。住所は誰にも見えてはいけません", "Under protection: nobody may see her address")),
    Persona("ito-riku", YOKOHAMA, Text(
        "美咲の子。同じく支援措置", "Misaki's son, protected too")),
    Persona("watanabe-toru", YOKOHAMA, Text(
        "氏名に異体字「邉」（IVS）", "A variant character (IVS) in his name")),
    Persona("watanabe-mai", YOKOHAMA, Text(
        "16歳。署名用証明書があります", "16, with a signing certificate"),
        CardTraits(issued_on=date(2025, 6, 3))),
    Persona("kobayashi-shun", YOKOHAMA, Text(
        "以前札幌に住んでいました。戻ると「再転入」です", "Once lived in Sapporo: going back is a return (再転入)")),
    Persona("kato-yoko", YOKOHAMA, Text(
        "暗証番号がロックされています", "Her PIN is locked"), CardTraits(authentication_left=0)),
    Persona("kato-hiroshi", YOKOHAMA, Text(
        "証明書の有効期限が切れています", "His certificates have expired"),
        CardTraits(issued_on=date(2017, 2, 1), expired=True)),
    Persona("nakamura-ken", SAPPORO, Text(
        "札幌の中で転居します", "Moves within Sapporo")),
    Persona("nakamura-emi", SAPPORO, Text(
        "署名用パスワードが、あと1回でロックされます", "One more wrong signing password locks her card"),
        CardTraits(signing_left=1)),
    Persona("yoshida-aoi", SAPPORO, Text(
        "16歳の世帯主。父と暮らしています", "16 and head of the household; lives with her father")),
    Persona("yoshida-jun", SAPPORO, Text(
        "葵の父", "Aoi's father")),
    Persona("matsumoto-rei", FUKUOKA, Text(
        "2月28日生まれ。うるう年の扱いを試せます", "Born on 28 February: see how leap years are counted")),
    Persona("inoue-masao", FUKUOKA, Text(
        "生年月日が「昭和23年頃」。カードは1月1日", "Born “about 1948”; the card says 1 January")),
    Persona("staff-yokohama-1", YOKOHAMA, Text(
        "横浜市 戸籍課の職員", "Clerk of Yokohama"), staff_roles=_COUNTER),
    Persona("staff-yokohama-2", YOKOHAMA, Text(
        "横浜市 戸籍課の係長", "Senior clerk of Yokohama"), staff_roles=_SENIOR),
    Persona("operator-identity", YOKOHAMA, Text(
        "デジタル庁などの運用者。サービスの登録を審査し、滞留している通知を見ます。三つの市の監査もします", "Operator at the Digital Agency and elsewhere: reviews services, sees to letters that wait, and reviews emergency looks of the three cities"),
        operates="identity", reviews=(YOKOHAMA, SAPPORO, FUKUOKA)),
    Persona("staff-sapporo-1", SAPPORO, Text(
        "札幌市 戸籍住民課の職員", "Clerk of Sapporo"), staff_roles=_COUNTER),
    Persona("staff-sapporo-2", SAPPORO, Text(
        "札幌市 戸籍住民課の係長", "Senior clerk of Sapporo"), staff_roles=_SENIOR),
    Persona("staff-fukuoka-1", FUKUOKA, Text(
        "福岡市 市民課の職員", "Clerk of Fukuoka"), staff_roles=_COUNTER),
    Persona("staff-fukuoka-2", FUKUOKA, Text(
        "福岡市 市民課の係長", "Senior clerk of Fukuoka"), staff_roles=_SENIOR),
)  # fmt: skip

"""Countries and areas by the names that notices have (外務省「国・地域」), in English: what a clerk writes in Japanese is read in both languages."""

from collections.abc import Mapping
from typing import Final

from kazasu.foundation.text import Text

ENGLISH: Final[Mapping[str, str]] = {
    "アメリカ合衆国": "the United States", "アメリカ": "the United States", "米国": "the United States", "カナダ": "Canada", "メキシコ": "Mexico",
    "ブラジル": "Brazil", "ペルー": "Peru", "アルゼンチン": "Argentina", "チリ": "Chile", "英国": "the United Kingdom", "イギリス": "the United Kingdom",
    "フランス": "France", "ドイツ": "Germany", "イタリア": "Italy", "スペイン": "Spain", "ポルトガル": "Portugal", "オランダ": "the Netherlands",
    "ベルギー": "Belgium", "スイス": "Switzerland", "オーストリア": "Austria", "スウェーデン": "Sweden", "ノルウェー": "Norway", "デンマーク": "Denmark",
    "フィンランド": "Finland", "アイルランド": "Ireland", "ポーランド": "Poland", "チェコ": "Czechia", "ロシア": "Russia", "ウクライナ": "Ukraine",
    "トルコ": "Türkiye", "アラブ首長国連邦": "the United Arab Emirates", "サウジアラビア": "Saudi Arabia", "イスラエル": "Israel", "エジプト": "Egypt",
    "南アフリカ共和国": "South Africa", "ケニア": "Kenya", "インド": "India", "ネパール": "Nepal", "スリランカ": "Sri Lanka", "バングラデシュ": "Bangladesh",
    "パキスタン": "Pakistan", "ミャンマー": "Myanmar", "タイ": "Thailand", "ラオス": "Laos", "カンボジア": "Cambodia", "ベトナム": "Viet Nam",
    "マレーシア": "Malaysia", "シンガポール": "Singapore", "インドネシア": "Indonesia", "フィリピン": "the Philippines", "中国": "China",
    "中華人民共和国": "China", "台湾": "Taiwan", "香港": "Hong Kong", "韓国": "the Republic of Korea", "大韓民国": "the Republic of Korea",
    "モンゴル": "Mongolia", "オーストラリア": "Australia", "ニュージーランド": "New Zealand",
}  # fmt: skip
"""Those that most people move to. Of any other the English is what was written."""


def named(country: str) -> Text:
    """In both languages; of none, that none is said: what is asked for it is refused later, at its field."""
    plain = country.strip()
    return Text(plain, ENGLISH.get(plain, plain)) if plain else Text("未記入", "not said")

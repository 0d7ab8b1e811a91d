"""What keyboards make of telephone numbers, e-mail addresses and hyphens."""

import pytest

from kazasu.foundation.values.spreadsheet import plain
from kazasu.foundation.values.typed.amounts import digits
from kazasu.foundation.values.typed.contacts import HYPHENS, mail, telephone


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("090-1234-5678", "090-1234-5678"), ("０９０ー１２３４−５６７８", "090-1234-5678"), ("（03）1234 5678", "(03)1234 5678"),
        ("＋８１９０１２３４５６７８", "+819012345678"), ("+81 90 1234 5678", "+81 90 1234 5678"), ("090.1234.5678", "090.1234.5678"),
        ("0081 90 1234 5678", "+819012345678"), ("010-81-90-1234-5678", "+819012345678"), ("0312345678", "0312345678"),
    ],
)  # fmt: skip
def test_a_telephone_number_is_taken_in_any_width(typed, kept):
    assert telephone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "12",
        "123456789012345",
        "1234567890",
        "+0123456789",
        "090-1234-567a",
        "09012345678;ext=1",
        "内線12",
        "+81",
    ],
)
def test_what_cannot_be_dialled_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        telephone(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("hanako@example.jp", "hanako@example.jp"), ("hanako＠example.jp", "hanako@example.jp"), ("花子@例え.jp", "花子@例え.jp"),
        ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", "hanako@example.jp"), ("hanako+move@example.jp", "hanako+move@example.jp"),
        ("o'brien@example.jp", "o'brien@example.jp"), ("try..this..0511@docomo.example.jp", "try..this..0511@docomo.example.jp"),
        ("xxx.yyy.@docomo.example.jp", "xxx.yyy.@docomo.example.jp"),
    ],
)  # fmt: skip
def test_an_address_is_taken_in_any_width(typed, kept):
    assert mail(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["hanako@example.jp,", "mailto:hanako@example.jp", "hanako@[192.0.2.1]", "a@b@example.jp", "hanako@example", "Hanako <h@example.jp>",
     "h@example.jp; k@example.jp", "h h@example.jp", "@example.jp", "h@.jp", "h@example..jp"],
)  # fmt: skip
def test_what_is_more_or_less_than_an_address_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        mail(typed)


@pytest.mark.parametrize("hyphen", HYPHENS)
def test_an_account_number_is_taken_with_any_hyphen(hyphen):
    assert digits(f"123{hyphen}4567") == "1234567"


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_cell_begins_a_formula_in_either_width(sign):
    assert plain(f"{sign}1+1") == f"'{sign}1+1"

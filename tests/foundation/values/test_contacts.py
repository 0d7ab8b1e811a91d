"""What keyboards make of telephone numbers, e-mail addresses and hyphens."""

import subprocess
import sys

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
        ("０９０−００００−００００", "090-0000-0000"), ("0120-123-456", "0120-123-456"), ("0800-123-4567", "0800-123-4567"),
        ("0570-000-123", "0570-000-123"), ("050-1234-5678", "050-1234-5678"), ("020-1234-5678", "020-1234-5678"),
        ("+1 202 555 0123", "+1 202 555 0123"), ("+39 06 1234 5678", "+39 06 1234 5678"),
    ],
)  # fmt: skip
def test_a_telephone_number_is_taken_in_any_width(typed, kept):
    assert telephone(typed) == kept


@pytest.mark.parametrize("typed", ["+81 090-1234-5678", "+81(0)90-1234-5678", "＋８１０９０１２３４５６７８", "0081 090 1234 5678"])  # fmt: skip
def test_the_zero_of_japan_is_none_from_abroad(typed):
    assert telephone(typed) == "+81 90-1234-5678"


@pytest.mark.parametrize("written", ["内線12", "（内線１２）", " 内線：12", " 内12", "ext. 12", " EXT12", "x12", " (extension 12)"])  # fmt: skip
def test_an_extension_is_kept_as_an_office_writes_it(written):
    assert telephone(f"03-1234-5678{written}") == "03-1234-5678 内線12"


@pytest.mark.parametrize(
    "typed",
    [
        "12",
        "110",
        "118",
        "119",
        "#9110",
        "090-1234-567",
        "0800-123-456",
        "03-1234-56789",
        "0120-123-4567",
        "00-1234-5678",
        "000-0000-0000",
        "+999 123 456 789",
        "+1 202 555 012",
        "٠٩٠١٢٣٤٥٦٧٨",
        "---",
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
        ("xxx.yyy.@docomo.example.jp", "xxx.yyy.@docomo.example.jp"), ("x...y..@docomo.example.jp", "x...y..@docomo.example.jp"),
        ("hanako@EXAMPLE.jp", "hanako@example.jp"),
    ],
)  # fmt: skip
def test_an_address_is_taken_in_any_width(typed, kept):
    assert mail(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["hanako@example.jp,", "mailto:hanako@example.jp", "hanako@[192.0.2.1]", "a@b@example.jp", "hanako@example", "Hanako <h@example.jp>",
     "h@example.jp; k@example.jp", "h h@example.jp", "@example.jp", "h@.jp", "h@example..jp", "h..k@example..jp",
     "..@docomo.example.jp", ".h@docomo.example.jp", "h@-example.jp", "h@exa_mple.jp", "h@192.0.2.1", "h\u200b@example.jp",
     f"{'h' * 65}@example.jp", f"h@{'e' * 64}.jp"],
)  # fmt: skip
def test_what_is_more_or_less_than_an_address_is_refused(typed):
    with pytest.raises(ValueError, match=r".*"):
        mail(typed)


def test_nothing_is_loaded_before_it_is_needed_and_nobody_asked():
    """Both libraries take their time to load, and one can ask the domain name system: whoever starts pays for neither."""
    told = subprocess.run(
        [sys.executable, "-c", """
import sys
from kazasu.foundation.values.typed.contacts import mail, telephone
print([one for one in ("phonenumbers", "email_validator") if one in sys.modules])
mail("hanako@example.jp"); telephone("090-0000-0000")
print([one for one in ("dns", "socket") if one in sys.modules])
"""],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.splitlines() == ["[]", "[]"]


@pytest.mark.parametrize("hyphen", HYPHENS)
def test_an_account_number_is_taken_with_any_hyphen(hyphen):
    assert digits(f"123{hyphen}4567") == "1234567"


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_cell_begins_a_formula_in_either_width(sign):
    assert plain(f"{sign}1+1") == f"'{sign}1+1"

"""What the pages show beside words: icons, marks of institutions, emblems of cities. Code, so that no page fetches a picture for them."""

from kazasu.foundation.web.drawings.icons import ICONS, icon
from kazasu.foundation.web.drawings.marks import PARTY, is_mark, mark

__all__ = ["ICONS", "PARTY", "icon", "is_mark", "mark"]

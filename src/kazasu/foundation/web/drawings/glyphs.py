"""What stands on an institution's mark: white on 48 × 48 units of its colour. Own drawings; nobody's real emblem.

``C`` in a drawing is the institution's colour, for what is cut out of the white.
"""

from collections.abc import Mapping
from typing import Final

_LINE: Final = 'fill="none" stroke="#fff" stroke-width="3"'
_THIN: Final = 'fill="none" stroke="#fff" stroke-width="2.5"'
_THICK: Final = 'fill="none" stroke="#fff" stroke-width="3.5"'
STATE: Final[Mapping[str, str]] = {
    "identity": f'<circle cx="24" cy="24" r="16" {_LINE}/><circle cx="24" cy="20" r="5" fill="#fff"/><path fill="#fff" d="M22 22h4v13h-4z"/><path {_LINE} d="M26 29h4M26 33.5h3"/>',
    "portal": f'<path {_LINE} d="M12 39V20a12 12 0 0 1 24 0v19M8 39h32"/><path fill="#fff" d="M18 37.5V20l11-5v22.5z"/><circle cx="26" cy="27" r="1.7" fill="C"/>',
    "jpki": '<path fill="#fff" d="M24 7l4.2 3.4 5.3-.9 1.9 5.1 5.1 1.9-.9 5.3L43 26l-3.4 4.2.9 5.3-5.1 1.9-1.9 5.1-5.3-.9L24 45l-4.2-3.4-5.3.9-1.9-5.1-5.1-1.9.9-5.3L5 26l3.4-4.2-.9-5.3 5.1-1.9 1.9-5.1 5.3.9z" transform="translate(0 -2)"/><path fill="none" stroke="C" stroke-width="4" d="M16 24.5l6 6 10.5-12"/>',
    "jukinet": f'<path {_LINE} d="M24 12L11 34h26zM24 12v13M11 34l13-9 13 9"/><g fill="#fff"><circle cx="24" cy="11.5" r="5"/><circle cx="11" cy="34.5" r="5"/><circle cx="37" cy="34.5" r="5"/><circle cx="24" cy="26" r="4"/></g>',
    "city": f'<path fill="#fff" d="M24 8l16 8v3H8v-3z"/><path {_LINE} d="M13 22v13M20.3 22v13M27.7 22v13M35 22v13M8 38.5h32"/>',
    "terminal": f'<path fill="#fff" d="M8 34h32v6H8zM11 20h19a2 2 0 0 1 2 2v9H9v-9a2 2 0 0 1 2-2z"/><path fill="C" d="M13 24h6v4h-6z"/><path {_LINE} d="M29 14.5a7 7 0 0 1 7 7M29 8a14 14 0 0 1 13 13"/>',
    "phone": f'<rect x="14" y="6" width="20" height="36" rx="4" fill="#fff"/><path fill="C" d="M17 11h14v23H17z"/><path {_LINE} d="M20 22.5l3 3 5.5-6"/><circle cx="24" cy="38" r="1.6" fill="C"/>',
    "sandbox": f'<path fill="#fff" d="M10 38V25h4v3h4v-3h4v3h4v-3h4v3h4v-3h4v13zM6 41.5v-3h36v3z"/><path {_THIN} d="M24 25V9"/><path fill="#fff" d="M25 8l10 4-10 4z"/><path fill="C" d="M21 38v-3a3 3 0 0 1 6 0v3z"/>',
    "lab": f'<path {_LINE} d="M19 8h10M21 8v11L11 37a2.5 2.5 0 0 0 2 4h22a2.5 2.5 0 0 0 2-4L27 19V8"/><path fill="#fff" d="M18.5 27h11l6 11h-23z"/><circle cx="22" cy="33" r="1.8" fill="C"/><circle cx="27" cy="31" r="1.3" fill="C"/>',
    "integrators": f'<path {_THICK} d="M17 14L7 24l10 10M31 14l10 10-10 10M27 11l-6 26"/>',
    "linkage": f'<path {_THICK} d="M8 18h30M31 11l7 7-7 7M40 31H10M17 24.5L10 31l7 7"/>',
    "notices": '<path fill="#fff" d="M7 13h34v24H7z"/><path fill="none" stroke="C" stroke-width="2.5" d="M8 14.5l16 13 16-13"/>',
    "accounts": '<path fill="#fff" d="M9 8h30v32H9z"/><path fill="none" stroke="C" stroke-width="3" d="M17 14l7 9 7-9M24 23v11M18 24.5h12M18 29.5h12"/>',
    "tax": '<path fill="#fff" d="M11 6h26v36l-4.3-3-4.4 3-4.3-3-4.3 3-4.4-3-4.3 3z"/><path fill="none" stroke="C" stroke-width="2.8" d="M18 28l12-13M18.5 16.5v.1M29.5 27v.1"/>',
    "pension": f'<path fill="#fff" d="M24 7c9 0 14 6 14 12s-5 11-12 11v8h-4v-8c-7 0-12-5-12-11S15 7 24 7z"/><path {_LINE} d="M11 40.5h26"/><path fill="none" stroke="C" stroke-width="2.5" d="M24 30V18M24 25l5-4M24 22l-4.5-3.5"/>',
    "insurer": f'<path fill="#fff" d="M6 25a18 18 0 0 1 36 0c-3-3.5-7-3.5-9 0-2-3.5-7-3.5-9 0-2-3.5-7-3.5-9 0-2-3.5-6-3.5-9 0z"/><path {_LINE} d="M24 7V5M24 24v13a4 4 0 0 0 8 0"/>',
    "health": '<path fill="#fff" d="M24 41C10 32 5 25 7 17c2-9 14-10 17-2 3-8 15-7 17 2 2 8-3 15-17 24z"/><path fill="none" stroke="C" stroke-width="2.8" d="M9 24h9l3-6 5 11 3-5h10"/>',
    "claims": '<path fill="#fff" d="M11 6h20l7 7v29H11z"/><path fill="none" stroke="C" stroke-width="2.8" d="M17 16h9M17 23h14M17 33l4 4 9-9"/>',
    "clinic": '<path fill="#fff" d="M18 8h12v10h10v12H30v10H18V30H8V18h10z"/>',
    "police": '<path fill="#fff" d="M24 5l16 5v12c0 10-7 17-16 21-9-4-16-11-16-21V10z"/><path fill="C" d="M24 14l3 6.3 6.8.9-5 4.8 1.3 6.8-6.1-3.3-6.1 3.3 1.3-6.8-5-4.8 6.8-.9z"/>',
    "credentials": '<circle cx="24" cy="18" r="12" fill="#fff"/><path fill="#fff" d="M17 27l-4 16 11-6 11 6-4-16z"/><path fill="none" stroke="C" stroke-width="3" d="M18 18l4.5 4.5L30.5 14"/>',
    "library": '<path fill="#fff" d="M24 13c-5-4-11-5-18-4v26c7-1 13 0 18 4 5-4 11-5 18-4V9c-7-1-13 0-18 4z"/><path fill="none" stroke="C" stroke-width="2.5" d="M24 14v23M11 17q4.5-.3 8.5 1.5M11 23.5q4.5-.3 8.5 1.5M37 17q-4.5-.3-8.5 1.5M37 23.5q-4.5-.3-8.5 1.5"/>',
    "school": f'<path fill="#fff" d="M24 10l20 9-20 9L4 19z"/><path fill="#fff" d="M12 26l12 5.5L36 26v8q-12 8-24 0z"/><path {_THIN} d="M41 21v12"/>',
    "kiosk": '<path fill="#fff" d="M11 6h26v20H11zM9 29h30v13H9z"/><path fill="C" d="M15 10h18v12H15zM15 33h18v2.5H15z"/><path fill="#fff" d="M19 15.5h10v1.8H19z"/>',
    "shelter": f'<path fill="#fff" d="M24 6l19 15-2.5 3L24 11 7.5 24 5 21z"/><path fill="#fff" d="M24 15l13 10.5V34H11v-8.5z"/><path fill="C" d="M21 34v-7h6v7z"/><path {_LINE} d="M6 40.5q4.5-4 9 0t9 0 9 0 9 0"/>',
    "witness": f'<path fill="#fff" d="M4 24c10-17 30-17 40 0-10 17-30 17-40 0z"/><circle cx="24" cy="24" r="8" fill="C"/><path {_LINE} d="M20.5 24l2.5 2.5 4.5-5"/>',
    "points": '<circle cx="24" cy="24" r="18" fill="#fff"/><path fill="C" d="M24 11l4 8.3 9 1.2-6.6 6.3 1.7 9-8.1-4.4-8.1 4.4 1.7-9-6.6-6.3 9-1.2z"/>',
}  # fmt: skip
"""Of the state and of cities, and of services by law: on a square with round corners."""
PRIVATE: Final[Mapping[str, str]] = {
    "bank": f'<circle cx="24" cy="20" r="7" fill="#fff"/><path {_THIN} d="M24 9V6M13 20h-3M38 20h-3M16.2 12.2l-2-2M31.8 12.2l2-2"/><path fill="#fff" d="M5 35q8-12 16-6 8-7 22 6-6 9-19 9.5Q11 44 5 35z"/><path fill="none" stroke="C" stroke-width="2" d="M20 30q8 3 11 10"/>',
    "pay": f'<path fill="#fff" d="M10 27c4-3 8-3 11 0l5 1c2 .6 1.5 3.5-.5 3.5h-5M10 37V26h4l8 5 7.5-3.5c3-1 4.5 2 2 3.8L22 38H10z"/><path {_LINE} d="M21 20.5a7 7 0 0 1 7-7M15.5 20.5A12.5 12.5 0 0 1 28 8"/><circle cx="30" cy="20" r="3" fill="#fff"/>',
    "employer": f'<path fill="#fff" d="M9 17h30v20H9z"/><path {_LINE} d="M18 17v-5h12v5"/><path fill="none" stroke="C" stroke-width="2.5" d="M9 26h12M27 26h12"/><path fill="C" d="M21 23.5h6v5h-6z"/>',
    "delivery": '<path fill="#fff" d="M24 8l15 7v18l-15 8-15-8V15z"/><path fill="none" stroke="C" stroke-width="2.5" d="M9.5 15.5L24 22l14.5-6.5M24 22v18M16.5 12L31 18.5v6"/>',
}  # fmt: skip
"""Of private parties that the directory knows: on a disc."""

"""Faces of people who do not exist, as a flat drawing."""


def portrait(seed: str, age: int, sex: str) -> str:
    """A head and shoulders as SVG, 96 × 120 units; without ids, hidden from screen readers."""
    tint = ("#dfeaf6", "#f6e6df", "#e3f1e4", "#f3ead0", "#eae3f4")[sum(seed.encode()) % 5]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="portrait" viewBox="0 0 96 120" aria-hidden="true" focusable="false">'
        f'<path fill="{tint}" d="M0 0h96v120H0z"/><circle cx="48" cy="52" r="24" fill="#f0c9a8"/>'
        '<path d="M10 120c0-26 17-38 38-38s38 12 38 38z" fill="#4a6b8a"/></svg>'
    )

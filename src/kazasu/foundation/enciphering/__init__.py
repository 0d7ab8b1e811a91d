"""Values that a database keeps enciphered in their column, under a key that lies outside the database (decision 25)."""

from kazasu.foundation.enciphering.cipher import (
    Ciphers,
    ColumnCipher,
    ColumnKeys,
    Place,
    no_ciphers,
)
from kazasu.foundation.enciphering.fields import ENCIPHERED, Enciphered, enciphered

__all__ = [
    "ENCIPHERED",
    "Ciphers",
    "ColumnCipher",
    "ColumnKeys",
    "Enciphered",
    "Place",
    "enciphered",
    "no_ciphers",
]

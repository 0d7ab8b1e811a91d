"""Finding somebody in the register by what a visitor, a letter or a voice on the telephone says of them (住民記録システム標準仕様書 2.1)."""

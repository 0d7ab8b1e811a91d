"""The frame of every page, as far as it is code: what a site says of itself."""

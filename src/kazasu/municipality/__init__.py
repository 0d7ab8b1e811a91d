"""City halls, tenants of one code: hold the resident register, notices, visits and cards in hand; one city never sees
another's rows, and a name that a service gave a person never comes in."""

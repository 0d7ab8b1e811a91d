"""In whose name a floor is laid: a superuser who founds once lays it for the role that will run the house every day.

What a superuser made itself could be opened by no ordinary owner afterwards (PostgreSQL manual, "Schemas", "Role
Attributes"): neither the schema of the house, nor the rooms' roles, of which only their maker may make itself a member.
"""

from dataclasses import replace

from kazasu.foundation.postgres.server import PostgresServer

_OWNER = """
    SELECT o.rolname FROM pg_database d
    LEFT JOIN pg_namespace house ON house.nspname = %s
    JOIN pg_roles o ON o.oid = coalesce(house.nspowner, d.datdba)
    JOIN pg_roles me ON me.rolname = current_user
    WHERE d.datname = current_database() AND me.rolsuper AND NOT o.rolsuper AND o.rolcreaterole
"""


def as_owner(server: PostgresServer, house: str) -> PostgresServer:
    """The same server; a superuser acts there as the owner of the schema ``house``, else of the database.

    An owner who is a superuser, or may not make roles, cannot lay a floor: then the given role does it itself.

    Raises Refusal ``postgres.unreachable``.
    """
    with server.connect() as connection:
        found = connection.execute(_OWNER, [house]).fetchone()
    if found is None:
        return server
    given = dict(server.options)
    name = str(found[0]).replace("\\", "\\\\").replace(" ", "\\ ")  # libpq's own escape
    given["options"] = f"{given.get('options', '')} -c role={name}".strip()
    return replace(server, options=tuple(given.items()))

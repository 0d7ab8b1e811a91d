"""The real server with a site and no database, in a process of its own: ``python -m tests.support.edge_server PORT SECONDS METRICS``.

Says ``ready`` and the most connections it holds. A head may take SECONDS, and a client that takes no answer stays as long. METRICS is a port, or 0.
"""

import sys
import time
from pathlib import Path

from starlette.responses import PlainTextResponse

from kazasu.app.descriptors import most_connections
from kazasu.app.web import served
from kazasu.foundation.settings import Settings
from kazasu.foundation.text import Text
from kazasu.foundation.time.clock import SystemClock
from kazasu.foundation.web import Site, public
from kazasu.foundation.web.edge import connections
from kazasu.foundation.web.edge.bounds import Bounds

TEMPLATES = Path(__file__).parents[1] / "foundation" / "web" / "templates"


def site() -> Site:
    made = Site(
        room="portal",
        name=Text("試験", "Test"),
        templates=TEMPLATES,
        settings=Settings(requests_per_minute=1_000_000),
        clock=SystemClock(),
    )

    @made.route("/page", access=public("test"), methods=["GET", "POST"])
    def page(request):
        return PlainTextResponse(f"{request.method} {len(request.state.form)}")

    @made.route("/host", access=public("test"))
    def host(request):
        return PlainTextResponse(f"asked {request.headers['host']}")

    @made.route("/slow", access=public("test"))
    def slow(_):
        time.sleep(2)
        return PlainTextResponse("at last")

    @made.route("/tall", access=public("test"))
    def tall(_):
        return PlainTextResponse("x" * 8_000_000)

    @made.route("/api", access=public("test"), methods=["POST"], api=True)
    def api(request):
        return PlainTextResponse(str(len(request.state.body)))

    return made


def main() -> None:
    connections.HEAD_SECONDS = connections.WRITE_SECONDS = float(sys.argv[2])
    most = most_connections(Settings(), 11)
    server = served(
        Bounds(site().app(), larger={"/large": 4_000_000}),
        port=int(sys.argv[1]),
        most=most,
        metrics_port=int(sys.argv[3]),
    )
    print("ready", most, flush=True)
    server.run()


if __name__ == "__main__":
    main()

"""What the workshop refuses. Hints that cannot be played are errors of OAuth: :mod:`kazasu.lab.personas.faults`."""

from kazasu.foundation.faults import define

TEST_MODE_ONLY = define("lab.test-mode-only", 409,
    "試験の段階だけで使えます", "Only a party in test mode may do this",
    "試験用に、もう一つ登録してください", "Register another one for tests", who="integrator")  # fmt: skip
CONFORMANCE_ELSEWHERE = define("lab.conformance-elsewhere", 422,
    "そのアドレスは、登録された戻り先のホストにありません", "That address is not on a host of the registered redirect addresses",
    "自分のサービスのアドレスを入れてください", "Enter addresses of your own service", who="integrator")  # fmt: skip
CONFORMANCE_RUNNING = define("lab.conformance-running", 409,
    "適合試験が、すでに動いています", "A conformance run is under way already",
    "終わるまで1分ほど待ってください", "Wait about a minute until it is over", who="integrator")  # fmt: skip

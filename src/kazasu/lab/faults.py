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
APPLICATION_SILENT = define("lab.application-silent", 422,
    "あなたのアプリが応答しません（{address}）", "Your application does not answer ({address})",
    "アプリを動かし、アドレスを確かめてから、もう一度始めてください。何も試していません", "Start your application, check the address, and begin again. Nothing was played", who="integrator")  # fmt: skip
CHECK_IS_OPEN = define("lab.check-is-open", 422,
    "サインインしていない人にも開くページです（{address}）", "This page is open to people who are not signed in ({address})",
    "サインインした人だけに 200 を返すアドレスを入れてください。何も試していません", "Enter an address that answers 200 to the signed in alone. Nothing was played", who="integrator")  # fmt: skip
CHECK_MISSING = define("lab.check-missing", 422,
    "サインインした人にも、そのページがありません（{address}、HTTP {status}）", "The page for the signed in is not there, even for who is signed in ({address}, HTTP {status})",
    "サインインした人だけに 200 を返すアドレスを入れてください。ほかは何も試していません", "Enter an address that answers 200 to the signed in alone. Nothing else was played", who="integrator")  # fmt: skip
NO_TRIAL = define("lab.no-trial", 409,
    "試しのサインインは、もう終わっています", "No trial login is under way",
    "「いますぐ試す」から、もう一度始めてください", "Begin again at “Log in now”", who="integrator")  # fmt: skip
PARTY_SUSPENDED = define("lab.party-suspended", 409,
    "この登録は、運用者が止めています", "An operator has suspended this registration",
    "理由を運用者に尋ねてください。再開されるまで試せません", "Ask the operator why; nothing can be tried until the suspension is lifted", who="integrator")  # fmt: skip

"""The phone as it stands beside the others: it holds keys of its own, takes taps like a terminal, and asks J-LIS for
certificates (``jpki.IssuePhoneCertificates``, ``jpki.ChangePhone``). It keeps no record of any person.

Hand-over from another screen. The asker shows a QR code with an address of its own; whichever phone opens it is
sent to ``<phone>/tap?request=<JWS>`` with :class:`kazasu.contracts.terminal.TapRequest`, in which

- ``audience`` is ``phone``: no terminal takes it;
- ``begun`` names the screen on which it was begun, for the person to recognise;
- ``check_number`` is what that screen shows. The phone offers three numbers; the person chooses. A wrong one ends
  the tap (``TapFailure`` ``phone.wrong-number``), a right one comes back as ``TapResult.chosen_number``.

Opening uses nothing up, since links are previewed and opened twice; the first phone on which the number is chosen has it,
and the first answer counts. It lives two minutes at most (:data:`HAND_OVER_SECONDS`).
"""

from typing import Final, Literal

HAND_OVER_SECONDS: Final = 120
"""A code that was photographed is worth nothing soon (reliability §3 threat 1)."""

PhoneAction = Literal["show", "hold", "release", "end"]


def label_of(action: PhoneAction) -> str:
    """The label of the challenge that the card signs for this: good for nothing else."""
    return f"phone-{action}"

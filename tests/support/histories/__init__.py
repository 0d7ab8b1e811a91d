"""Random histories of a family that moves, over HTTP: whatever a page offers next, in any order.

Who has which notice, what stands in which register and on which card is kept here as a model of its own (:mod:`.model`). Each step is
read back where its story says (:mod:`.steps`); what the model knows is compared with the network and each register after it
(:mod:`.reading`).
"""

from tests.support.histories.history import History, may_play

__all__ = ["History", "may_play"]

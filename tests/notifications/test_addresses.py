"""An address that administration may enter is one that letters can be sent to, and the other way round."""

from __future__ import annotations

import pytest

from notifications import letters
from workflow.errors import Refusal
from workflow.organization import people


@pytest.mark.parametrize(
    "address",
    [
        "an@x.vn", "an.van+cv@bandantoc.example.vn", "o'an@x.vn", "an@localhost", "an@x-y.vn", "ấn@x.vn", "an@đồng.vn",
        "an..van@x.vn", "an@x..vn", "an@.vn", "an@x.", "an@-x.vn", "@x.vn", "an@", "an", "a@b@c.vn", "a b@x.vn",
        "an@x.vn\n", "a" * 65 + "@x.vn", "an@" + "x" * 248 + ".vn", "an@" + "x" * 247 + ".vn", "an@x_y.vn", ".an@x.vn",
    ],
)  # fmt: skip
def test_what_may_be_entered_is_exactly_what_letters_reach(address: str) -> None:
    try:
        entered = people.usable_address(address) == address
    except Refusal:
        entered = False
    assert entered == letters.is_address(address)

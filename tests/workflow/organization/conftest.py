"""What the tests of the organisation share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from workflow.errors import Refusal


@pytest.fixture
def refused() -> Callable[..., None]:
    """Return a function that expects a call to be refused with a code."""

    def expect(code: str, call: Callable[..., object], *args: object, **more: object) -> None:
        with pytest.raises(Refusal) as caught:
            call(*args, **more)
        assert caught.value.code == code

    return expect

"""Every example for users' tests passes as it stands, warnings being errors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "testing.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
pytest_plugins = ["pytester"]


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_block_passes(number: int, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    code = BLOCKS[number]
    pytester.makepyfile(code)
    plugins = ("-p", "cometchat_session.pytest_plugin", "-p", "anyio", "-p", "no:cacheprovider")
    result = pytester.runpytest_subprocess(*plugins, "-W", "error")
    result.assert_outcomes(passed=len(re.findall(r"^ *(?:async )?def test_", code, re.MULTILINE)))

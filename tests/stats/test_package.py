import ast
import subprocess
import sys
from pathlib import Path

import pytest

from r2klib import stats

HEAVY = {"numpy", "pandas", "scipy", "statsmodels", "arch", "matplotlib"}


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = f"import sys, r2klib.stats; print({HEAVY!r} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_every_public_name_is_there_for_people_and_for_type_checkers() -> None:
    tree = ast.parse(Path(stats.__file__).read_text())
    checked = {
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("r2klib.stats.")
        for alias in node.names
    }
    assert {name for _, name in checked} == set(stats.__all__) == set(dir(stats))
    for module, name in checked:
        found = getattr(stats, name)
        assert getattr(found, "__module__", module) == module
        assert isinstance(found, dict) or found.__doc__


def test_unknown_names() -> None:
    with pytest.raises(AttributeError, match="no attribute 'sharpe'"):
        _ = stats.sharpe

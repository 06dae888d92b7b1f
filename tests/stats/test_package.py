import ast
from pathlib import Path

from r2klib import stats


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

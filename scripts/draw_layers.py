"""Draw the rows of `.importlinter` into `ARCHITECTURE.md`, with the size of the package.

    python scripts/draw_layers.py            write the picture
    python scripts/draw_layers.py --check    write nothing; exit status 1 if the picture or a figure is wrong

A room is a file or folder at the top of `cometchat_session`; what it is for is the first sentence of its
docstring. An arrow is that one room imports another, wherever in it the import stands.
"""

from __future__ import annotations

import ast
import re
import sys
from configparser import ConfigParser
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
PAGE, RULES, PACKAGE = HERE / "ARCHITECTURE.md", HERE / ".importlinter", HERE / "cometchat_session"
BEGIN, END = "<!-- drawn by scripts/draw_layers.py -->\n", "<!-- end of the drawing -->\n"
MOST_ROOMS, MOST_ARROWS = 24, 126


def rows() -> list[list[str]]:
    """Return the rooms of each row, from the highest row down."""
    rules = ConfigParser()
    rules.read(RULES, encoding="utf-8")
    lines = rules["importlinter:contract:house"]["layers"].split("\n")
    return [re.findall(r"\w+", line) for line in lines if line.strip()]


def modules(room: str) -> list[Path]:
    """Return the files of a room."""
    folder = PACKAGE / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]


def purpose(room: str) -> str:
    """Return the first line of a room's docstring."""
    folder = PACKAGE / room
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.split("\n", 1)[0]


def imported(path: Path) -> set[str]:
    """Return the rooms that a file imports from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE.name:
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= set(re.findall(rf"^{PACKAGE.name}\.(\w+)", node.module))
        elif isinstance(node, ast.Import):
            found |= {
                name for alias in node.names for name in re.findall(rf"^{PACKAGE.name}\.(\w+)", alias.name)
            }
    return found


def top() -> list[str]:
    """Return the files and folders at the top of the package."""
    paths = (path for path in PACKAGE.iterdir() if path.name not in {"__pycache__", "py.typed"})
    return sorted(path.stem for path in paths)


def drawing() -> tuple[str, list[str]]:
    """Return the picture, and what is wrong with the figures."""
    rooms = top()
    arrows = {
        (room, other if other in rooms else "__init__")
        for room in rooms
        for path in modules(room)
        for other in imported(path)
        if other != room
    }
    lines = ["```text", "__init__".ljust(15) + purpose("__init__")]
    for row in rows():
        lines += ["-" * 24, *(room.ljust(15) + " " + purpose(room) for room in row)]
    figures = {"rooms": (len(rooms), MOST_ROOMS), "arrows between them": (len(arrows), MOST_ARROWS)}
    told = ", ".join(f"{count} {name} (at most {most})" for name, (count, most) in figures.items())
    wrong = [f"{count} {name}, at most {most}" for name, (count, most) in figures.items() if count > most]
    return "\n".join([*lines, "```", "", f"{told[0].upper()}{told[1:]}.", ""]), wrong


def main() -> int:
    """Write the picture, or compare it with the page's."""
    picture, wrong = drawing()
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    old, _, after = rest.partition(END)
    if "--check" not in sys.argv:
        PAGE.write_text(f"{before}{BEGIN}{picture}{END}{after}", encoding="utf-8")
    elif old != picture:
        wrong.append(f"{PAGE.name} shows other rows: run python scripts/draw_layers.py")
    print("\n".join(wrong or [picture]))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

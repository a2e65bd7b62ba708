"""Where each key of a TOML text stands, so that an error can name its line.

The standard library reads TOML without positions.  This walks a text that it has *already
accepted* and notes the line of every key and list entry; it judges nothing and so has no errors.
"""

from bisect import bisect_right

__all__ = ["Path", "key_lines"]

Path = tuple[str | int, ...]

_BARE_END = " \t=.]}#,\n\r"


def key_lines(text: str) -> dict[Path, int]:
    """The line of every key, by its path: `("targets", 0, "weight")`.

    Refuses: nothing; the text must be valid TOML.
    """
    return _Walk(text).lines()


class _Walk:
    """One pass over a valid TOML text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.starts = [0, *(i + 1 for i, character in enumerate(text) if character == "\n")]
        self.found: dict[Path, int] = {}
        self.list_lengths: dict[Path, int] = {}

    def lines(self) -> dict[Path, int]:
        """Walk all statements."""
        prefix: Path = ()
        while self.skip_blank():
            if self.text[self.position] == "[":
                prefix = self.header()
            else:
                self.pair(prefix)
        return self.found

    def note(self, path: Path, position: int) -> None:
        """Keep the line of a path, the first time it is seen."""
        self.found.setdefault(path, bisect_right(self.starts, position))

    def skip_blank(self) -> bool:
        """Go over blanks, line ends and comments; tell whether anything is left."""
        while self.position < len(self.text):
            character = self.text[self.position]
            if character == "#":
                end = self.text.find("\n", self.position)
                self.position = len(self.text) if end < 0 else end
            elif character in " \t\r\n":
                self.position += 1
            else:
                return True
        return False

    def header(self) -> Path:
        """Read `[table]` or `[[list of tables]]` and give the path it opens."""
        start = self.position
        is_list = self.text.startswith("[[", start)
        self.position += 2 if is_list else 1
        *parents, last = self.dotted_key()
        self.position += 2 if is_list else 1
        path: Path = ()
        for part in parents:
            path = self.entered((*path, part))
        path = (*path, last)
        if is_list:
            index = self.list_lengths.get(path, 0)
            self.list_lengths[path] = index + 1
            self.note(path, start)
            path = (*path, index)
        else:
            path = self.entered(path)
        for length in range(1, len(path) + 1):
            self.note(path[:length], start)
        return path

    def entered(self, path: Path) -> Path:
        """The path itself, or its latest entry where it is a list of tables."""
        length = self.list_lengths.get(path, 0)
        return (*path, length - 1) if length else path

    def pair(self, prefix: Path) -> None:
        """Read `key = value`."""
        start, path = self.position, prefix
        for part in self.dotted_key():
            path = (*path, part)
            self.note(path, start)
        self.skip_blank()
        self.position += 1  # the equals sign
        self.skip_blank()
        self.value(path)

    def dotted_key(self) -> list[str]:
        """Read `a."b c".d`."""
        parts = []
        while True:
            self.skip_blank()
            parts.append(self.simple_key())
            self.skip_blank()
            if self.text[self.position] != ".":
                return parts
            self.position += 1
            self.skip_blank()

    def simple_key(self) -> str:
        """Read one bare or quoted part of a key."""
        start = self.position
        if self.text[start] in "\"'":
            self.string()
            return self.text[start + 1 : self.position - 1]
        while self.text[self.position] not in _BARE_END:
            self.position += 1
        return self.text[start : self.position]

    def value(self, path: Path) -> None:
        """Go over one value, noting what stands inside it."""
        character = self.text[self.position]
        if character in "\"'":
            self.string()
        elif character == "[":
            self.array(path)
        elif character == "{":
            self.inline_table(path)
        else:
            while self.position < len(self.text) and self.text[self.position] not in ",]}#\n":
                self.position += 1

    def array(self, path: Path) -> None:
        """Go over `[a, b]`."""
        self.position += 1
        index = 0
        while self.skip_blank() and self.text[self.position] != "]":
            self.note((*path, index), self.position)
            self.value((*path, index))
            index += 1
            self.skip_blank()
            if self.text[self.position] == ",":
                self.position += 1
        self.position += 1

    def inline_table(self, path: Path) -> None:
        """Go over `{ a = 1, b = 2 }`."""
        self.position += 1
        while self.skip_blank() and self.text[self.position] != "}":
            self.pair(path)
            self.skip_blank()
            if self.text[self.position] == ",":
                self.position += 1
        self.position += 1

    def string(self) -> None:
        """Go over a string of any of the four kinds."""
        quote = self.text[self.position]
        if self.text.startswith(quote * 3, self.position):
            self.position += 3
            while not self.text.startswith(quote * 3, self.position):
                self.position += 2 if quote == '"' and self.text[self.position] == "\\" else 1
            self.position += 3
            while self.text.startswith(quote, self.position):  # up to two quotes end the content
                self.position += 1
            return
        self.position += 1
        while self.text[self.position] != quote:
            self.position += 2 if quote == '"' and self.text[self.position] == "\\" else 1
        self.position += 1

"""The elements of an Interactive Brokers Flex report, streamed, each with its line.

Flex XML holds its data in attributes: `<FlexStatement accountId=...>` has sections, and these have
elements that are its rows.  A hardened parser (`defusedxml`) forbids document types and entities,
so that nothing can grow; nothing is kept but the elements of one piece of the file.

Errors: `InputError` for XML that is damaged, cut off, declares entities or nests without bound, and
for the answer that Interactive Brokers gives in place of a report.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from trimtab.model.errors import InputError

__all__ = ["FlexElement", "flex_elements"]

DEPTH_MAX = 32
"""Elements open at once: reports nest seven."""
PIECE_BYTES = 64 * 1024
NO_REPORT = "FlexStatementResponse"
STATEMENT = "FlexStatement"
PLACEHOLDERS = frozenset({"-", "--", "N/A"})


@dataclass(frozen=True, slots=True)
class FlexElement:
    """An element with attributes, in the section of its statement.

    `section` is empty for the statement itself.
    """

    tag: str
    line: int
    section: str
    attributes: Mapping[str, str]

    def get(self, name: str) -> str:
        """The text of an attribute, empty where it is missing or a placeholder."""
        text = self.attributes.get(name)
        if not text:
            return ""
        text = text.strip()
        return "" if text in PLACEHOLDERS else text


def flex_elements(data: bytes, file: str) -> Iterator[FlexElement]:
    """The statements and rows of a report, in order.

    Refuses: what is no well-formed report, with `InputError`.
    """
    handler = _Handler(file)
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    handler.setDocumentLocator(parser)  # which `feed` leaves to its caller
    try:
        for start in range(0, len(data), PIECE_BYTES):
            parser.feed(data[start : start + PIECE_BYTES])
            while handler.found:
                yield handler.found.popleft()
        parser.close()
    except SAXParseException as error:
        raise InputError(
            "file",
            f"its XML is damaged or cut off ({error.getMessage()})",
            "",
            "download the Flex report again",
            file=file,
            line=error.getLineNumber(),
        ) from None
    except DefusedXmlException:
        raise InputError(
            "file",
            "it declares a document type or entities",
            "no Flex report does",
            "download it again; do not trust where it came from",
            file=file,
            line=handler.line,
        ) from None
    except (SAXException, ValueError, LookupError) as error:
        fact = f"its XML cannot be read ({error})"
        remedy = "download the Flex report again"
        raise InputError("file", fact, "", remedy, file=file, line=handler.line) from None


@dataclass(slots=True)
class _Open:
    """What has been opened, from the root down."""

    tags: list[str] = field(default_factory=list)
    statement_depth: int = 0
    has_statement: bool = False
    answer: dict[str, str] = field(default_factory=dict)


class _Handler(ContentHandler):
    """Collects elements; what stands between tags matters only in a refusal of the broker's."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.found: deque[FlexElement] = deque()
        self._open = _Open()
        self._locator: Locator | None = None

    @property
    def line(self) -> int:
        """Where the parser stands."""
        return (self._locator.getLineNumber() if self._locator else None) or 1

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802  (the protocol's name)
        """Keep the parser's place."""
        self._locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        """Take the statement, and each element with attributes below it."""
        tags = self._open.tags
        tags.append(name)
        if len(tags) > DEPTH_MAX:
            fact = f"more than {DEPTH_MAX} elements are open at once"
            remedy = "it is damaged, or no Flex report"
            raise InputError("file", fact, "", remedy, file=self.file, line=self.line)
        depth = self._open.statement_depth
        if name == STATEMENT:
            self._open.statement_depth, self._open.has_statement = len(tags), True
            self.found.append(FlexElement(name, self.line, "", dict(attrs.items())))
        elif depth and len(attrs):
            section = tags[depth] if len(tags) > depth + 1 else name
            self.found.append(FlexElement(name, self.line, section, dict(attrs.items())))

    def characters(self, content: str) -> None:
        """Keep the broker's words where it answers without a report."""
        tags = self._open.tags
        if tags[0] == NO_REPORT and len(tags) == 2 and len(self._open.answer) < DEPTH_MAX:
            said = self._open.answer
            said[tags[1]] = (said.get(tags[1], "") + content.strip())[:200]

    def endElement(self, name: str) -> None:  # noqa: N802
        """Leave an element."""
        tags = self._open.tags
        tags.pop()
        if len(tags) < self._open.statement_depth:
            self._open.statement_depth = 0
        if name == NO_REPORT and not tags and not self._open.has_statement:
            said = self._open.answer
            code, message = said.get("ErrorCode", ""), said.get("ErrorMessage", "")
            raise InputError(
                "file",
                f"Interactive Brokers answered {code or 'without a report'} {message}".rstrip(),
                "",
                "run the Flex query again, and save its report when it is ready",
                file=self.file,
                line=self.line,
            )

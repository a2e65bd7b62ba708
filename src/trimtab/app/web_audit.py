"""The audit of a folder's dashboard, checked without starting one, and exports of it by themselves.

Errors: `InputError` for a store that cannot be read, and for a file that is no export.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.text_files import read_text
from trimtab.books.audit_chain import check_export
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.books.audit_chain import AuditCheck

__all__ = ["checked_audit", "checked_file", "folder_audit"]


def folder_audit(folder: Path, noted: str = "") -> AuditCheck | None:
    """The check of the audit of the dashboard whose settings stand in a folder.

    None where no dashboard was ever opened there.
    Refuses: settings and a store that cannot be read.
    """
    from trimtab.app.web.settings import read_web

    settings = read_web(folder)
    is_file = "://" not in settings.store
    if is_file and not Path(settings.store_place).exists():
        return None
    return checked_audit(settings.store_place, noted)


def checked_audit(url: str, noted: str = "") -> AuditCheck:
    """The check of the audit in a store.

    Refuses: a store that is not there or cannot be read.
    """
    try:
        from trimtab.stores.sql.web_store import existing_web_store
    except ModuleNotFoundError as error:
        fact = f"the package {error.name} is missing"
        raise InputError("store", fact, "", "pip install 'trimtab[web]'") from None
    store = existing_web_store(url)
    try:
        return store.audit.check(noted)
    finally:
        store.close()


def checked_file(path: Path, noted: str = "") -> AuditCheck:
    """The check of an exported audit by itself.

    Refuses: a file that is none.
    """
    return check_export(read_text(path, "export"), noted)

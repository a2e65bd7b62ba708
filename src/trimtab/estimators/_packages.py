"""What is said where an optional package is not installed.

Errors: `MissingPackageError`, an `InputError` whose remedy installs it.
"""

from trimtab.model.errors import InputError

__all__ = ["MissingPackageError", "missing"]


class MissingPackageError(InputError):
    """An estimator was chosen whose package is not installed: never replaced by another."""


def missing(estimator: str, package: str) -> MissingPackageError:
    """The error for an estimator whose package cannot be imported."""
    return MissingPackageError(
        f"estimator {estimator}",
        f"it needs the package {package}, which is not installed",
        "",
        'pip install "trimtab[ai]"',
    )

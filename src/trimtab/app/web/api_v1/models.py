"""`/households/{household}/models`: learned models, their evidence, and which of them runs.

Who lets a model run is a person at the command line; here they are read.

Errors: problems.
"""

from __future__ import annotations

from trimtab.app.models.as_json import line_json, manifest_json
from trimtab.app.models.listing import listed
from trimtab.app.models.registry import labelled, registry_of
from trimtab.app.web.api.answers import object_of
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_models import Model, ModelLine, ModelPage
from trimtab.app.web.api_v1.problems import not_found
from trimtab.app.web.security.gate import Viewing

__all__ = ["ROUTER"]

ROUTER = resource("models", "/households/{household}/models")


@ROUTER.get("")
def list_models(seen: Viewing, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT) -> ModelPage:
    """Every version of every model, the newest of each first."""
    lines = listed(registry_of(seen.one.folder))
    found, behind = page_of(lines, lambda one: one.label, cursor, limit)
    items = [ModelLine.model_validate(line_json(one)) for one in found]
    return ModelPage(items=items, next_cursor=behind)


@ROUTER.get("/{model}")
def get_model(seen: Viewing, model: str) -> Model:
    """A version (`name@1`) with its card, its evidence, its hashes, and who let it in."""
    registry = registry_of(seen.one.folder)
    if all(model not in (one.label, one.label.partition("@")[0]) for one in listed(registry)):
        raise not_found(f"model {model!r}", "the list of models has those that there are")
    manifest = labelled(registry, model)
    acts = tuple(act for act in registry.log() if act.digest == manifest.digest)
    told = object_of(manifest_json(manifest, registry.status(manifest), acts))
    return Model.model_validate({name: one for name, one in told.items() if name != "schema"})

"""What the API exports, our own importer reads."""

from tests.app.web.api_v1.programs import HOME, problem_in, program_of
from trimtab.app.web.world import WebWorld
from trimtab.importers.ofx import Ofx


def test_a_household_is_exported_as_ofx_and_the_audit_says_so(world: WebWorld):
    answer = program_of(world).get(f"{HOME}/export.ofx")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/x-ofx")
    assert answer.headers["content-disposition"] == 'attachment; filename="home-2022-10-11.ofx"'
    found = Ofx().read("home.ofx", answer.content, "digest")
    assert found.breaks == ()
    assert len(found.positions) == 48
    last = world.store.audit.page(1)[0]
    assert (last.who, last.what, last.subject, last.household) == ("ada", "export", "ofx", "home")


def test_a_foreign_household_is_not_exported(world: WebWorld):
    stranger = program_of(world, households=frozenset({"other"}))
    problem_in(stranger.get(f"{HOME}/export.ofx"), 404)

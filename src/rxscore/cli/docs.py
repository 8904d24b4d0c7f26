"""``rxscore docs``: the documentation, as it comes with this version."""

import click

from rxscore.problems import UserError


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    from rxscore import catalog

    return [name for name in catalog.pages() if name.startswith(incomplete)]


@click.command()
@click.argument("page", metavar="[PAGE]", required=False, shell_complete=_complete)
def docs(page: str | None) -> None:
    """Read the documentation. Without PAGE: which pages there are."""
    from rxscore import catalog
    from rxscore.events import suggest
    from rxscore.interchange.tables import Table, render

    pages = catalog.pages()
    if page is None:
        titles = [
            (name, file.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")) for name, file in pages.items()
        ]
        click.echo(render(Table(["Page", "What it tells"], titles, ["left", "left"]), "text"))
        return
    name = page.removeprefix("docs/").removesuffix(".md")
    if name not in pages:
        raise UserError(f"the documentation has no page {page!r}{suggest(name, pages)}")
    click.echo_via_pager(pages[name].read_text(encoding="utf-8"))

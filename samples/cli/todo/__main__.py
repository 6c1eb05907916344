"""The command line: `cli add WORDS...`, `cli show ITEM...`, `cli about`."""

from importlib import metadata

import click
from rich.console import Console
from rich.table import Table


@click.group()
def main() -> None:
    """Things to do."""


@main.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--urgent", is_flag=True, help="Do it first.")
def add(words: tuple[str, ...], urgent: bool) -> None:
    """Note something."""
    mark = "!" if urgent else "-"
    click.echo(f"{mark} {' '.join(words)}")


@main.command()
@click.argument("items", nargs=-1)
def show(items: tuple[str, ...]) -> None:
    """Show items as a table."""
    table = Table(title="To do")
    table.add_column("#", justify="right")
    table.add_column("what")
    for number, item in enumerate(items, start=1):
        table.add_row(str(number), item)
    Console(width=40).print(table)


@main.command()
def about() -> None:
    """Tell what this program is made of."""
    for name in ("click", "rich"):
        click.echo(f"{name} {metadata.version(name)}")


if __name__ == "__main__":
    main(prog_name="cli")

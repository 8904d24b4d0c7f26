"""The command line. Each command lives in its own module, imported only when it is run."""

import sys
from importlib import import_module

import click

from rxscore.problems import UserError

COMMANDS = {
    "standings": "rxscore.cli.standings:standings",
    "round": "rxscore.cli.round:round_",
    "explain": "rxscore.cli.explain:explain",
    "verify": "rxscore.cli.verify:verify",
    "what-if": "rxscore.cli.whatif:what_if",
    "archive": "rxscore.cli.archive:archive",
    "log": "rxscore.cli.log:log",
    "rules": "rxscore.cli.rules:rules",
    "import": "rxscore.cli.importing:import_",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for, so that a call starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest commands suggested for a typo."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from rxscore.events import suggest

            raise click.UsageError(f"no such command {args[0]!r}{suggest(args[0], COMMANDS)}", ctx) from error


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="rxscore")
def cli() -> None:
    """Score motorsport championships: standings from race logs, what-ifs, and published tables verified."""


def main() -> None:
    """Run the command line; what is wrong with the input is printed plainly, with exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names are not ASCII; a terminal that cannot show a letter shows a mark instead of failing.
            stream.reconfigure(errors="replace")
    try:
        cli(prog_name="rxscore")
    except UserError as error:
        for problem in error.problems:
            click.echo(f"rxscore: {problem}", err=True)
        sys.exit(2)

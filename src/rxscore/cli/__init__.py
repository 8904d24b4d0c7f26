"""The command line. Each command lives in its own module, imported only when it is run."""

import codecs
import errno
import gc
import os
import sys
from importlib import import_module

import click

from rxscore.problems import UserError

COMMANDS = {
    "standings": "rxscore.cli.standings:standings",
    "round": "rxscore.cli.round:round_",
    "explain": "rxscore.cli.explain:explain",
    "verify": "rxscore.cli.verify:verify",
    "archive": "rxscore.cli.archive:archive",
    "what-if": "rxscore.cli.whatif:what_if",
    "sensitivity": "rxscore.cli.sensitivity:sensitivity",
    "sweep": "rxscore.cli.sweep:sweep",
    "title": "rxscore.cli.title:title",
    "needs": "rxscore.cli.needs:needs",
    "crown": "rxscore.cli.crown:crown",
    "odds": "rxscore.cli.odds:odds",
    "log": "rxscore.cli.log:log",
    "rules": "rxscore.cli.rules:rules",
    "import": "rxscore.cli.importing:import_",
    "new": "rxscore.cli.new:new",
    "docs": "rxscore.cli.docs:docs",
}

PLAIN = {"≥": ">=", "▲": "+", "▼": "-", "·": "-", "–": "-", "—": "-", "…": "...", "ø": "o", "Ø": "O", "ß": "ss"}
"""What stands for a letter or a sign where the terminal cannot show it and it has no plain base letter."""

CLICK_SAYS = {"a valid float range": "a number", "a valid integer range": "a whole number"}
CLICK_SAYS |= {"a valid float": "a number", "a valid integer": "a whole number"}
"""What click says in a programmer's words, and what is said instead."""


class Group(click.Group):
    """A group whose help says in whole sentences what its commands do; click cuts them off after some words."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands, each with the first sentence of its help."""
        known = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        told = [(name, command.get_short_help_str(limit=1000)) for name, command in known if command is not None]
        with formatter.section("Commands"):
            formatter.write_dl(told)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does; an option that takes one value and is given several is refused, and not the last one taken."""
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None and not isinstance(command, click.Group) and not ctx.resilient_parsing:
            _refuse_repeated(click.Context(command, parent=ctx, info_name=name), list(rest))
        return name, command, rest


def _refuse_repeated(context: click.Context, arguments: list[str]) -> None:
    """Raise UsageError for an option that is given more often than it can be heeded."""
    _, _, order = context.command.make_parser(context).parse_args(arguments)
    given = [one for one in order if isinstance(one, click.Option) and not (one.multiple or one.is_flag or one.count)]
    for option in given:
        if given.count(option) > 1:
            raise click.UsageError(f"option {max(option.opts, key=len)!r} is given twice, and takes one value", context)


class LazyGroup(Group):
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
            if args[0] in COMMANDS:
                raise
            from rxscore.events import suggest

            raise click.UsageError(f"no such command {args[0]!r}{suggest(args[0], COMMANDS)}", ctx) from error

    def invoke(self, ctx: click.Context) -> object:
        """As click does; a reader who has gone (``| head -1``) ends the command quietly."""
        try:
            result: object = super().invoke(ctx)
            _flush()
        except BrokenPipeError:
            _write_nowhere()
            return 0
        return result


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="rxscore")
def cli() -> None:
    """Score motorsport championships: standings from race logs, what-ifs, and published tables verified."""


def main() -> None:
    """Run the command line.

    What is wrong with the input, or with the way it was called, is printed plainly, with exit status 2.
    """
    # A call is short, and what it makes stays to its end: looking for garbage all the time would be time lost.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    codecs.register_error("rxscore", _plainly)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names are not ASCII; a terminal that cannot show a letter shows the nearest one instead of failing.
            stream.reconfigure(errors="rxscore")
    try:
        status = cli.main(prog_name="rxscore", standalone_mode=False)
        _flush()  # a help text is printed outside ``invoke``
    except UserError as error:
        for problem in error.problems:
            click.echo(f"rxscore: {problem}", err=True)
        status = 2
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        status = 2
    except click.ClickException as error:
        click.echo(_usage(error), err=True)
        status = 2
    except BrokenPipeError:
        _write_nowhere()
        status = 0
    except OSError as error:
        # A full disk, a file that may not be read: nothing that a user could learn from a traceback.
        _write_nowhere()
        what = error.filename or (
            "the output cannot be written" if error.errno == errno.ENOSPC else "the system refuses"
        )
        click.echo(f"rxscore: {what}: {error.strerror or error}", err=True)
        status = 2
    except click.Abort:
        click.echo("rxscore: interrupted", err=True)
        status = 130
    gc.freeze()  # nor is there any use in looking for it at the end
    sys.exit(status if isinstance(status, int) else 0)


def _flush() -> None:
    if sys.stdout is not None:  # None: the caller closed it (``>&-``)
        sys.stdout.flush()


def _write_nowhere() -> None:
    """What is still to be flushed at the end would fail once more: it goes nowhere."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _usage(error: click.ClickException) -> str:
    """What is wrong with how a command was called, in a line, and where to read more."""
    message = error.format_message().strip().rstrip(".")
    for theirs, plainly in CLICK_SAYS.items():
        message = message.replace(theirs, plainly)
    message = message[:1].lower() + message[1:] if message[1:2].islower() else message
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "rxscore"
    return f"{path}: {message} (see {path} --help)"


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """An error handler for streams: the nearest plain letters for those that cannot be written."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    import unicodedata

    text = error.object[error.start : error.end]
    bare = "".join(PLAIN.get(letter) or unicodedata.normalize("NFKD", letter) for letter in text)
    kept = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return kept.encode("ascii", "replace").decode(), error.end

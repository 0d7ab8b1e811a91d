"""The command line: ``kazasu up``, ``serve``, ``test``, ``story`` …  One small module each.

Nothing is imported here: the launcher runs before the environment exists.
"""


def main() -> None:
    """Run the command that ``sys.argv`` names; ends the process with its exit status."""
    try:
        from kazasu.cli.commands import run  # noqa: PLC0415 - see above

        status = run()
    except KeyboardInterrupt:  # while Python still reads the modules above
        status = 130
    raise SystemExit(status)

"""The command `byok-relay`, also as `python -m byok_relay_server`."""


def main() -> None:
    """Runs the command. The package without its extras is the Worker's, which has nothing that serves."""
    try:
        from .command import main as command
    except ModuleNotFoundError as error:
        raise SystemExit(f"byok-relay: {error.name} is missing; install the package with its extra: pip install '.[server]'") from None
    command(prog_name="byok-relay")


if __name__ == "__main__":
    main()

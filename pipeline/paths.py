"""Where the files beside the code lie: inside the package when installed from a wheel, else at the checkout's root."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """The path of `models` or `config.cfg`."""
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parent / name

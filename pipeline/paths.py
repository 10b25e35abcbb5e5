"""Where the files beside the code lie: in the package once installed from a wheel, at the root of a checkout otherwise."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def resource(name: str) -> Path:
    """The path of `models` or `config.cfg`."""
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parent / name

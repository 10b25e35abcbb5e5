"""Every message a user can meet, in one place: what happened, where, and the next step."""


class PipelineError(Exception):
    """An error with a message meant for the user; the command line prints it as one line and exits 1."""


class Errors:
    """Message templates. `E1xx` reading, `E2xx` data and patterns, `E3xx` output, `E4xx` models."""

    # Reading: these also fill the columns `cause` and `next_step` of the table `failures`.
    E101 = "no such file or folder: {path}. Check the spelling, or drag the folder into the terminal window."
    E102 = "nothing to read in {path}: no file there ends in {suffixes}."

    # Data and patterns.
    E201 = "{file}: {problem}. Mend that row; rows hold the keys {keys}."
    E202 = "{file}, line {line}: {problem}. Each line is one JSON object with `text`, `spans` and `meta`."
    E203 = "{file}: document {doc!r} is named in the split {split!r} but is in no .jsonl file beside it."

    # Output.
    E301 = "{out} already holds a run. Choose another folder with --out, or replace that run with --force."
    E302 = "{out} is not empty and holds no run of ours. Choose an empty or new folder with --out."
    E303 = "cannot write to {path}: {cause}. Check free space and rights, and close the file if Excel has it open."

    # Models.
    E401 = "no model at {path}. Give the folder that holds its config.cfg, or leave --model away for the shipped one."
    E402 = "the model needs the encoder {name!r} (sha256 {wanted}), but {found}. Install the version it came with."
    E403 = "the model at {path} does not load: {cause}. Install the versions in constraints.txt, or train it again."

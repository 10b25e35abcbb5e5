"""Every message a user can meet, in one place: what happened, where, and the next step."""

from typing import NamedTuple


class Message(NamedTuple):
    """A message in two columns.

    cause (str): What is wrong, after the file's name: no capital, no full stop.
    next_step (str): What to do about it, as a sentence.
    """

    cause: str
    next_step: str


class PipelineError(Exception):
    """An error with a message meant for the user; the command line prints it as one line and exits 1."""


class Stopped(PipelineError):  # noqa: N818  (nothing went wrong)
    """The run was told to stop, and did so after a part."""


class Errors:
    """Message templates. `E1xx` reading, `E2xx` data and patterns, `E3xx` output, `E4xx` models."""

    # Reading: these also fill the columns `cause` and `next_step` of the table `failures`.
    E101 = "no such file or folder: {path}. Check the spelling, or drag the folder into the terminal window."
    E102 = "nothing to read in {path}: no file there ends in {suffixes}."
    E103 = Message("the file is not there", "It was moved or renamed after the list was made: start again.")
    E104 = Message("this is a folder or a device, not a file", "Give a file, or a folder that can be opened.")
    E105 = Message("it may not be opened ({error})", "Get the right to read it, or close the program that holds it.")
    E106 = Message("the file is empty (0 bytes)", "Save or download it again.")
    E107 = Message("{size} MB is over the limit of {limit} MB", "Split the file, or raise the limit: --max-megabytes.")
    E108 = Message("it holds no text", "Open it: if you can see text there, copy that into a .txt file.")
    E109 = Message(
        "{count:,} characters are over the limit of {limit:,}",
        "Split it into one text per meeting, or raise the limit: --max-characters.",
    )
    E110 = Message("{suffix} files cannot be read", "Save it as one of {suffixes}.")
    E111 = Message("the name ends in {suffix}, but it is really {kind}", "{advice}")
    E112 = Message("it holds bytes that are no text", "Open it in the program that made it and save it as text.")
    E113 = Message("reading was stopped after {seconds} seconds", "Split the file, or raise the limit: --max-seconds.")
    E114 = Message(
        "the file brought the reader down ({ending})",
        "Open it in its own program and save it anew; if that changes nothing, leave it out and tell us.",
    )
    E115 = Message("reading it takes too much memory", "Split the file.")
    E116 = Message(
        "it cannot be read ({error})",
        "Open it in its own program and save it anew; if that changes nothing, leave it out and tell us.",
    )
    E117 = Message("nothing came in", "Send text to the command, or give a file in place of the dash.")
    E118 = Message("it is a link to a file that is missing", "Mend the link, or give the file itself.")
    E119 = (
        "{url} cannot be reached: {cause}. Check the address; s3:// needs the package s3fs, gs:// gcsfs, az:// adlfs."
    )
    # HTML.
    E120 = Message(
        "the page holds no text of its own", "It is drawn by a script: open it in a browser and save or copy it there."
    )
    E121 = Message("its tags are nested too deep to be read", "Open it in a browser and copy the text to a .txt file.")
    # PDF.
    E130 = Message("a password locks it", "Open it with the password, print it to a new PDF and use that.")
    E131 = Message("it is broken or not a whole PDF", "Download it again; else open it and print it to a new PDF.")
    E132 = Message("its end is missing, so pages may be lost", "Download it again.")
    E133 = Message("it is a scan: none of its pages ({pages}) holds text", "Run OCR on it first, then read the result.")
    E134 = Message("{count} pages are over the limit of {limit}", "Split the file, or raise the limit: --max-pages.")
    E135 = Message("page {page} cannot be read", "Open it and print it to a new PDF.")
    # DOCX.
    E140 = Message(
        "it is locked by a password or in the old .doc format", "Open it in Word and save it as .docx, unlocked."
    )
    E141 = Message("it is broken or no Word document ({error})", "Open it in Word and save it again.")
    E142 = Message("unpacked it grows to {size} MB, over the limit of {limit} MB", "Do not trust it; else split it.")
    # Rows: JSONL, CSV, Parquet.
    E150 = Message("no column is called text; the columns are {columns}", "Rename the column of the texts to text.")
    E151 = Message("row {row} has no text", "Nothing to do if the text is meant to be missing; else fill it in.")
    E152 = Message("line {row} is not JSON ({error})", "Mend that line: one JSON object in UTF-8 per line.")
    E153 = Message("line {row} is not an object with a text", 'Each line holds {{"text": "...", "meta": {{...}}}}.')
    E154 = Message(
        "row {row} has {cells} cells, the first row {columns}", "Put quotation marks around texts that hold a {mark}."
    )
    E155 = Message(
        "row {row} has a quotation mark that is not closed, or not doubled inside a text",
        "Mend that row, or save the table anew; what follows it was not read.",
    )
    E156 = Message("the column text holds {type}, no texts", "Write the texts themselves into the column text.")
    E157 = Message("it has no rows", "Fill it in, or leave it out.")

    # Data and patterns.
    E201 = "{file}: {problem}. Mend that row; rows hold the keys {keys}."
    E202 = (
        "{file}, line {line}: {problem}. Each line is one JSON object with `text`, `spans` and `meta` (`id`, `source`)."
    )
    E203 = "{file}: the source {source!r} named under {split!r} has no document in any .jsonl file beside it."
    E204 = "document {doc!r}: {problem}. Move its edges to the words they cut."
    E205 = "there is no split {split!r}; the splits are {splits}."
    E207 = "{file}: {problem}. It holds lists of sources: `dev = [...]` and `test = [...]`."
    E206 = "{folder} holds no {splits}. Give the folder of the annotated .jsonl files with --data."
    E210 = "{path} holds no document to score. Give a file with one document per line, or another split."
    E211 = "{path}: the id {doc!r} stands on {count} documents. Give each document its own id in `meta`."
    E212 = "{count} spans of the gold are not on token edges: {first}. Move their edges to the words they cut."
    E213 = "{path} cannot be read: {cause}. Give an annotated .jsonl file with --gold, a folder of them with --data."
    E214 = "--gold is one file and --split a part of the folder --data: give one of the two."

    # Output.
    E301 = "{out} holds the results of other pages. Choose another folder with --out, or replace them with --force."
    E302 = "{out} is not empty and holds no run of ours. Choose an empty or new folder with --out."
    E303 = "cannot write to {path}: {cause}. Check free space and rights, and close the file if Excel has it open."
    E304 = "the table {table!r} cannot be written: {problem}. This is a fault of ours: please report it."
    E305 = "there is no format {format!r}; the formats are {formats}."
    E306 = "{out} already holds an evaluation. Choose another folder with --out, or replace that one with --force."
    E308 = "another run is writing to {out}. Wait for it, or choose another folder with --out."
    E309 = "stopped after {count:,} documents, which are kept. The same command goes on from there."
    E307 = "{out} is not empty and holds no evaluation of ours. Choose an empty or new folder with --out."
    E320 = (
        "{folder} holds no complete run. Give the folder of an earlier --out; if that run was stopped, give its command"
        " again to finish it."
    )
    E321 = "{folder} holds a run of an earlier version of minutes. Annotate its pages again."
    E322 = "the table {table!r} in {folder} cannot be read: {problem}. Annotate its pages again."
    E323 = "{path}: the changes cannot be written in that format. Give --out a name that ends in {suffixes}."

    # Models.
    E401 = "no model at {path}. Give the folder that holds its config.cfg, or leave --model away for the shipped one."
    E402 = "the model needs the encoder {name!r} (sha256 {wanted}), but {found}. Install the version it came with."
    E403 = "the model at {path} does not load: {cause}. Install the versions in constraints.txt, or train it again."
    E404 = "{path} has sha256 {found}, not {wanted}: these are not the published weights. Download them again."
    E406 = "the encoder {name!r} has layers 1 to {layers} and windows of {smallest} to 512: mend config.cfg."
    E407 = "{file}, line {line}: {problem}. Mend the list of known names; its columns are name,kind,note."
    E408 = "the model at {path} holds no encoder to export. Give a model of pipeline.training.finetune."
    E410 = "the model at {path} finds none of {labels}: its parts are {parts}. Give the folder of a trained model."
    E411 = "{path} holds no scores of ours: {problem}. Make it with minutes evaluate --out."
    E412 = "the scores in {path} are of the model {found}, not of {wanted}. Score {wanted} again."
    E450 = "the processes that annotate do not start: {how}, last words: {words}. Close programs, or use --workers 1."
    E451 = Message(
        "annotating it took too long, {tries} times",
        "Raise the limit: --max-seconds; if that changes nothing, send us the file.",
    )
    E452 = Message(
        "it brought the annotating process down, {tries} times ({how})",
        "If memory was short, use fewer --workers; else send us the file.",
    )
    E460 = "--scheduler needs Dask. Install it with pip install -e '.[distributed]'."
    E461 = "no Dask scheduler answers at {address} ({cause}). Check the address, or start one: dask scheduler."
    E462 = "the cluster at {address} has no workers. Start some (dask worker {address}), then give the command again."
    E463 = "the scheduler at {address} went away. What is written is kept: start it, then give the command again."
    E464 = "the worker {worker} cannot annotate: {problem}"
    E465 = "{name} is {theirs} there and {ours} here. Install the same on both and restart the worker."
    E466 = "the cluster cannot annotate ({error}). Install on its machines what is installed here, and restart it."
    E405 = Message("the pipeline failed on it ({error})", "Send us the file: this is a fault of ours.")

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
    """Message templates. `E1xx` reading, `E2xx` data and patterns, `E3xx` output, `E4xx` models, `E5xx` review and
    training, `E7xx` report and queries."""

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
    E401 = "no model at {path}. Give the folder that holds its config.cfg, as minutes train made it."
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

    # Review: choosing documents, two annotators.
    E560 = "no finished run in {path}. Give the folder that minutes annotate wrote to."
    E561 = "{path}: {problem}. Mend it, or make it anew with minutes review select."
    E562 = "the choice in {path} names documents that the run does not hold: {names}. Select again from this run."
    E563 = (
        "agreement takes two people, and {path} has {count}: {names}. Import with --by, or choose two with --between."
    )
    E564 = "{one} and {other} have no document in common in {path}. Let both correct the same documents."
    E565 = "{path}, row {row}: {problem}. {next_step}"
    E566 = "{path} is not there. Make it with minutes review agreement, fill in the column decision, save it."
    E567 = "{doc}: the words {words!r} are not in the document. Copy them from it into the column other words."
    E568 = "{doc}: decided were {one!r} and {other!r}, which overlap. Decide for one of them."
    E569 = "{folder} holds documents that were exported from a choice already. Give another folder with --to."
    E571 = "{path} is there, and somebody may have corrected it. Move it away, or leave that format out."
    E570 = "no document of {run} is left to choose: all are in {data}. Annotate other pages."

    # Training, comparing, the model in use.
    E580 = "{out} holds a training already, and an older one is never written over. Choose another name with --out."
    E581 = (
        "the training failed at step {step} ({cause}), and nothing was kept. Give the command again; if it fails"
        " again, leave --config away, and put back the files of {data} that changed last."
    )
    E582 = "{config}: {problem}. Mend that setting, or leave --config away for the shipped ones."
    E583 = "{data} holds no document of the {split} split. Add some, or mend {splits} there."
    E584 = "stopped at step {step}; nothing was kept, and {out} is not there. The same command starts anew."
    E585 = "the training is whole but cannot take its place ({cause}). Close what holds it and rename {stage} to {out}."
    E586 = "{file}, line {line}: {problem}. Mend it; the columns are {columns}, and expect is found or absent."
    E587 = "{out} already holds a comparison. Choose another folder with --out, or replace that one with --force."
    E588 = "{out} is not empty and holds no comparison of ours. Choose an empty or new folder with --out."
    E589 = "{data} has {count} documents to train on, too few for a curve. Have {least} at least."
    E590 = (
        "{name} is not put to use: {problems}. Look at it with minutes compare and correct more documents; or, if you"
        " are sure, add --force and say why with --reason."
    )
    E591 = "--force needs a reason, which is kept in {log}. Add --reason."
    E592 = "{file} names the model {name}, which is not there. Put that folder back, or type: minutes rollback"
    E593 = "there is no earlier model to go back to: {name} was in use from the start."
    E594 = (
        "{path} cannot be written ({cause}), so the model in use is as before. Get the right to write there, or let"
        " the variable MINUTES_STATE name a folder where you may."
    )
    E595 = "{file}, line {line}: {problem}. Delete that line; the others stand for themselves."
    E596 = "{name} is in use already. Choose another run: minutes models lists them."
    E597 = "{file} is to hold one line, the folder of a model, and holds {count}. Type: minutes rollback"
    # Review: the correction page.
    E500 = "{path} cannot be read: {problem}. Press Save on the page again and give the new file."
    E501 = "{path} was not saved by our correction page: it is no {format}. Give a file that its button Save made."
    E502 = "{path}, {where}: {problem}. The file was changed or cut off: press Save on the page again."
    E503 = "none of the {count} documents in {path} is marked as reviewed. Press Done on its page, then save again."
    # Review: the formats of annotation tools.
    E510 = (
        "{path}: no format was recognised. Looked for the end of its name (.xlsx, .csv, .spacy, .conll, .iob) and in it"
        " for what our page, Label Studio (JSON, JSON_MIN), Prodigy (db-out) and doccano (JSONL) write, or words with"
        " tags. Export it from the tool again in one of these formats."
    )
    E511 = "{path} cannot be read: {cause}. Close the program that holds it, or save it again."
    E512 = "{path}, {where}: {problem}. Export it from the tool again, and do not change the export by hand."
    E513 = "{path} holds no finished document: {counts}. Submit, accept or confirm them in the tool, and export again."
    E514 = "{doc}: spans of one kind overlap, which {format} cannot hold. Mend them, or export to another format."
    E515 = (
        "{path}, line {line}: the words {words!r} and what follows are not the whole of any document in the review"
        " folder. Give the file with all words of its documents, unchanged."
    )
    E516 = "{path} is an archive. Unpack it and give the files in it, one per annotator with --by."
    # Review: the sheet, the import, the review folder.
    E530 = "{path} has no sheet {sheet!r}. Give the workbook that minutes review export made, with all its sheets."
    E531 = "{path}: the sheet {sheet!r} has no column {columns}. Give the columns the names back that they had."
    E532 = (
        "no document in {path} is marked as reviewed. Write yes beside those that you have looked at, in the sheet"
        " documents."
    )
    E533 = "{path} cannot be read: {cause}. Close it in Excel, save it there as .xlsx if it is not, and try again."
    E534 = "{path} is an old .xls or has a password. Save it in Excel as .xlsx, without a password."
    E535 = (
        "{path}: the name does not say which sheet it is. Give the .xlsx; or end the names in spans, missed, documents."
    )
    E536 = "{path} is not there, where the sheet {sheet!r} should be. Save each sheet as CSV into one folder."
    E540 = "{path} is no review folder: there is no {file}. Make it with minutes review export."
    E541 = "{path}, line {line}: {problem}. Put the file back as it was made; nobody need change it by hand."
    E542 = "{by!r} cannot be the name of a file. Give a name of letters, digits, blanks, - and _ with --by."
    E544 = (
        "nothing was imported: {left_out} of {spans} spans would be left out, which is more than {threshold:.0%}."
        " {cure} They are listed in {repairs}."
    )
    E545 = "nothing was imported: in {files} is no document that is reviewed and can be used. The causes: {repairs}."
    E546 = (
        "{count} documents were corrected by more than one person, and not in the same way: {names}. Decide with"
        " minutes review agreement and minutes review adjudicate."
    )
    E547 = "{path} is another file, not made from this review. Rename the review folder, or move that file away."
    E548 = "nothing to accept in {path}: nothing is reviewed. Import what was corrected: minutes review import."
    E549 = "{source!r} is the name of data that is never trained on ({split}). Rename the review folder."
    E550 = "{count} documents are of data that is never trained on: {names}. Delete {path} and import again."
    E551 = "{path} cannot give its name to training data. Rename it, with letters, digits, blanks, - and _ only."

    # Report and queries.
    E701 = "there is no run in {folder}. Give the folder that minutes annotate --out wrote to."
    E702 = "the run in {folder} is not finished. Give its minutes annotate command again: it goes on where it stopped."
    E703 = "the run in {folder} holds no document and no failure. Annotate some pages first."
    E704 = "{path}, line {number}: this is no annotated document. Annotate its pages again."
    E705 = "{path}: the report is a page for the browser. Give --out a name that ends in .html."
    E706 = "the tables and the documents of {folder} are not of one run: {doc!r}. Annotate its pages again."
    E720 = "minutes query needs DuckDB. Install it with pip install -e '.[report]'."
    E721 = "{problem} The tables here: {tables}; their columns: minutes schema."
    E722 = "a query is one question that starts with select, with or from, and changes nothing; this is {what}."
    E723 = "{path}: the rows cannot be written in that format. Give --to a name that ends in {suffixes}."
    E724 = (
        "{count:,} rows are more than an Excel sheet holds. Narrow the query, or give --to a name in .csv or .parquet."
    )

"""Texts to results, one at a time: the part of a run that is done by many processes, here or on other machines.

`python -m pipeline.annotation` is such a process: it takes pickled `Task`s on standard input and answers each, in
order, with a pickled `Annotated` or `Failed` on standard output.
"""

import json
import os
import pickle
import signal
import sys
from typing import IO, Any

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.documents import read_docbin, to_docbin, to_html, to_json
from pipeline.errors import Errors, PipelineError
from pipeline.frames import rows_of
from pipeline.nlp import RULE_FACTORIES, load, model_name
from pipeline.spans import make_entity
from pipeline.tasks import Annotated, Failed, Result, Settings, Started, Task

LONGEST = 500  # characters of a library's own words in a message


class Annotator:
    """Annotates texts one by one, so that a result never depends on what is annotated beside it.

    settings (Settings): The model and what to make.
    RAISES (PipelineError): When the model does not load.
    """

    def __init__(self, settings: Settings):
        self.nlp: Language = load(settings.model, threads=1)  # a second one would mostly wait; cores are for processes
        self.html = settings.html

    def __call__(self, task: Task) -> Result:
        """Annotate; whatever goes wrong with the text is its result."""
        try:
            doc = self.doc(task)
            return Annotated(
                line=json.dumps(to_json(doc), ensure_ascii=False) + "\n",
                docbin=to_docbin([doc]).to_bytes(),
                rows=rows_of([doc], model_name(self.nlp)),
                page=to_html(doc) if self.html else "",
            )
        except Exception as err:
            cause = Errors.E405.cause.format(error=" ".join(f"{type(err).__name__}: {err}".split())[:LONGEST])
            return Failed(cause, Errors.E405.next_step)

    def doc(self, task: Task) -> Doc:
        """The annotated Doc: by the model and the rules, or by the rules alone where the model's part is known."""
        doc, found = self.remember(task.earlier) if task.earlier else self.recognise(task.text)
        doc.user_data.clear()  # what parts of the model told each other; both ways lead to the same bytes
        doc.spans.clear()
        doc._.id, doc._.record, doc._.recognised = task.doc_id, task.record, found
        doc.set_ents([make_entity(doc, *entity) for entity in found])
        for name, component in self.nlp.pipeline:
            if name in RULE_FACTORIES:
                doc = component(doc)
        return doc

    def recognise(self, text: str) -> tuple[Doc, list[Any]]:
        """The tokens of a text, and what the model finds in it: `doc._.recognised`."""
        doc = self.nlp.make_doc(text)
        for name, component in self.nlp.pipeline:
            if name not in RULE_FACTORIES:
                doc = component(doc)
        return doc, [(ent.start, ent.end, ent.label_, ent._.confidence) for ent in doc.ents]

    def remember(self, earlier: bytes) -> tuple[Doc, list[Any]]:
        """The same, of a text that was annotated before."""
        (before,) = read_docbin(earlier).get_docs(self.nlp.vocab)
        words, spaces = [token.text for token in before], [bool(token.whitespace_) for token in before]
        return Doc(self.nlp.vocab, words=words, spaces=spaces), before._.recognised


def serve(tasks: IO[bytes], results: IO[bytes], settings: Settings) -> None:
    """Answer `Started`, then each task in order, until there are no more."""

    def answer(result: Result | Started) -> None:
        pickle.dump(result, results, protocol=5)
        results.flush()

    try:
        annotator = Annotator(settings)
    except PipelineError as err:
        answer(Started(str(err)))
        return
    answer(Started())
    while True:
        try:
            task = pickle.load(tasks)
        except EOFError:
            return
        answer(annotator(task))


def main() -> None:
    """Serve on standard input and output; what a library prints goes to standard error instead."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches every process of a terminal; the run decides
    results = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, results, Settings(*json.loads(sys.argv[1])))


if __name__ == "__main__":
    main()

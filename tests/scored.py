"""Gold and predicted spans written as two annotated lines, for the tests of the scores, the errors and the page."""

from spacy.tokens import Doc
from spacy.training import Example

from pipeline.documents import new_doc
from pipeline.labels import BY_NAME, LEARNED
from pipeline.spans import make_span
from pipeline.training.evaluate import add_views
from tests.markup import parse


def document(line, doc_id="d-1", source="s"):
    """An annotated line as a document of a gold file."""
    parsed = parse(line)
    spans = [{"start": start, "end": end, "label": label} for start, end, label, _ in parsed.spans]
    return {"text": parsed.text, "spans": spans, "meta": {"id": doc_id, "source": source}}


def scored(blank, gold, predicted, doc_id="d-1", source="s", seen=None):
    """An Example as `evaluate.annotate` makes it. In a tag `c=0.8` is the confidence, `id=x` the rule."""
    true, mine = parse(gold), parse(predicted)
    assert true.text == mine.text
    doc = new_doc(blank, mine.text, doc_id, {"source": source})
    made = {}
    for start, end, label, values in mine.spans:
        span = make_span(doc, start, end, label, values.get("id", ""))
        if "c" in values:
            span._.confidence = float(values["c"])
        made.setdefault(BY_NAME[label].spans_key, []).append(span)
    doc.set_ents(made.pop("", []))
    for key, spans in made.items():
        doc.spans[key] = spans
    reference = Doc(doc.vocab, [token.text for token in doc], [bool(token.whitespace_) for token in doc])
    reference.spans["exact"] = [make_span(reference, start, end, label) for start, end, label, _ in true.spans]
    example = Example(doc, reference)
    add_views(example, seen)
    return example


def ruler_model(folder, patterns):
    """A model without an encoder: it finds the given (label, words) and nothing else."""
    import pipeline.nlp

    nlp = pipeline.nlp.blank()
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": words} for label, words in patterns])
    assert {label for label, _ in patterns} <= {label.name for label in LEARNED}
    folder.parent.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(folder)
    return folder

"""Training: the corpus, `spacy train`, and the export of encoders."""

"""From saved council pages to annotated documents and tables."""

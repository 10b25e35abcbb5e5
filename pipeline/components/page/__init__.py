"""The structure of a saved page, found in plain text: `grammar.find_structure` is the way in."""

"""Tables of places from the files that their publishers give out: read strictly, compared, and laid down whole."""

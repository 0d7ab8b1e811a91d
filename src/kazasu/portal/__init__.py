"""マイナポータル: holds drafts, submissions and their timelines; never sees another institution's tables or a resident
record code."""

"""The visit to the counter: the way there, the code that the counter reads, the entry of a calendar."""

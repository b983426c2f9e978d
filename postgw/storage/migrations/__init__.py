"""The tables as they grew, one step a file, in order. A step that was released is never edited: a new one follows it."""

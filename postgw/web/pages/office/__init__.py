"""The pages of a post office's lead: who has what, what contradicts itself, which devices scan."""

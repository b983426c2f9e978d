"""The words and rules of the trade: pure, standard library only, no clock, no input or output."""

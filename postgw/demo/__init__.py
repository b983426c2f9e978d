"""A working day in Hà Tĩnh, to look at, to learn on and to test with; everything in it is invented."""

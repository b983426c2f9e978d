"""The pages: what people see. Three faces (citizen, desk, station) and the sign-in; plain HTML that needs no script."""

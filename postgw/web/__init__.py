"""The door at which people and machines knock: it translates HTTP into acts and their answers into HTTP."""

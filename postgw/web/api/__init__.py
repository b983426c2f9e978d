"""The operations of the API, one file for each resource: each reads its call, asks one act, shows the result."""

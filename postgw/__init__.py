"""postgw: the gateway between Vietnam's one-stop shops and the public post (Decision 45/2016/QĐ-TTg)."""

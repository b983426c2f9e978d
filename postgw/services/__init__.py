"""The acts, one file each. Services never call each other: what one act leaves in storage, the next one finds there."""

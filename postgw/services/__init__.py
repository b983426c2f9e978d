"""The acts, one file each, entered once per act. No act calls another: what one leaves in storage, the next finds."""

"""Memory: tables, migrations and one file per aggregate. Rows never leave this room; what comes out are words of the
domain."""

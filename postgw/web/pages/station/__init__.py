"""The station: an installable page that scans without a signal, and the doors through which its devices speak."""

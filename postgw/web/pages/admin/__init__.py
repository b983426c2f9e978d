"""The administrator's pages: what needs attention, and a page for each thing that the province sets."""

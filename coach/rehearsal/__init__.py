"""The rehearsal studio: a hard conversation before it happens, with a partner who does not cave in, and a debrief."""

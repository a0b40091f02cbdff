"""A territory matched as a whole: from declared jobs to kept proposals, with the proof, the same bytes for the same rows."""

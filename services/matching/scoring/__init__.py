"""Which jobs at risk may meet which jobs to fill, for how many points, and what refuses all the others."""

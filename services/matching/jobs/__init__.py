"""Jobs at risk and jobs to fill as somebody declared them, and the people who agreed to be proposed."""

"""Jobs at risk meet jobs to fill across a territory: exact, certified, each reason shown."""

"""The questionnaire of a visit report: what a territory asks, version after version."""

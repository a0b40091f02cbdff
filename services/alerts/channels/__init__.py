"""The ways out: each composes its own form of a message and reports what came of the send."""

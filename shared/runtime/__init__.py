"""From an invocation to a typed call and back: batches, partial failures, dead letters, logs, metrics.

A handler module holds `handler = consumer(build, SomeEvent)` (or `worker`, `follower`, `scheduled`, `endpoint`). `build`
gets the function's resources and returns what handles one thing. It runs once: at init inside Lambda, where that time has
full CPU, and at the first call elsewhere, so that an import needs no environment.

One module a kind of trigger: a function that only relays does not pay for what reads events.
"""

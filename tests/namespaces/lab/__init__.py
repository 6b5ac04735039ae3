"""Real hosts in namespaces: the classical nginx pair, a client and a capture, for tests and for the demonstration."""

"""Settings that methods of several families share."""

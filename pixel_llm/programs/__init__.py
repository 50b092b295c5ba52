"""Programs of the protocol document."""

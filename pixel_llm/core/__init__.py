"""The pixel files of the protocol, read and written as docs/protocol.md says."""

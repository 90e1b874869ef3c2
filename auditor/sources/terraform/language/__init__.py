"""The text of a configuration: bytes in, blocks and expressions with byte spans out."""

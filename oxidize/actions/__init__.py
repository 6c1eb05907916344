"""What actions do: one file per mnemonic."""

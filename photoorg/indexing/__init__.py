"""From watch folder to library: scan, decode, embed, store."""

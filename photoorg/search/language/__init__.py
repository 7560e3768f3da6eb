"""The query language: from what people type to what is looked for, and back."""

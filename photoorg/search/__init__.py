"""Finding photos: vector index, exact search, relevance."""

"""Chat models, embeddings, the embedded server and its weights."""

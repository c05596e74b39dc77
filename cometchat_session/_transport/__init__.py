"""One attempt of one request, by way of the generated client."""

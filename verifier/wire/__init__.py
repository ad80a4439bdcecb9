"""Between the wire and the model: reading requests, writing answers. No other package knows protobuf."""

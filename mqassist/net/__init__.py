"""Bytes. The only package (besides the lab) that opens sockets; wire does the I/O, the rest is bytes in, events out."""

"""Facts to verdict, by one pure function. No Qt, no sockets, no clock."""

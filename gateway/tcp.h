// tcp - what the kernel knows of a connection; apart, since linux/tcp.h and the C library's header do not go together
#ifndef TCP_H
#define TCP_H
#include <stdint.h>

// Bytes that the peer has acknowledged since the connection began; 0 if the kernel does not say.
uint64_t tcp_taken(int fd);
#endif

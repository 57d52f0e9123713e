// sockets - raw sockets of libzmq, as everything in core opens and closes them
#ifndef SOCKETS_H
#define SOCKETS_H

// Forgets what it could not send as soon as it is closed. Never NULL: without sockets nothing of ours can go on.
void *socket_new(int type);
// The same for who can wait: NULL if there is no descriptor left.
void *socket_try(int type);
// An option and a value that libzmq knows; anything else is our mistake.
void socket_set(void *socket, int option, int value);
void socket_close(void **socket);               // NULL is fine, and is left behind
#endif

// wait - sleeps until a raw socket may have something to read
//
// zmq_poll looks at each socket twice before and twice after it sleeps, a system call each time; of the 35
// calls to poll(2) that a question and its answer cost, these were 25. Here the thread sleeps on the
// sockets' descriptors with one call.
//
// The rule that makes it correct (zmq_getsockopt, ZMQ_FD): such a descriptor tells of news once, and any
// call on its socket may take the news. So between the last operation on a socket and the sleep there must
// be a receive that found nothing.
#ifndef WAIT_H
#define WAIT_H
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

// The descriptor of a raw socket, for a pollfd.
int wait_fd(void *socket);
// Sleeps until one of them has news or `ms` have passed (negative counts as 0); false if poll(2) failed.
bool wait_any(struct pollfd *items, unsigned count, int64_t ms);
// From now on the calling thread, when it is woken, does not interrupt who runs: mostly that is the one that
// woke it, and is about to sleep.
void wait_politely(void);
#endif

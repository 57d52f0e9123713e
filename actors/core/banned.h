// banned - functions that nobody here may call; included last, after the headers that declare them
//
// Unbounded or locale-bound, or with state of their own: use snprintf, memcpy with a checked length,
// strtol, strtok_r, gmtime_r. Sleep is no way to wait for something: poll with a deadline.
#ifndef BANNED_H
#define BANNED_H
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atof
#pragma GCC poison gmtime localtime ctime asctime tmpnam tempnam mktemp sleep usleep system popen
#endif

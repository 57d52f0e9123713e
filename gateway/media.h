// media - what an attachment is, by the end of its name, and how it may be served so that it cannot act in our name
#ifndef MEDIA_H
#define MEDIA_H
#include <stdbool.h>

// As it is; in a sandbox, since it could run scripts or style a page; or only to be saved to disk.
typedef enum { MEDIA_SHOW, MEDIA_SANDBOX, MEDIA_SAVE } media_showing_t;
typedef struct {
    const char *suffix;                         // in lower case; "": anything else
    const char *type;                           // Content-Type
    media_showing_t showing;
    bool thumbnail;                             // the renderer may make a small picture of it
    const char *word;                           // for people: "image", "text" ...
} media_t;

const media_t *media_of(const char *file);      // never NULL
// Does a browser show it in an <img>?
bool media_is_image(const media_t *self);
// Content-Security-Policy of every attachment that is not merely shown.
extern const char media_sandbox[];
#endif

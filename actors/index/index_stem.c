#include "index_stem.h"

#include <stdbool.h>
#include <string.h>

// The word as far as it is left; `stem` is what stands before an ending that is looked at.
typedef struct {
    char *text;
    size_t size, stem;
} word_t;

typedef struct {
    const char *ending;
    size_t size;
    const char *instead;
} rule_t;
#define RULE(ending, instead) { ending, sizeof ending - 1, instead }

// ---- what the algorithm asks of a stem ---------------------------------------------------------------------------

static bool
is_consonant(const word_t *self, size_t at)
{
    char letter = self->text[at];
    if (letter == 'y')
        return at == 0 || !is_consonant(self, at - 1);
    return letter != 'a' && letter != 'e' && letter != 'i' && letter != 'o' && letter != 'u';
}

// Times that vowels are followed by consonants.
static int
measure(const word_t *self)
{
    int count = 0;
    for (size_t i = 1; i < self->stem; i++)
        if (is_consonant(self, i) && !is_consonant(self, i - 1))
            count++;
    return count;
}

static bool
has_vowel(const word_t *self)
{
    for (size_t i = 0; i < self->stem; i++)
        if (!is_consonant(self, i))
            return true;
    return false;
}

static bool
ends_double(const word_t *self)
{
    size_t size = self->stem;
    return size > 1 && self->text[size - 1] == self->text[size - 2] && is_consonant(self, size - 1);
}

// Consonant, vowel, consonant that is none of w, x, y: "hop", not "snow".
static bool
ends_short(const word_t *self)
{
    size_t size = self->stem;
    if (size < 3 || !is_consonant(self, size - 1) || is_consonant(self, size - 2) || !is_consonant(self, size - 3))
        return false;
    return !memchr("wxy", self->text[size - 1], 3);
}

// ---- endings -----------------------------------------------------------------------------------------------------

static bool
ends_in(word_t *self, const char *ending, size_t size)
{
    if (size >= self->size || self->text[self->size - 1] != ending[size - 1])
        return false;                           // nearly always
    if (memcmp(self->text + self->size - size, ending, size) != 0)
        return false;
    self->stem = self->size - size;
    return true;
}

static inline bool
ends(word_t *self, const char *ending)
{
    return ends_in(self, ending, strlen(ending));
}

static void
put(word_t *self, const char *instead)
{
    size_t size = strlen(instead);
    memcpy(self->text + self->stem, instead, size);         // never longer than what stood there
    self->size = self->stem + size;
}

static void
plurals(word_t *self)
{
    if (ends(self, "sses") || ends(self, "ies"))
        self->size -= 2;
    else if (!ends(self, "ss") && ends(self, "s"))
        self->size--;
}

static void
past(word_t *self)
{
    if (ends(self, "eed")) {
        if (measure(self) > 0)
            self->size--;
        return;
    }
    if (!(ends(self, "ed") && has_vowel(self)) && !(ends(self, "ing") && has_vowel(self)))
        return;
    self->size = self->stem;
    if (ends(self, "at") || ends(self, "bl") || ends(self, "iz")) {
        self->text[self->size++] = 'e';
        return;
    }
    self->stem = self->size;
    if (ends_double(self) && !memchr("lsz", self->text[self->size - 1], 3))
        self->size--;
    else if (measure(self) == 1 && ends_short(self))
        self->text[self->size++] = 'e';
}

static void
final_y(word_t *self)
{
    if (ends(self, "y") && has_vowel(self))
        self->text[self->size - 1] = 'i';
}

// The first ending that fits decides, whether its condition holds or not.
static void
replace(word_t *self, const rule_t *rules)
{
    for (const rule_t *rule = rules; rule->ending; rule++)
        if (ends_in(self, rule->ending, rule->size)) {
            if (measure(self) > 0)
                put(self, rule->instead);
            return;
        }
}

static const rule_t doubles[] = {
    RULE("ational", "ate"), RULE("tional", "tion"), RULE("enci", "ence"), RULE("anci", "ance"), RULE("izer", "ize"),
    RULE("bli", "ble"), RULE("alli", "al"), RULE("entli", "ent"), RULE("eli", "e"), RULE("ousli", "ous"),
    RULE("ization", "ize"), RULE("ation", "ate"), RULE("ator", "ate"), RULE("alism", "al"), RULE("iveness", "ive"),
    RULE("fulness", "ful"), RULE("ousness", "ous"), RULE("aliti", "al"), RULE("iviti", "ive"), RULE("biliti", "ble"),
    RULE("logi", "log"), { NULL, 0, NULL },
};
static const rule_t singles[] = {
    RULE("icate", "ic"), RULE("ative", ""), RULE("alize", "al"), RULE("iciti", "ic"), RULE("ical", "ic"),
    RULE("ful", ""), RULE("ness", ""), { NULL, 0, NULL },
};
static const rule_t last_endings[] = {
    RULE("al", ""), RULE("ance", ""), RULE("ence", ""), RULE("er", ""), RULE("ic", ""),
    RULE("able", ""), RULE("ible", ""), RULE("ant", ""), RULE("ement", ""), RULE("ment", ""),
    RULE("ent", ""), RULE("ion", ""), RULE("ou", ""), RULE("ism", ""), RULE("ate", ""),
    RULE("iti", ""), RULE("ous", ""), RULE("ive", ""), RULE("ize", ""), { NULL, 0, NULL },
};

static void
last(word_t *self)
{
    for (const rule_t *rule = last_endings; rule->ending; rule++) {
        if (!ends_in(self, rule->ending, rule->size))
            continue;
        bool fits = strcmp(rule->ending, "ion") != 0 || (self->stem > 0 && memchr("st", self->text[self->stem - 1], 2));
        if (fits && measure(self) > 1)
            self->size = self->stem;
        return;
    }
}

static void
tidy(word_t *self)
{
    if (ends(self, "e")) {
        int m = measure(self);
        if (m > 1 || (m == 1 && !ends_short(self)))
            self->size--;
    }
    self->stem = self->size;
    if (ends_double(self) && self->text[self->size - 1] == 'l' && measure(self) > 1)
        self->size--;
}

size_t
index_stem(char *text, size_t size)
{
    word_t word = { .text = text, .size = size };
    for (size_t i = 0; i < size; i++)
        if (text[i] < 'a' || text[i] > 'z')
            return size;
    if (size < 3 || size > 63)
        return size;
    plurals(&word);
    past(&word);
    final_y(&word);
    replace(&word, doubles);
    replace(&word, singles);
    last(&word);
    tidy(&word);
    return word.size;
}

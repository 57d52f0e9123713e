// Rules of thumbnails: every format, never larger than it was, refused by its header alone, and no file can do harm
#include "unit.h"

#include <gif_lib.h>
#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include "../actors/render/actor.h"
#include "../actors/core/actor.h"
#include "../actors/render/render_thumbnail.h"

typedef struct { uint8_t *data; size_t size; } made_t;

// A wide picture: left half red, right half blue, the last quarter of its height green.
static uint8_t *
pixels(size_t width, size_t height)
{
    uint8_t *all = calloc(width * height, 4);
    assert_non_null(all);
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++) {
            uint8_t *at = all + 4 * (y * width + x);
            at[y >= height * 3 / 4? 1: x < width / 2? 0: 2] = 255;
            at[3] = 255;
        }
    return all;
}

static made_t
make_png(size_t width, size_t height)
{
    png_image image = { .version = PNG_IMAGE_VERSION, .format = PNG_FORMAT_RGBA };
    png_alloc_size_t size = 0;
    uint8_t *all = pixels(width, height);
    image.width = (png_uint_32)width;
    image.height = (png_uint_32)height;
    assert_true(png_image_write_to_memory(&image, NULL, &size, 0, all, 0, NULL));
    made_t made = { malloc(size), size };
    assert_non_null(made.data);
    assert_true(png_image_write_to_memory(&image, made.data, &size, 0, all, 0, NULL));
    free(all);
    return made;
}

static made_t
make_jpeg(size_t width, size_t height)
{
    uint8_t *all = pixels(width, height), *jpeg = NULL;
    unsigned long size = 0;
    tjhandle tj = tjInitCompress();
    assert_int_equal(tjCompress2(tj, all, (int)width, 0, (int)height, TJPF_RGBA, &jpeg, &size, TJSAMP_444, 90, 0), 0);
    made_t made = { malloc(size), size };
    assert_non_null(made.data);
    memcpy(made.data, jpeg, size);
    tjFree(jpeg);
    tjDestroy(tj);
    free(all);
    return made;
}

static made_t
make_webp(size_t width, size_t height)
{
    uint8_t *all = pixels(width, height), *webp = NULL;
    size_t size = WebPEncodeLosslessRGBA(all, (int)width, (int)height, (int)width * 4, &webp);
    made_t made = { malloc(size), size };
    assert_non_null(made.data);
    memcpy(made.data, webp, size);
    WebPFree(webp);
    free(all);
    return made;
}

static int
take_some(GifFileType *gif, const GifByteType *bytes, int count)
{
    made_t *made = gif->UserData;
    made->data = realloc(made->data, made->size + (size_t)count);
    assert_non_null(made->data);
    memcpy(made->data + made->size, bytes, (size_t)count);
    made->size += (size_t)count;
    return count;
}

// With a first frame that is interlaced, and a second that is none.
static made_t
make_gif(size_t width, size_t height)
{
    static const size_t first[] = { 0, 4, 2, 1 }, step[] = { 8, 8, 4, 2 };
    GifColorType colours[4] = { { 255, 0, 0 }, { 0, 255, 0 }, { 0, 0, 255 }, { 0, 0, 0 } };
    ColorMapObject *map = GifMakeMapObject(4, colours);
    made_t made = { NULL, 0 };
    int error = 0;
    uint8_t *all = pixels(width, height), *line = malloc(width);
    GifFileType *gif = EGifOpen(&made, take_some, &error);
    assert_true(gif && map && line);
    assert_int_equal(EGifPutScreenDesc(gif, (int)width, (int)height, 4, 0, map), GIF_OK);
    assert_int_equal(EGifPutImageDesc(gif, 0, 0, (int)width, (int)height, true, NULL), GIF_OK);
    for (int pass = 0; pass < 4; pass++)
        for (size_t y = first[pass]; y < height; y += step[pass]) {
            for (size_t x = 0; x < width; x++) {
                const uint8_t *at = all + 4 * (y * width + x);
                line[x] = at[1]? 1: at[2]? 2: 0;
            }
            assert_int_equal(EGifPutLine(gif, line, (int)width), GIF_OK);
        }
    line[0] = 3;
    assert_int_equal(EGifPutImageDesc(gif, 0, 0, 1, 1, false, NULL), GIF_OK);
    assert_int_equal(EGifPutLine(gif, line, 1), GIF_OK);
    assert_int_equal(EGifCloseFile(gif, &error), GIF_OK);
    GifFreeMapObject(map);
    free(line);
    free(all);
    return made;
}

typedef made_t (*make_fn)(size_t width, size_t height);
static const make_fn formats[] = { make_png, make_jpeg, make_webp, make_gif };
enum { FORMATS = 4 };

// The pixel of a thumbnail, as red, green, blue and opacity.
static void
pixel_of(const thumbnail_t *thumbnail, size_t x, size_t y, uint8_t colour[4])
{
    int width = 0, height = 0;
    uint8_t *all = WebPDecodeRGBA(thumbnail->data, thumbnail->size, &width, &height);
    assert_non_null(all);
    assert_int_equal(width, thumbnail->box.width);
    assert_int_equal(height, thumbnail->box.height);
    memcpy(colour, all + 4 * (y * (size_t)width + x), 4);
    WebPFree(all);
}

static void
assert_colour(const thumbnail_t *thumbnail, size_t x, size_t y, int channel)
{
    uint8_t colour[4];
    pixel_of(thumbnail, x, y, colour);
    for (int i = 0; i < 3; i++)
        if (i == channel? colour[i] < 150: colour[i] > 90)
            fail_msg("at %zu, %zu: %d %d %d", x, y, colour[0], colour[1], colour[2]);
    assert_true(colour[3] > 250);
}

static void
test_every_format_becomes_a_small_picture(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMATS; i++) {
        made_t made = formats[i](400, 200);
        thumbnail_t thumbnail;
        assert_int_equal(render_thumbnail((bytes_t){ made.data, made.size }, (box_t){ 80, 80 }, &thumbnail), OK);
        assert_int_equal(thumbnail.box.width, 80);
        assert_int_equal(thumbnail.box.height, 40);
        assert_colour(&thumbnail, 10, 10, 0);
        assert_colour(&thumbnail, 70, 10, 2);
        assert_colour(&thumbnail, 40, 36, 1);
        thumbnail_clear(&thumbnail);
        free(made.data);
    }
}

static void
test_a_thumbnail_is_never_larger_than_its_picture(void **state)
{
    (void)state;
    static const struct { box_t picture, box, fit; } cases[] = {
        { { 20, 10 }, { 80, 80 }, { 20, 10 } }, { { 800, 1 }, { 80, 80 }, { 80, 1 } },
        { { 1, 800 }, { 80, 80 }, { 1, 80 } },
        { { 100, 100 }, { 50, 1024 }, { 50, 50 } }, { { 100, 200 }, { 1024, 50 }, { 25, 50 } },
        { { 1, 1 }, { 1, 1 }, { 1, 1 } },
        { { 333, 777 }, { 100, 100 }, { 42, 100 } },
    };
    for (size_t i = 0; i < FORMATS; i++)
        for (size_t j = 0; j < sizeof cases / sizeof *cases; j++) {
            made_t made = formats[i](cases[j].picture.width, cases[j].picture.height);
            thumbnail_t thumbnail;
            assert_int_equal(render_thumbnail((bytes_t){ made.data, made.size }, cases[j].box, &thumbnail), OK);
            assert_in_range(thumbnail.box.width, cases[j].fit.width, cases[j].fit.width + 1);
            assert_in_range(thumbnail.box.height, cases[j].fit.height, cases[j].fit.height + 1);
            assert_true(thumbnail.box.width <= cases[j].box.width && thumbnail.box.height <= cases[j].box.height);
            thumbnail_clear(&thumbnail);
            free(made.data);
        }
}

static void
test_too_many_pixels_are_refused_by_the_header(void **state)
{
    (void)state;
    thumbnail_t thumbnail;
    const box_t box = { 80, 80 };
    made_t png = make_png(8, 8), jpeg = make_jpeg(8, 8), gif = make_gif(4, 4), webp = make_webp(8, 8);
    memcpy(png.data + 16, "\0\0\x40\0\0\0\x40\0", 8);
    assert_int_equal(render_thumbnail((bytes_t){ png.data, png.size }, box, &thumbnail), TOO_LARGE);
    uint8_t *frame = memmem(jpeg.data, jpeg.size, "\xff\xc0", 2);
    assert_non_null(frame);
    memcpy(frame + 5, "\x40\0\x40\0", 4);
    assert_int_equal(render_thumbnail((bytes_t){ jpeg.data, jpeg.size }, box, &thumbnail), TOO_LARGE);
    memcpy(gif.data + 6, "\xff\xff\xff\xff", 4);
    assert_int_equal(render_thumbnail((bytes_t){ gif.data, gif.size }, box, &thumbnail), TOO_LARGE);
    memcpy(webp.data + 21, "\xff\xff\xff\x0f", 4);      // 14 bits of width less one, 14 of height less one
    assert_int_equal(render_thumbnail((bytes_t){ webp.data, webp.size }, box, &thumbnail), TOO_LARGE);
    free(png.data);
    free(jpeg.data);
    free(gif.data);
    free(webp.data);
}

static void
test_a_box_has_limits(void **state)
{
    (void)state;
    thumbnail_t thumbnail;
    made_t made = make_png(8, 8);
    static const box_t bad[] = { { 0, 8 }, { 8, 0 }, { LIMIT_THUMBNAIL_SIDE + 1, 8 }, { 8, SIZE_MAX } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(render_thumbnail((bytes_t){ made.data, made.size }, bad[i], &thumbnail), INVALID);
    assert_int_equal(render_thumbnail((bytes_t){ made.data, LIMIT_ATTACHMENT_BYTES + 1 }, (box_t){ 8, 8 }, &thumbnail),
                     TOO_LARGE);
    free(made.data);
}

static void
test_what_is_no_picture_is_unsupported(void **state)
{
    (void)state;
    static const char *const files[] = { "", "G", "GIF89a", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "RIFF....WEBP",
                                         "<svg/>", "BM000000", "%PDF-1.4", "RIFF\x10\0\0\0WEBPVP8X" };
    thumbnail_t thumbnail;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        bytes_t file = { (const uint8_t *)files[i], strlen(files[i]) };
        assert_int_equal(render_thumbnail(file, (box_t){ 80, 80 }, &thumbnail), UNSUPPORTED);
    }
}

static void
test_a_file_that_is_cut_anywhere_does_no_harm(void **state)
{
    (void)state;
    for (size_t i = 0; i < FORMATS; i++) {
        made_t made = formats[i](16, 8);
        for (size_t size = 0; size < made.size; size++) {
            uint8_t *cut = malloc(size? size: 1);
            thumbnail_t thumbnail;
            assert_non_null(cut);
            memcpy(cut, made.data, size);
            code_t code = render_thumbnail((bytes_t){ cut, size }, (box_t){ 8, 8 }, &thumbnail);
            assert_true(code == OK || code == UNSUPPORTED);
            thumbnail_clear(&thumbnail);
            free(cut);
        }
        free(made.data);
    }
}

static void
test_texts_and_profiles_of_a_png_are_passed_over(void **state)
{
    (void)state;
    made_t made = make_png(40, 40);
    enum { TEXT = 100, HEAD = 33 };
    uint8_t *longer = calloc(1, made.size + TEXT + 12);
    thumbnail_t thumbnail;
    assert_non_null(longer);
    memcpy(longer, made.data, HEAD);
    memcpy(longer + HEAD, "\0\0\0\x64zTXt", 8);          // with neither keyword nor checksum
    memcpy(longer + HEAD + TEXT + 12, made.data + HEAD, made.size - HEAD);
    assert_int_equal(render_thumbnail((bytes_t){ longer, made.size + TEXT + 12 }, (box_t){ 20, 20 }, &thumbnail), OK);
    assert_colour(&thumbnail, 2, 2, 0);
    thumbnail_clear(&thumbnail);
    free(longer);
    free(made.data);
}

static void
test_a_picture_stands_as_the_camera_was_held(void **state)
{
    (void)state;
    // Where the red corner of the file is seen, for each orientation: left or right, top or bottom.
    static const struct { bool right, bottom, aside; } seen[] = {
        { 0, 0, 0 }, { 1, 0, 0 }, { 1, 1, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 1, 0, 1 }, { 1, 1, 1 }, { 0, 1, 1 },
    };
    made_t made = make_jpeg(64, 32);
    for (uint8_t turn = 1; turn <= 8; turn++) {
        const uint8_t exif[] = { 0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
                                 1, 18, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0 };
        uint8_t *held = malloc(made.size + sizeof exif);
        thumbnail_t thumbnail;
        assert_non_null(held);
        memcpy(held, made.data, 2);
        memcpy(held + 2, exif, sizeof exif);
        memcpy(held + 2 + sizeof exif, made.data + 2, made.size - 2);
        const bytes_t file = { held, made.size + sizeof exif };
        assert_int_equal(render_thumbnail(file, (box_t){ 32, 32 }, &thumbnail), OK);
        assert_int_equal(thumbnail.box.width, seen[turn - 1].aside? 16: 32);
        assert_int_equal(thumbnail.box.height, seen[turn - 1].aside? 32: 16);
        size_t x = seen[turn - 1].right? thumbnail.box.width - 3: 2;
        size_t y = seen[turn - 1].bottom? thumbnail.box.height - 3: 2;
        assert_colour(&thumbnail, x, y, 0);
        thumbnail_clear(&thumbnail);
        free(held);
    }
    free(made.data);
}

static void
test_the_cache_is_bounded_and_keeps_what_is_used(void **state)
{
    (void)state;
    thumbnails_t *cache = thumbnails_new();
    const box_t box = { 80, 80 };
    char blob[41];
    assert_non_null(cache);
    for (int i = 0; i < 1000; i++) {
        thumbnail_t thumbnail = { .data = malloc(10000), .size = 10000, .box = box };
        assert_non_null(thumbnail.data);
        snprintf(blob, sizeof blob, "%040d", i);
        assert_null(thumbnails_get(cache, blob, box));
        assert_int_equal(thumbnails_put(cache, blob, box, &thumbnail)->size, 10000);
        assert_non_null(thumbnails_get(cache, blob, box));
        assert_null(thumbnails_get(cache, blob, (box_t){ 80, 81 }));
        assert_non_null(thumbnails_get(cache, "0000000000000000000000000000000000000000", box));
    }
    size_t kept = 0;
    for (int i = 0; i < 1000; i++) {
        snprintf(blob, sizeof blob, "%040d", i);
        kept += thumbnails_get(cache, blob, box) != NULL;
    }
    assert_int_equal(kept, LIMIT_THUMBNAIL_CACHE_BYTES / 10000);
    thumbnails_destroy(&cache);
}

static msg_t *
ask(void *actor, const render_thumbnail_req_t *wanted, const made_t *file)
{
    msg_t *message = msg_new_req(&call_render_thumbnail, wanted, NULL, msg_clock_ms() + 5000);
    zframe_t *blob = file? zframe_new(file->data, file->size): NULL;
    if (blob)
        msg_add_blob(message, &blob);
    return actor_dispatch(&render_actor, actor, &message);
}

static void
test_the_actor_keeps_a_thumbnail_by_its_blob(void **state)
{
    (void)state;
    static const code_t codes[] = { NOT_FOUND, OK, OK };
    void *actor = NULL;
    made_t made = make_png(100, 50), text = { (uint8_t *)"text", 4 };
    render_thumbnail_req_t wanted = { .blob = "1234567890123456789012345678901234567890", .width = 80, .height = 80 };
    assert_int_equal(render_actor.open(&actor, NULL), OK);
    for (int i = 0; i < 3; i++) {
        render_thumbnail_rep_t reply;
        msg_t *answer = ask(actor, &wanted, i == 1? &made: NULL);
        assert_int_equal(msg_code(answer), codes[i]);
        if (i > 0) {
            assert_int_equal(msg_read_rep(answer, &call_render_thumbnail, &reply), OK);
            assert_int_equal(reply.width, 80);
            assert_int_equal(reply.height, 40);
            assert_memory_equal(zframe_data(msg_blob(answer, 0)), "RIFF", 4);
        }
        msg_destroy(&answer);
    }
    wanted.blob = "";
    msg_t *answer = ask(actor, &wanted, &text);
    assert_int_equal(msg_code(answer), UNSUPPORTED);
    msg_destroy(&answer);
    wanted.width = -1;
    answer = ask(actor, &wanted, &made);
    assert_int_equal(msg_code(answer), INVALID);
    msg_destroy(&answer);
    free(made.data);
    render_actor.close(&actor);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_format_becomes_a_small_picture),
        cmocka_unit_test(test_a_thumbnail_is_never_larger_than_its_picture),
        cmocka_unit_test(test_too_many_pixels_are_refused_by_the_header),
        cmocka_unit_test(test_a_box_has_limits),
        cmocka_unit_test(test_what_is_no_picture_is_unsupported),
        cmocka_unit_test(test_a_file_that_is_cut_anywhere_does_no_harm),
        cmocka_unit_test(test_texts_and_profiles_of_a_png_are_passed_over),
        cmocka_unit_test(test_a_picture_stands_as_the_camera_was_held),
        cmocka_unit_test(test_the_cache_is_bounded_and_keeps_what_is_used),
        cmocka_unit_test(test_the_actor_keeps_a_thumbnail_by_its_blob),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

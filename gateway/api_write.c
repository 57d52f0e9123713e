// writes
#include "api.h"
code_t api_page_put(web_t *self) { return api_refuse(self, 501, "soon"); }
code_t api_page_patch(web_t *self) { return api_refuse(self, 501, "soon"); }
code_t api_page_delete(web_t *self) { return api_refuse(self, 501, "soon"); }

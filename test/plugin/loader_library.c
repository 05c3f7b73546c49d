/* The library itself, and what can be asked before init. */
#include <dlfcn.h>

#include "loader.h"

struct plugin plugin;
static void* library;

void do_load(char* path) {
  library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  const char* problem = library == NULL ? dlerror() : NULL;
#define RESOLVE(name)                                                               \
  if (library != NULL && (plugin.name = dlsym(library, "plugin_" #name)) == NULL) { \
    problem = "plugin_" #name " is missing";                                        \
  }
  PLUGIN_FUNCTIONS(RESOLVE)
#undef RESOLVE
  fputs("{\"error\":", stdout);
  put_text(problem);
  puts("}");
}

void do_unload(char* rest) {
  (void)rest;
  printf("{\"rc\":%d}\n", dlclose(library));
}

void do_info(char* rest) {
  (void)rest;
  int32_t schema_type = -1;
  plugin.get_init_schema(&schema_type);
  fputs("{\"name\":", stdout);
  put_text(plugin.get_name());
  put_text_member("version", plugin.get_version());
  put_text_member("api", plugin.get_required_api_version());
  put_text_member("source", plugin.get_event_source());
  put_text_member("description", plugin.get_description());
  put_text_member("contact", plugin.get_contact());
  put_number_member("id", plugin.get_id());
  printf(",\"schemaType\":%d}\n", schema_type);
}

static void answer_text(const char* text) {
  fputs("{\"text\":", stdout);
  put_text(text);
  puts("}");
}

void do_schema(char* rest) {
  (void)rest;
  int32_t schema_type;
  answer_text(plugin.get_init_schema(&schema_type));
}

void do_fields(char* rest) {
  (void)rest;
  answer_text(plugin.get_fields());
}

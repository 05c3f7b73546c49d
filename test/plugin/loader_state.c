/* States: their names, their log, and what can be asked of them. */
#include <pthread.h>

#include "loader.h"

enum { MAX_HANDLES = 64, MAX_LINES = 4096 };

static struct handle handles[MAX_HANDLES];

static struct line {
  int32_t severity;
  char* text;
} lines[MAX_LINES];
static int line_count;
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;

struct handle* handle_of(const char* name) {
  for (int i = 0; i < MAX_HANDLES; i++) {
    struct handle* handle = &handles[i];
    if (handle->name[0] == '\0') snprintf(handle->name, sizeof(handle->name), "%s", name);
    if (strcmp(handle->name, name) == 0) return handle;
  }
  abort();
}

void* pointer_of(const char* name) { return strcmp(name, "null") == 0 ? NULL : handle_of(name)->pointer; }

static void keep_line(void* owner, const char* component, const char* message, int32_t severity) {
  (void)owner, (void)component;
  pthread_mutex_lock(&log_lock);
  if (line_count < MAX_LINES) lines[line_count++] = (struct line){severity, strdup(message)};
  pthread_mutex_unlock(&log_lock);
}

void* init_state(const char* config, abi_rc* rc) {
  const abi_init_input input = {.config = config, .log = keep_line};
  return plugin.init(&input, rc);
}

void do_init(char* rest) {
  abi_rc rc = ABI_NOT_SUPPORTED;
  struct handle* handle = handle_of(next_word(&rest));
  handle->pointer = init_state(rest, &rc);
  put_result(rc, handle->pointer);
  printf(",\"state\":%s}\n", handle->pointer == NULL ? "false" : "true");
}

void do_destroy(char* rest) {
  plugin.destroy(pointer_of(rest));
  puts("{}");
}

void do_metrics(char* rest) {
  uint32_t count = 0;
  const abi_metric* metrics = plugin.get_metrics(pointer_of(rest), &count);
  fputs("{\"metrics\":{", stdout);
  for (uint32_t i = 0; i < count; i++) {
    printf("%s\"%s\":%" PRIu64, i == 0 ? "" : ",", metrics[i].name, metrics[i].value.u64);
  }
  fputs("},\"types\":{", stdout);
  for (uint32_t i = 0; i < count; i++) printf("%s\"%s\":%d", i == 0 ? "" : ",", metrics[i].name, metrics[i].type);
  puts("}}");
}

void do_params(char* rest) {
  abi_rc rc = ABI_NOT_SUPPORTED;
  void* state = pointer_of(rest);
  const char* text = plugin.list_open_params(state, &rc);
  put_result(rc, state);
  put_text_member("text", text);
  puts("}");
}

void do_log(char* rest) {
  (void)rest;
  pthread_mutex_lock(&log_lock);
  fputs("{\"lines\":[", stdout);
  for (int i = 0; i < line_count; i++) {
    printf("%s{\"severity\":%d", i == 0 ? "" : ",", lines[i].severity);
    put_text_member("text", lines[i].text);
    putchar('}');
    free(lines[i].text);
  }
  line_count = 0;
  pthread_mutex_unlock(&log_lock);
  puts("]}");
}

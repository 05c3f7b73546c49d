/*
 * Loads a plugin library as Falco does and drives it by commands, one a line on standard input; each is answered by one
 * line of JSON on standard output. Words are separated by single blanks; REST takes the rest of the line, blanks and all.
 * S names a state and I an instance: any word. HEX is bytes as hex digits.
 *
 *   load PATH                 dlopen, and look up every function        {"error"}
 *   unload                    dlclose                                   {"rc"}
 *   info                      {"name","version","api","id","source","description","contact","schemaType"}
 *   schema, fields            the plugin's JSON                         {"text"}
 *   init S [REST]             with REST as config, or with NULL         {"rc","error","state":bool}
 *   destroy S                 {}
 *   metrics S                 {"metrics":{name:value},"types":{name:type}}
 *   params S                  list_open_params                          {"rc","error","text"}
 *   log                       what was logged since the last `log`      {"lines":[{"severity","text"}]}
 *   open S I [REST]           {"rc","error","instance":bool,"ms"}
 *   close S I                 I may be `null`: closes NULL              {}
 *   next S I                  one next_batch
 *                             {"rc","error","ms","events":[{"number","type","id","ts","tid","payload"}]}
 *   drain S I                 next_batch until the end or a failure
 *                             {"rc","error","ms","events","bytes","batches","timeouts","largestBatch"}
 *   progress S I              {"progress","text"}
 *   ask S I COUNT             extracts docker.type of the first COUNT events of the last `next`                  {"rc","error"}
 *   event SLOT NUMBER TS PLUGIN_ID [HEX]    makes an event in a slot (0 to 3), whose address never changes   {}
 *   raw SLOT NUMBER HEX       makes an event of raw bytes, header and all                                    {}
 *   extract S SLOT FIELD…     FIELD is ID:TYPE:NAME, or ID:TYPE:NAME:HEX with a key; all in one call
 *                             {"rc","error","values":[…]}: null is absent, 64-bit numbers are strings
 *   tostring S SLOT           {"text"}
 *   spin metrics S THREADS    threads that call get_metrics without a pause until `unspin`                   {}
 *   spin init REST            one thread that calls init with REST, and destroy                              {}
 *   unspin                    how many calls there were, and how many of them with a wrong result  {"calls","bad"}
 *   ticker MICROSECONDS       a timer whose signal interrupts every call, as Falco has one; 0 stops it               {}
 *
 * It ends with its input.
 */
#include <signal.h>

#include "loader.h"

static const struct {
  const char* name;
  void (*run)(char* rest);
} commands[] = {
#define ROW(name) {#name, do_##name},
    COMMANDS(ROW)
#undef ROW
};

/* The ticker's signals come only while a command runs: they are to interrupt the plugin and not the reading of lines. */
static void let_ticks(int how) {
  sigset_t ticks;
  sigemptyset(&ticks);
  sigaddset(&ticks, SIGALRM);
  sigprocmask(how, &ticks, NULL);
}

static bool run(char* line) {
  const char* name = next_word(&line);
  for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
    if (strcmp(commands[i].name, name) != 0) continue;
    let_ticks(SIG_UNBLOCK);
    commands[i].run(line);
    let_ticks(SIG_BLOCK);
    return true;
  }
  fprintf(stderr, "loader: no command '%s'\n", name);
  return false;
}

int main(void) {
  char* line = NULL;
  size_t capacity = 0;
  let_ticks(SIG_BLOCK);
  for (ssize_t size; (size = getline(&line, &capacity, stdin)) > 0;) {
    if (line[size - 1] == '\n') line[size - 1] = '\0';
    if (!run(line)) return 2;
    fflush(stdout);
  }
  free(line);
  return 0;
}

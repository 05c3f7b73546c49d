/*
 * A source host that does what its open params say, for what a real one will not do on demand. Steps are separated by
 * ';', the words of a step by ':'.
 *
 *   opened[:TOTAL]          an opened frame
 *   events:COUNT[:SIZE]     a frame of the next COUNT events: times 1000000000+N, payloads {"n":N} padded to SIZE bytes.
 *                           N starts at the request's `skip`
 *   own:ACTION[:TIME]       a frame of one event of docktape's own: {"Type":"docktape","Action":"ACTION"}
 *   until:N                 the events before N that are still to come, in one frame
 *   follow:FILE             a daemon that has made as many events as FILE has bytes: sends those that come from now on; with
 *                           a `resume` in the request first those of the last 256 whose keys are not in it, from the
 *                           first one on whose key is
 *   flood:FRAMES:COUNT:SIZE the same frame again and again
 *   end, error:TEXT, log:SEVERITY:TEXT     those frames
 *   stats:QUEUE_BYTES:DROPPED[:RECONNECTS:RETRIES:GAPS_CERTAIN:GAPS_POSSIBLE:LAG_MS:INSPECTS:FAILED:LATE]     a stats frame
 *   wide:SIZE               a stats frame with SIZE bytes of JSON
 *   frame:KIND:COUNT:HEX    a frame with this body
 *   bytes:HEX               bytes as they are
 *   file:PATH               the bytes of a file as they are
 *   stderr:TEXT             a line on standard error
 *   report:FILE             writes what it was started with to FILE, as /proc shows it
 *   first:FILE … later      the steps between are done only while FILE does not exist; then it does
 *   sleep:MS                waits
 *   exit:CODE, signal:N     ends
 *   hold                    waits for the end of the socket, then ends with 0; also what comes after the last step
 *   cling                   ignores the end of the socket
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOCKET = 3, OPENED = 1, EVENTS = 2, LOG = 3, ERROR = 4, END = 5, STATS = 6, OWN = 7 };

static char request[1 << 20];
static uint64_t next_event;

static void write_all(const char* bytes, size_t size) {
  while (size > 0) {
    const ssize_t written = write(SOCKET, bytes, size);
    if (written <= 0) exit(0);
    bytes += written;
    size -= (size_t)written;
  }
}

static void write_frame(uint32_t kind, uint32_t count, const char* body, size_t size) {
  const uint32_t header[3] = {(uint32_t)size, kind, count}; /* the tests run on little-endian machines */
  write_all((const char*)header, sizeof(header));
  write_all(body, size);
}

static void write_text(uint32_t kind, uint32_t count, const char* text) { write_frame(kind, count, text, strlen(text)); }

static size_t read_hex(const char* text, char* bytes) {
  size_t size = 0;
  for (unsigned byte; text != NULL && sscanf(text + 2 * size, "%2x", &byte) == 1; size++) bytes[size] = (char)byte;
  return size;
}

static char* make_events(uint64_t count, size_t size, size_t* length) {
  char* body = malloc(count * (size + 64) + 1);
  char* at = body;
  for (uint64_t i = 0; i < count; i++, next_event++) {
    at += sprintf(at, "%" PRIu64 " ", UINT64_C(1000000000) + next_event);
    const char* payload = at;
    at += sprintf(at, "{\"n\":%" PRIu64 "", next_event);
    while ((size_t)(at - payload) + 1 < size) *at++ = ' ';
    *at++ = '}';
    *at++ = '\n';
  }
  *length = (size_t)(at - body);
  return body;
}

static void send_events(uint64_t count, size_t size, uint64_t frames) {
  size_t length;
  char* body = make_events(count, size, &length);
  for (; frames > 0; frames--) write_frame(EVENTS, (uint32_t)count, body, length);
  free(body);
}

static uint32_t rotate(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

static uint32_t murmur3(const char* bytes, size_t size, uint32_t hash) {
  for (size_t at = 0; at < size; at += 4) {
    uint32_t word = 0;
    memcpy(&word, bytes + at, size - at < 4 ? size - at : 4);
    hash ^= rotate(word * 0xcc9e2d51, 15) * 0x1b873593;
    if (size - at >= 4) hash = rotate(hash, 13) * 5 + 0xe6546b64;
  }
  hash ^= (uint32_t)size;
  hash = (hash ^ hash >> 16) * 0x85ebca6b;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35;
  return hash ^ hash >> 16;
}

/* Whether the request has the key of this event. */
static bool is_delivered(uint64_t number) {
  char payload[64], key[20];
  const int size = sprintf(payload, "{\"n\":%" PRIu64 "}", number);
  sprintf(key, "\"%08x%08x\"", murmur3(payload, (size_t)size, 0), murmur3(payload, (size_t)size, 0x9747b28c));
  return strstr(request, key) != NULL;
}

static void follow(const char* path) {
  struct stat status;
  stat(path, &status);
  next_event = (uint64_t)status.st_size;
  if (strstr(request, "\"resume\":null") == NULL) {
    bool is_ours = strstr(request, "\"delivered\":[]") != NULL;
    for (next_event -= next_event < 256 ? next_event : 256; next_event < (uint64_t)status.st_size;) {
      const bool is_old = is_delivered(next_event);
      is_ours |= is_old;
      if (is_old || !is_ours) next_event++;
      else send_events(1, 0, 1);
    }
  }
  struct pollfd socket = {SOCKET, POLLIN, 0};
  while (poll(&socket, 1, 1) == 0) {
    stat(path, &status);
    if ((uint64_t)status.st_size > next_event) send_events((uint64_t)status.st_size - next_event, 0, 1);
  }
  exit(0);
}

/* The signal masks, before system() changes them for its own wait. */
static void report_signals(FILE* file) {
  char line[256];
  FILE* status = fopen("/proc/self/status", "r");
  while (fgets(line, sizeof(line), status) != NULL) {
    if (strncmp(line, "SigBlk", 6) == 0 || strncmp(line, "SigIgn", 6) == 0) fputs(line, file);
  }
  fclose(status);
}

/* The request, and what the process has of its parent. */
static void report(const char* path) {
  char command[512];
  FILE* file = fopen(path, "w");
  fprintf(file, "request=%s\nsession=%d\npid=%d\nparent=%d\n", request, getsid(0), getpid(), getppid());
  report_signals(file);
  fclose(file);
  snprintf(command, sizeof(command),
           "cd /proc/%d; { echo cwd=$(readlink cwd); for fd in fd/*; do echo $fd=$(readlink $fd); done;"
           " tr '\\0' '\\n' < environ | sed 's/^/env:/'; } >> %s",
           getpid(), path);
  if (system(command) != 0) exit(99);
}

static void hold(void) {
  char bytes[256];
  while (read(SOCKET, bytes, sizeof(bytes)) > 0) continue;
  exit(0);
}

static bool skipping;

static void step(char* words) {
  const char* name = strsep(&words, ":");
#define IS(text) (strcmp(name, text) == 0)
#define NUMBER() (words == NULL ? 0 : strtoull(strsep(&words, ":"), NULL, 10))
  if (IS("later")) skipping = false;
  else if (skipping) return;
  else if (IS("first")) {
    skipping = access(words, F_OK) == 0;
    if (!skipping) fclose(fopen(words, "w"));
  } else if (IS("opened")) {
    char body[128];
    if (words == NULL) strcpy(body, "{\"what\":\"a fake source\"}");
    else snprintf(body, sizeof(body), "{\"what\":\"a fake source\",\"total\":%s}", words);
    write_text(OPENED, 0, body);
  } else if (IS("events")) {
    const uint64_t count = NUMBER();
    send_events(count, NUMBER(), 1);
  } else if (IS("until")) {
    const uint64_t end = NUMBER();
    if (end > next_event) send_events(end - next_event, 0, 1);
  } else if (IS("follow")) {
    follow(words);
  } else if (IS("own")) {
    char body[256];
    const char* action = strsep(&words, ":");
    const uint64_t time = NUMBER();
    const int size = sprintf(body, "%" PRIu64 " {\"Type\":\"docktape\",\"Action\":\"%s\"}\n", time, action);
    write_frame(OWN, 1, body, (size_t)size);
  } else if (IS("flood")) {
    const uint64_t frames = NUMBER(), count = NUMBER();
    send_events(count, NUMBER(), frames);
  } else if (IS("end")) {
    write_text(END, 0, "");
  } else if (IS("error")) {
    write_text(ERROR, 0, words);
  } else if (IS("log")) {
    const uint32_t severity = (uint32_t)NUMBER();
    write_text(LOG, severity, words);
  } else if (IS("stats")) {
    static const char* const keys[] = {"queueBytes", "dropped", "reconnects", "retries", "gapsCertain", "gapsPossible", "lagMs",
                                       "inspects", "inspectsFailed", "inspectsLate"};
    char body[512] = "{";
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
      char* const at = body + strlen(body);
      sprintf(at, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",", keys[i], (uint64_t)NUMBER());
    }
    write_text(STATS, 0, strcat(body, "}"));
  } else if (IS("wide")) {
    const size_t size = NUMBER();
    char* body = malloc(size);
    memset(body, ' ', size);
    body[0] = '{';
    body[size - 1] = '}';
    write_frame(STATS, 0, body, size);
    free(body);
  } else if (IS("frame")) {
    static char body[1 << 16];
    const uint32_t kind = (uint32_t)NUMBER(), count = (uint32_t)NUMBER();
    write_frame(kind, count, body, read_hex(words, body));
  } else if (IS("bytes")) {
    static char bytes[1 << 16];
    write_all(bytes, read_hex(words, bytes));
  } else if (IS("file")) {
    static char bytes[1 << 16];
    FILE* file = fopen(words, "r");
    for (size_t size; (size = fread(bytes, 1, sizeof(bytes), file)) > 0;) write_all(bytes, size);
    fclose(file);
  } else if (IS("stderr")) {
    fprintf(stderr, "%s\n", words);
  } else if (IS("report")) {
    report(words);
  } else if (IS("sleep")) {
    usleep((useconds_t)NUMBER() * 1000);
  } else if (IS("exit")) {
    _exit((int)NUMBER());
  } else if (IS("signal")) {
    kill(getpid(), (int)NUMBER());
  } else if (IS("hold")) {
    hold();
  } else if (IS("cling")) {
    for (;;) pause();
  } else {
    fprintf(stderr, "fake host: no step '%s'\n", name);
    _exit(98);
  }
}

int main(void) {
  size_t size = 0;
  while (size < sizeof(request) - 1 && read(SOCKET, request + size, 1) == 1 && request[size] != '\n') size++;
  request[size] = '\0';
  static const char params[] = "\"params\":\"", skip[] = "\"skip\":";
  char* steps = strdup(strstr(request, params) + strlen(params));
  *strchr(steps, '"') = '\0';
  next_event = strtoull(strstr(request, skip) + strlen(skip), NULL, 10);
  while (steps != NULL) step(strsep(&steps, ";"));
  hold();
}

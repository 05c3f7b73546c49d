/*
 * A source host that does what its open params say, for what a real one will not do on demand. Steps are separated by
 * ';', the words of a step by ':'.
 *
 *   opened[:TOTAL]          an opened frame
 *   events:COUNT[:SIZE]     a frame of the next COUNT events: times 1000000000+N, payloads {"n":N} padded to SIZE bytes.
 *                           N starts at the request's `skip`
 *   until:N                 the events before N that are still to come, in one frame
 *   flood:FRAMES:COUNT:SIZE the same frame again and again
 *   end, error:TEXT, log:SEVERITY:TEXT, stats:QUEUE_BYTES:DROPPED     those frames
 *   frame:KIND:COUNT:HEX    a frame with this body
 *   bytes:HEX               bytes as they are
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
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SOCKET = 3, OPENED = 1, EVENTS = 2, LOG = 3, ERROR = 4, END = 5, STATS = 6 };

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
    char body[128];
    const uint64_t queue = NUMBER();
    snprintf(body, sizeof(body), "{\"queueBytes\":%" PRIu64 ",\"dropped\":%" PRIu64 "}", queue, (uint64_t)NUMBER());
    write_text(STATS, 0, body);
  } else if (IS("frame")) {
    static char body[1 << 16];
    const uint32_t kind = (uint32_t)NUMBER(), count = (uint32_t)NUMBER();
    write_frame(kind, count, body, read_hex(words, body));
  } else if (IS("bytes")) {
    static char bytes[1 << 16];
    write_all(bytes, read_hex(words, bytes));
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

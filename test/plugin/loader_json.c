/* How answers are written. */
#include "loader.h"

void put_bytes(const char* bytes, size_t size) {
  putchar('"');
  for (size_t i = 0; i < size; i++) {
    const unsigned char byte = (unsigned char)bytes[i];
    if (byte == '"' || byte == '\\') printf("\\%c", byte);
    else if (byte < 0x20) printf("\\u%04x", byte);
    else putchar(byte);
  }
  putchar('"');
}

void put_text(const char* text) {
  if (text == NULL) fputs("null", stdout);
  else put_bytes(text, strlen(text));
}

void put_text_member(const char* key, const char* text) {
  printf(",\"%s\":", key);
  put_text(text);
}

void put_number_member(const char* key, uint64_t number) { printf(",\"%s\":%" PRIu64, key, number); }

void put_u64_member(const char* key, uint64_t number) { printf(",\"%s\":\"%" PRIu64 "\"", key, number); }

void put_result(abi_rc rc, void* state) {
  static const char* const texts[] = {"timeout", "success", "failure", "eof", "not supported"};
  fputs("{\"rc\":", stdout);
  put_text(rc >= ABI_TIMEOUT && rc <= ABI_NOT_SUPPORTED ? texts[rc - ABI_TIMEOUT] : "unknown");
  put_text_member("error", rc == ABI_FAILURE ? plugin.get_last_error(state) : NULL);
}

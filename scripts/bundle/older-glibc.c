/*
 * Functions of which a newer glibc (2.38) has a second version. What is compiled against its headers asks for that one, so it
 * would not run on an older glibc; linked to this, which is hidden, it takes the first version on every glibc. The
 * differences do not matter here: `__isoc23_*` also read binary numbers (0b1), and the newer fmod leaves errno alone.
 *
 * Declared here and not by glibc's headers, which would rename what is called.
 */
#include <stdarg.h>

#define HIDDEN __attribute__((visibility("hidden")))

#define FIRST_VERSION(type, name, parameters, arguments)    \
  extern type first_##name parameters __asm__(#name);       \
  HIDDEN type __isoc23_##name parameters;                   \
  HIDDEN type __isoc23_##name parameters { return first_##name arguments; }

FIRST_VERSION(long, strtol, (const char *text, char **end, int base), (text, end, base))
FIRST_VERSION(unsigned long, strtoul, (const char *text, char **end, int base), (text, end, base))
FIRST_VERSION(long long, strtoll, (const char *text, char **end, int base), (text, end, base))
FIRST_VERSION(unsigned long long, strtoull, (const char *text, char **end, int base), (text, end, base))

extern int first_vsscanf(const char *text, const char *format, va_list arguments) __asm__("vsscanf");

HIDDEN int __isoc23_sscanf(const char *text, const char *format, ...);
HIDDEN int __isoc23_sscanf(const char *text, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int count = first_vsscanf(text, format, arguments);
  va_end(arguments);
  return count;
}

/* Linked with --wrap=fmod, which leads every call here. */
#ifdef __aarch64__
__asm__(".symver first_fmod, fmod@GLIBC_2.17");
#else
__asm__(".symver first_fmod, fmod@GLIBC_2.2.5");
#endif
extern double first_fmod(double x, double y);
HIDDEN double __wrap_fmod(double x, double y);
HIDDEN double __wrap_fmod(double x, double y) { return first_fmod(x, y); }

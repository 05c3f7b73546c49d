// RapidJSON as this library uses it: a broken precondition throws instead of ending Falco, and scanning uses the vector
// unit of the processor. Every file that needs RapidJSON includes it through here, so that all agree on the settings.
#pragma once

#include <stdexcept>

#define RAPIDJSON_ASSERT_THROWS 1
#define RAPIDJSON_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : throw std::logic_error("JSON library: " #condition))
#define RAPIDJSON_NOEXCEPT_ASSERT(condition) static_cast<void>(0)

#if defined(__SSE4_2__)
#define RAPIDJSON_SSE42 1
#elif defined(__SSE2__)
#define RAPIDJSON_SSE2 1
#elif defined(__ARM_NEON)
#define RAPIDJSON_NEON 1
#endif

#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

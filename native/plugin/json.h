// RapidJSON as this library uses it: a broken precondition throws instead of ending Falco. Its vectorised scans stay off: in
// 1.1.0 the one of its writer takes the control characters 0x1A to 0x1F for plain ones, and what they write is then no JSON.
// Events are read by a stream with a scan of its own (extract/event_stream.h). Every file that needs RapidJSON includes it
// through here, so that all agree on the settings.
#pragma once

#include <stdexcept>

#define RAPIDJSON_ASSERT_THROWS 1
#define RAPIDJSON_ASSERT(condition) \
  ((condition) ? static_cast<void>(0) : throw std::logic_error("JSON library: " #condition))
#define RAPIDJSON_NOEXCEPT_ASSERT(condition) static_cast<void>(0)

#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

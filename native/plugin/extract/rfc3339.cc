#include "plugin/extract/rfc3339.h"

#include "plugin/extract/number.h"

namespace docktape {
namespace {

constexpr std::string_view kDateTime = "dddd-dd-ddTdd:dd:dd";
constexpr std::string_view kOffset = "dd:dd";
constexpr std::size_t kNanosecondDigits = 9;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'd' ? !is_digit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

// Digits that are known to be such, and few.
std::int64_t number(std::string_view text, std::size_t at, std::size_t size) {
  return static_cast<std::int64_t>(parse_u64(text.substr(at, size)).value_or(0));
}

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

std::int64_t days_of_month(std::int64_t year, std::int64_t month) {
  constexpr std::int64_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// Since 1970-01-01, by the Gregorian calendar.
std::int64_t days_since_epoch(std::int64_t year, std::int64_t month, std::int64_t day) {
  const std::int64_t past = year - 1;
  constexpr std::int64_t kDaysUntil1970 = 719'162;
  std::int64_t days = past * 365 + past / 4 - past / 100 + past / 400 - kDaysUntil1970;
  for (std::int64_t earlier = 1; earlier < month; ++earlier) days += days_of_month(year, earlier);
  return days + day - 1;
}

// Takes the offset off the end of a text: seconds that its time is ahead of UTC.
std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (!text.empty() && (text.back() == 'Z' || text.back() == 'z')) {
    text.remove_suffix(1);
    return 0;
  }
  const std::size_t size = kOffset.size() + 1;
  if (text.size() < size) return std::nullopt;
  const std::string_view offset = text.substr(text.size() - size);
  if ((offset[0] != '+' && offset[0] != '-') || !has_shape(offset.substr(1), kOffset)) return std::nullopt;
  const std::int64_t hours = number(offset, 1, 2), minutes = number(offset, 4, 2);
  if (hours > 23 || minutes > 59) return std::nullopt;
  text.remove_suffix(size);
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  return offset[0] == '-' ? -seconds : seconds;
}

// What stands behind the whole seconds: nothing, or a point and digits.
std::optional<std::uint64_t> nanoseconds(std::string_view fraction) {
  if (fraction.empty()) return 0;
  if (fraction[0] != '.' || fraction.size() < 2) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 1; i < fraction.size(); ++i) {
    if (!is_digit(fraction[i])) return std::nullopt;
    if (i <= kNanosecondDigits) value = value * 10 + static_cast<std::uint64_t>(fraction[i] - '0');
  }
  for (std::size_t i = fraction.size(); i <= kNanosecondDigits; ++i) value *= 10;
  return value;
}

}  // namespace

std::optional<std::uint64_t> parse_rfc3339(std::string_view text) {
  const auto offset = take_offset(text);
  if (!offset || text.size() < kDateTime.size() || !has_shape(text.substr(0, kDateTime.size()), kDateTime)) return std::nullopt;
  const std::int64_t year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
  const std::int64_t hour = number(text, 11, 2), minute = number(text, 14, 2), second = number(text, 17, 2);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month)) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;  // a leap second may be
  const auto fraction = nanoseconds(text.substr(kDateTime.size()));
  const std::int64_t seconds =
      days_since_epoch(year, month, day) * 86'400 + hour * 3600 + minute * 60 + second - *offset;
  if (!fraction || seconds < 0) return std::nullopt;
  const auto whole = seconds_to_nanoseconds(static_cast<std::uint64_t>(seconds));
  if (!whole || *whole > UINT64_MAX - *fraction) return std::nullopt;
  return *whole + *fraction;
}

}  // namespace docktape

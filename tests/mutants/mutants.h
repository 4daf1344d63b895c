// What scripts/mutate writes around conditions and constants: each call has the number of one mutant,
// and does what the source says unless the environment variable VEILWIRE_MUTANT is that number.
//
// Only the copy of the sources that scripts/mutate makes includes this. What the compiler evaluates is
// never changed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdlib>
#include <type_traits>
#include <utility>

namespace mutants {

using Number = unsigned;  // 0 is none

inline constexpr std::size_t kMaxCount = 8192;

// Threads of a test write the same byte at the same time, always 1.
inline std::array<volatile unsigned char, kMaxCount> reached{};

inline Number from_environment() {
  const char* text = std::getenv("VEILWIRE_MUTANT");
  return text != nullptr ? static_cast<Number>(std::strtoul(text, nullptr, 10)) : 0;
}

inline bool is_on(Number number) {
  static const Number chosen = from_environment();  // tables ask before main() begins
  reached[number] = 1;
  return number == chosen;
}

// -- Conditions -------------------------------------------------------------------------------------

constexpr bool flip(Number number, bool condition) {
  if consteval {
    return condition;
  } else {
    return is_on(number) ? !condition : condition;
  }
}

// A check that is left out: what it found is nothing.
template <typename T>
constexpr T nothing(Number number, T found) {
  if consteval {
    return found;
  } else {
    return is_on(number) ? T{} : std::move(found);
  }
}

// -- Operators --------------------------------------------------------------------------------------

#define MUTANTS_OPERATOR(name, written, changed)               \
  template <typename A, typename B>                            \
  constexpr auto name(Number number, const A& a, const B& b) { \
    if consteval {                                             \
      return a written b;                                      \
    } else {                                                   \
      return is_on(number) ? (a changed b) : (a written b);    \
    }                                                          \
  }

MUTANTS_OPERATOR(less, <, <=)
MUTANTS_OPERATOR(less_or_equal, <=, <)
MUTANTS_OPERATOR(greater, >, >=)
MUTANTS_OPERATOR(greater_or_equal, >=, >)
MUTANTS_OPERATOR(plus, +, -)
MUTANTS_OPERATOR(minus, -, +)

#undef MUTANTS_OPERATOR

// -- Constants --------------------------------------------------------------------------------------

template <typename T>
constexpr T next(Number number, T value) {
  if consteval {
    return value;
  } else {
    return is_on(number) ? static_cast<T>(value + T(1)) : value;
  }
}

// Another name of the same enumeration.
template <typename T>
constexpr T other(Number number, T written, T changed) {
  if consteval {
    return written;
  } else {
    return is_on(number) ? changed : written;
  }
}

// -- Tables -----------------------------------------------------------------------------------------

// At run time, also what the compiler could have evaluated.
template <typename T>
T late(T (*fill)()) {
  T (*volatile at_run_time)() = fill;
  return at_run_time();
}

}  // namespace mutants

# Language standard, warnings, sanitizers and the compiler cache: what every target shares.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(THREADS_PREFER_PTHREAD_FLAG ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# Whether the flags of this build type ask for the optimiser.
string(TOUPPER "${CMAKE_BUILD_TYPE}" config)
set(VEILWIRE_OPTIMISED OFF)
if("${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${config}}" MATCHES "-O[123s]")
  set(VEILWIRE_OPTIMISED ON)
endif()

find_program(VEILWIRE_CCACHE ccache)
if(VEILWIRE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # What ccache must overlook so that it takes files with precompiled headers (its manual says so).
  # Huge pages make Clang a tenth faster where the system gives them when asked; GCC does not care.
  set(launcher ${CMAKE_COMMAND} -E env GLIBC_TUNABLES=glibc.malloc.hugetlb=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      "${VEILWIRE_CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
  else()
    set(CMAKE_PCH_INSTANTIATE_TEMPLATES OFF)
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
  endif()
endif()

# The same for all, as precompiled headers want it.
add_compile_options(-pthread)
add_compile_options(-Wall -Wextra)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in "literal" + std::string, where there are none (its bug 105651),
  # and, where the string comes from a precompiled header, overflowing ones.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>
                      $<$<COMPILE_LANGUAGE:CXX>:-Wno-stringop-overflow>
                      $<$<COMPILE_LANGUAGE:CXX>:-Wno-stringop-overread>
                      $<$<COMPILE_LANGUAGE:CXX>:-Wno-array-bounds>)
endif()
if(VEILWIRE_STRICT)
  add_compile_options(-Wpedantic -Wconversion -Wshadow -Werror)
endif()

if(VEILWIRE_SANITIZE)
  # -g1 is enough for the lines of a stack trace, and compiles faster.
  add_compile_options(-fsanitize=${VEILWIRE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer -g1)
  # The libFuzzer instrumentation needs no run-time library of its own: each fuzzer links it.
  string(REPLACE "fuzzer-no-link," "" link_sanitize "${VEILWIRE_SANITIZE}")
  add_link_options(-fsanitize=${link_sanitize})
  if(VEILWIRE_SANITIZE MATCHES "memory")
    add_compile_options(-fsanitize-memory-track-origins)
  endif()
else()
  # Without a sanitizer nothing may be left for the loader to discover.
  add_link_options(LINKER:-z,defs LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack)
  include(VeilwireHardening)
endif()
add_compile_definitions($<$<COMPILE_LANGUAGE:CXX>:_GLIBCXX_ASSERTIONS>)

if(VEILWIRE_CT_VALGRIND)
  include(CheckIncludeFileCXX)
  check_include_file_cxx(valgrind/memcheck.h VEILWIRE_HAVE_MEMCHECK_H)
  if(NOT VEILWIRE_HAVE_MEMCHECK_H)
    message(FATAL_ERROR "VEILWIRE_CT_VALGRIND needs valgrind/memcheck.h (Debian package: valgrind)")
  endif()
  add_compile_definitions(VEILWIRE_CT_VALGRIND=1)
endif()

# Headers that most files include, compiled once for all folders: parsing them anew was most of what
# a build took. A file still includes what it uses: some presets build without
# (CMAKE_DISABLE_PRECOMPILE_HEADERS), and so show where an include is missing.

set(veilwire_std_headers <algorithm> <array> <chrono> <cstdint> <deque> <expected> <functional>
    <map> <memory> <optional> <set> <span> <string> <string_view> <tuple> <unordered_map>
    <utility> <variant> <vector>)
set(veilwire_asio_headers ${veilwire_std_headers} <boost/asio/buffer.hpp> <boost/asio/dispatch.hpp>
    <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp> <boost/asio/post.hpp> <boost/asio/read.hpp>
    <boost/asio/steady_timer.hpp> <boost/asio/strand.hpp> <boost/asio/write.hpp>)
set(veilwire_cli_headers ${veilwire_asio_headers} <CLI/CLI.hpp> <fmt/format.h>)

# veilwire_precompile(<target> <kind>): <target> uses the headers of <kind>: std, asio, cli, or the
# same for its tests: std_test, asio_test, cli_test. The first target of a kind in a build has them compiled.
function(veilwire_precompile target kind)
  set(owner veilwire_precompiled_${kind})
  if(NOT TARGET ${owner})
    string(REPLACE "_test" "" base "${kind}")
    set(headers ${veilwire_${base}_headers})
    if(kind MATCHES "_test$")
      # A program, as the tests are: it is compiled with other options than a library.
      add_executable(${owner} EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/cmake/empty.cpp")
      target_link_libraries(${owner} PRIVATE GTest::gtest_main)
      list(PREPEND headers <gtest/gtest.h>)
    else()
      add_library(${owner} OBJECT "${PROJECT_SOURCE_DIR}/cmake/empty.cpp")
    endif()
    if(NOT base STREQUAL "std" AND VEILWIRE_SANITIZE)
      target_compile_options(${owner} PRIVATE -O0)  # as veilwire_folder() has it
    endif()
    if(base STREQUAL "cli")
      target_link_libraries(${owner} PRIVATE CLI11::CLI11 fmt::fmt)
    endif()
    target_precompile_headers(${owner} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()

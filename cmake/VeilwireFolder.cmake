# Lets a test program make the system's calls on sockets fail: net/testing/faulty_calls.h.
function(veilwire_faulty_calls program)
  if(TARGET ${program})
    foreach(call IN ITEMS connect recv recvmsg send sendmsg)
      target_link_options(${program} PRIVATE "LINKER:--wrap=${call}")
    endforeach()
  endif()
endfunction()

# veilwire_folder(<name> [DEPENDS <folder>...] [USES <external target>...] [EXCLUDE <regex>] [COLD])
#
# One folder is one static library `veilwire_<name>`; its *_test.cpp files are one GoogleTest binary
# `<name>_test`. Sources are found by name, in subfolders too.
#   DEPENDS  folders of ours, as in the table of docs/architecture.md
#   USES     libraries of others; they are not passed on to folders that depend on this one
#   EXCLUDE  sources that this build does not take
#   COLD     nothing in it is worth the optimiser's time: -O1 instead of -O3, as for all tests. What
#            stands on Asio or CLI11 compiles a third faster so
function(veilwire_folder name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "COLD" "EXCLUDE" "DEPENDS;USES")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(arg_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX "${arg_EXCLUDE}")
  endif()
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$|/main\\.cpp$")

  set(library veilwire_${name})
  if(sources)
    add_library(${library} STATIC ${sources})
    set(public PUBLIC)
    set(private PRIVATE)
  else()
    add_library(${library} INTERFACE)
    set(public INTERFACE)
    set(private INTERFACE)
  endif()
  set(headers std)
  if(Boost::headers IN_LIST arg_USES)
    set(headers asio)
  endif()
  if(CLI11::CLI11 IN_LIST arg_USES)
    set(headers cli)
  endif()
  if(sources)
    veilwire_precompile(${library} ${headers})
  endif()
  target_include_directories(${library} ${public} "${PROJECT_SOURCE_DIR}/src")
  target_compile_definitions(${library} ${private} VEILWIRE_VERSION="${PROJECT_VERSION}")
  list(TRANSFORM arg_DEPENDS PREPEND veilwire_)
  target_link_libraries(${library} ${public} ${arg_DEPENDS} ${private} ${arg_USES})

  if(VEILWIRE_TESTS AND tests)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${library} ${arg_USES} GTest::gtest_main)
    veilwire_precompile(${name}_test ${headers}_test)
    target_compile_definitions(${name}_test PRIVATE
      VEILWIRE_TEST_DATA="${VEILWIRE_TEST_DATA}" VEILWIRE_VERSION="${PROJECT_VERSION}"
      # A program that runs under an emulator cannot start itself again.
      $<$<BOOL:${CMAKE_CROSSCOMPILING}>:VEILWIRE_EMULATED=1>)
    gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
                         PROPERTIES TIMEOUT 900)
  endif()

  if(VEILWIRE_OPTIMISED AND NOT VEILWIRE_SANITIZE)
    if(arg_COLD AND sources)
      target_compile_options(${library} PRIVATE -O1)
    endif()
    if(TARGET ${name}_test)
      target_compile_options(${name}_test PRIVATE -O1)
    endif()
  endif()
  # What stands on Asio compiles three times as fast without optimisation, and has little to compute.
  if(VEILWIRE_SANITIZE AND Boost::headers IN_LIST arg_USES)
    target_compile_options(${library} PRIVATE -O0)
    if(TARGET ${name}_test)
      target_compile_options(${name}_test PRIVATE -O0)
    endif()
  endif()
endfunction()

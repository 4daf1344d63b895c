# Finds the shared libsecp256k1 with its ElligatorSwift module, 0.5 or newer: first on the system,
# then in the project's .deps/ folder, which scripts/install_deps fills where the system's is too old.
#
# Gives Secp256k1::secp256k1, Secp256k1_LIBRARY, Secp256k1_VERSION (where it can be told) and
# Secp256k1_BUNDLED (true when it came from .deps/, so that an installation has to bring it along).
#
# The static archive is not looked for: distributions build it without -fPIC, and libveilwire is a
# shared library.

if(CMAKE_CROSSCOMPILING)
  set(_secp256k1_deps "${PROJECT_SOURCE_DIR}/.deps/arm64")
else()
  set(_secp256k1_deps "${PROJECT_SOURCE_DIR}/.deps/secp256k1")
endif()

function(_secp256k1_look where)
  set(include include-NOTFOUND)
  set(library library-NOTFOUND)
  set(version "")
  if(where STREQUAL "system")
    find_package(PkgConfig QUIET)
    if(PkgConfig_FOUND)
      pkg_check_modules(PC_SECP256K1 QUIET libsecp256k1)
      set(version "${PC_SECP256K1_VERSION}")
    endif()
    find_path(include secp256k1_ellswift.h HINTS ${PC_SECP256K1_INCLUDE_DIRS} NO_CACHE)
    find_library(library NAMES libsecp256k1.so HINTS ${PC_SECP256K1_LIBRARY_DIRS} NO_CACHE)
  else()
    find_path(include secp256k1_ellswift.h PATHS "${where}/usr/include"
              NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH NO_CACHE)
    file(GLOB library "${where}/usr/lib/*/libsecp256k1.so" "${where}/usr/lib/libsecp256k1.so")
    file(GLOB pc "${where}/usr/lib/*/pkgconfig/libsecp256k1.pc")
    if(pc)
      file(STRINGS "${pc}" version REGEX "^Version:")
      string(REGEX REPLACE "^Version: *" "" version "${version}")
    endif()
  endif()
  if(version AND Secp256k1_FIND_VERSION AND version VERSION_LESS Secp256k1_FIND_VERSION)
    return()
  endif()
  if(include AND library)
    file(REAL_PATH "${library}" library)
    set(Secp256k1_INCLUDE_DIR "${include}" PARENT_SCOPE)
    set(Secp256k1_LIBRARY "${library}" PARENT_SCOPE)
    set(Secp256k1_VERSION "${version}" PARENT_SCOPE)
  endif()
endfunction()

set(Secp256k1_BUNDLED OFF)
if(NOT CMAKE_CROSSCOMPILING)
  _secp256k1_look(system)
endif()
if(NOT Secp256k1_LIBRARY)
  _secp256k1_look("${_secp256k1_deps}")
  if(Secp256k1_LIBRARY)
    set(Secp256k1_BUNDLED ON)
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Secp256k1
  REQUIRED_VARS Secp256k1_LIBRARY Secp256k1_INCLUDE_DIR
  VERSION_VAR Secp256k1_VERSION
  REASON_FAILURE_MESSAGE
    "libsecp256k1 >= 0.5 with secp256k1_ellswift.h is neither on this system nor in .deps/. \
Run `make deps` (Debian 12 and 13), or install it from your distribution or from \
https://github.com/bitcoin-core/secp256k1 with --enable-module-ellswift.")

if(Secp256k1_FOUND AND NOT TARGET Secp256k1::secp256k1)
  add_library(Secp256k1::secp256k1 SHARED IMPORTED)
  set_target_properties(Secp256k1::secp256k1 PROPERTIES
    IMPORTED_LOCATION "${Secp256k1_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${Secp256k1_INCLUDE_DIR}")
endif()

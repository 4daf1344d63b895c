# The shared library, made of the folders that an embedding program needs, and what `make install` puts where.

set(folders base protocol crypto transport capi)

add_library(veilwire_shared SHARED "${PROJECT_SOURCE_DIR}/cmake/empty.cpp")
add_library(veilwire::veilwire ALIAS veilwire_shared)
foreach(folder IN LISTS folders)
  get_target_property(type veilwire_${folder} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    target_sources(veilwire_shared PRIVATE $<TARGET_OBJECTS:veilwire_${folder}>)
  endif()
endforeach()
target_link_libraries(veilwire_shared PRIVATE OpenSSL::Crypto Secp256k1::secp256k1)
target_include_directories(veilwire_shared INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(veilwire_shared INTERFACE cxx_std_23)
set(version_script "${PROJECT_SOURCE_DIR}/cmake/veilwire.map")
target_link_options(veilwire_shared PRIVATE "LINKER:--version-script=${version_script}")
set_target_properties(veilwire_shared PROPERTIES
  OUTPUT_NAME veilwire
  EXPORT_NAME veilwire
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}
  LINK_DEPENDS "${version_script}"
  LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")

# veilwire_runpath(<target> <installed file, in the prefix> <where it looks for what we bring along>)
#
# CMake itself would leave an empty element at the end of the build tree's RUNPATH, room for the
# installed one, and the loader takes that for the working directory. So the binary is linked with
# both, and loses the build tree's when it is installed.
function(veilwire_runpath target file installed)
  set_target_properties(${target} PROPERTIES
                        BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH_USE_LINK_PATH ON)
  if(NOT Secp256k1_BUNDLED)
    return()
  endif()
  cmake_path(GET Secp256k1_LIBRARY PARENT_PATH built)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "${installed};${built}")
  set(path "\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${file}")
  install(CODE "file(RPATH_CHANGE FILE \"${path}\"
                     OLD_RPATH \"${installed}:${built}\" NEW_RPATH \"${installed}\")")
endfunction()

# Everything below is relative to the prefix, so that an installation can be moved as a whole.
set(private_dir "${CMAKE_INSTALL_LIBDIR}/veilwire")
file(RELATIVE_PATH bin_to_lib "/p/${CMAKE_INSTALL_BINDIR}" "/p/${CMAKE_INSTALL_LIBDIR}")
if(Secp256k1_BUNDLED)
  install(FILES "${Secp256k1_LIBRARY}" DESTINATION "${private_dir}" RENAME libsecp256k1.so.2)
endif()
install(TARGETS veilwire_shared EXPORT veilwire LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
veilwire_runpath(veilwire_shared "${CMAKE_INSTALL_LIBDIR}/libveilwire.so.${PROJECT_VERSION}"
                 "$ORIGIN/veilwire")

if(TARGET veilwire)
  install(TARGETS veilwire RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  veilwire_runpath(veilwire "${CMAKE_INSTALL_BINDIR}/veilwire" "$ORIGIN/${bin_to_lib}/veilwire")
endif()

# Manual pages and what shells complete: the binary tells them.
if(TARGET veilwire AND NOT CMAKE_CROSSCOMPILING)
  set(pages_dir "${PROJECT_BINARY_DIR}/pages")
  file(MAKE_DIRECTORY "${pages_dir}")
  # veilwire_page(<file> <folder where it is installed> <arguments of veilwire>...)
  function(veilwire_page file destination)
    add_custom_command(OUTPUT "${pages_dir}/${file}"
                       COMMAND veilwire ${ARGN} > "${pages_dir}/${file}"
                       DEPENDS veilwire VERBATIM)
    set_property(GLOBAL APPEND PROPERTY VEILWIRE_PAGES "${pages_dir}/${file}")
    install(FILES "${pages_dir}/${file}" DESTINATION "${destination}")
  endfunction()
  veilwire_page(veilwire.1 "${CMAKE_INSTALL_MANDIR}/man1" man)
  foreach(command IN ITEMS demo kernels probe proxy speed)
    veilwire_page(veilwire-${command}.1 "${CMAKE_INSTALL_MANDIR}/man1" man ${command})
  endforeach()
  veilwire_page(veilwire "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" completion bash)
  veilwire_page(veilwire.fish "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" completion fish)
  veilwire_page(_veilwire "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" completion zsh)
  get_property(pages GLOBAL PROPERTY VEILWIRE_PAGES)
  add_custom_target(veilwire_pages ALL DEPENDS ${pages})
endif()

include("${PROJECT_SOURCE_DIR}/src/veilwire/public_headers.cmake")
foreach(header IN LISTS VEILWIRE_PUBLIC_HEADERS)
  if(EXISTS "${PROJECT_SOURCE_DIR}/src/${header}")
    cmake_path(GET header PARENT_PATH folder)
    install(FILES "${PROJECT_SOURCE_DIR}/src/${header}"
            DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${folder}")
  else()
    message(WARNING "public header src/${header} does not exist")
  endif()
endforeach()

include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/veilwire")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/veilwireConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(EXPORT veilwire NAMESPACE veilwire:: FILE veilwireConfig.cmake
        DESTINATION "${package_dir}")
install(FILES "${PROJECT_BINARY_DIR}/veilwireConfigVersion.cmake" DESTINATION "${package_dir}")

file(RELATIVE_PATH pc_to_prefix "/p/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/p")
string(REGEX REPLACE "/$" "" pc_to_prefix "${pc_to_prefix}")
configure_file("${PROJECT_SOURCE_DIR}/cmake/veilwire.pc.in" "${PROJECT_BINARY_DIR}/veilwire.pc"
               @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/veilwire.pc"
        DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

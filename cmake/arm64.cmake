# Cross-compilation for 64-bit ARM on another Debian machine. The libraries of that architecture are
# in .deps/arm64 (scripts/install_deps --ci); the programs run under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)

get_filename_component(_arm64_root "${CMAKE_CURRENT_LIST_DIR}/../.deps/arm64" ABSOLUTE)
set(CMAKE_FIND_ROOT_PATH "${_arm64_root}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
# OpenSSL's configuration header lies in the architecture's own include folder.
set(CMAKE_CXX_FLAGS_INIT "-isystem ${_arm64_root}/usr/include/aarch64-linux-gnu")
set(CMAKE_C_FLAGS_INIT "-isystem ${_arm64_root}/usr/include/aarch64-linux-gnu")
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,-rpath-link,${_arm64_root}/usr/lib/aarch64-linux-gnu")

# What Debian builds its packages with, and a little more. The sanitizers have checks of their own, and
# some of this would be in their way. tests/house/check_binaries looks for each in what was built;
# docs/performance.md says what it costs.

include(CheckCXXCompilerFlag)
include(CheckPIESupported)
check_pie_supported()

# veilwire_harden(<flag>): for all that follows, where the compiler has it.
function(veilwire_harden flag)
  string(MAKE_C_IDENTIFIER "VEILWIRE_HAVE${flag}" has)
  check_cxx_compiler_flag("${flag}" "${has}")
  if(${has})
    add_compile_options("${flag}")
  endif()
endfunction()

veilwire_harden(-fstack-protector-strong)
veilwire_harden(-fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64|amd64)$")
  veilwire_harden(-fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
  veilwire_harden(-mbranch-protection=standard)
endif()

# The C library's checks need the optimiser: without it they would only warn.
if(VEILWIRE_OPTIMISED)
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()

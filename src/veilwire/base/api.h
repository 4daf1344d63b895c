// Marks what the shared library exports. Everything else is hidden.
#pragma once

#if defined(__GNUC__)
#define VEILWIRE_API __attribute__((visibility("default")))
#else
#define VEILWIRE_API
#endif

#include "veilwire/app/commands.h"

int main(int argc, char** argv) {
  return static_cast<int>(veilwire::app::run_command_line(argc, argv));
}

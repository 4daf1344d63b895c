#include "child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace veilwire::bench {
namespace {

std::string file_of(pid_t pid, const char* name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// proc(5): field 15 of `stat`, counted behind the name in its brackets.
Duration system_time_of(pid_t pid) {
  const std::string stat = file_of(pid, "stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 15; ++field) fields >> skipped;
  std::int64_t ticks = 0;
  fields >> ticks;
  return std::chrono::duration_cast<Duration>(std::chrono::seconds(ticks)) / ::sysconf(_SC_CLK_TCK);
}

Duration total_time_of(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) {
    throw std::runtime_error("the measured process has ended");
  }
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

pid_t fork_with_us(const std::function<void()>& work) {
  const pid_t pid = ::fork();
  if (pid < 0) throw std::runtime_error("cannot start a process");
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  work();
  ::_exit(127);
}

void execute(const std::vector<std::string>& command, const std::string& log_file) {
  const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  ::execv(arguments[0], arguments.data());
}

}  // namespace

CpuTime operator-(const CpuTime& later, const CpuTime& earlier) {
  return {later.total - earlier.total, later.system - earlier.system};
}

Child::Child(const std::function<void()>& work) : pid_(fork_with_us(work)) {}

Child::Child(const std::vector<std::string>& command, const std::string& log_file)
    : pid_(fork_with_us([&] { execute(command, log_file); })) {}

Child::~Child() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

CpuTime Child::cpu_time() const { return {total_time_of(pid_), system_time_of(pid_)}; }

std::size_t Child::rss_bytes() const {
  std::istringstream fields(file_of(pid_, "statm"));
  std::size_t all = 0;
  std::size_t resident = 0;
  if (!(fields >> all >> resident)) throw std::runtime_error("the measured process has ended");
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

bool Child::runs() const { return ::waitpid(pid_, nullptr, WNOHANG) == 0; }

}  // namespace veilwire::bench

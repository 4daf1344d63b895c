#include "veilwire/app/speed/own_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "veilwire/app/commands.h"

namespace veilwire::app {
namespace {

constexpr const char* kOwnProgram = "/proc/self/exe";

[[noreturn]] void fail(std::string_view what, int error) {
  throw CommandFailure(fmt::format("{}: {}", what, std::strerror(error)));
}

std::vector<std::string> changed_environment(const EnvironmentChanges& changes) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!changes.contains(std::string(text.substr(0, text.find('='))))) result.emplace_back(text);
  }
  for (const auto& [name, value] : changes) {
    if (value) result.push_back(name + "=" + *value);
  }
  return result;
}

// As execve wants it; valid as long as `texts`.
std::vector<char*> null_terminated(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

struct Child {
  pid_t pid;
  File output;
};

Child start(std::vector<std::string> arguments, const EnvironmentChanges& changes) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("no pipe to a process of our own", errno);
  File output(fdopen(ends[0], "r"));

  arguments.insert(arguments.begin(), "veilwire");
  auto environment = changed_environment(changes);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, kOwnProgram, &actions, nullptr, null_terminated(arguments).data(),
                  null_terminated(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error != 0) fail("this program cannot start itself again", error);
  return {pid, std::move(output)};
}

void read_lines(std::FILE* from, const std::function<void(const std::string&)>& on_line) {
  std::string line;
  for (int c = std::fgetc(from); c != EOF; c = std::fgetc(from)) {
    if (c != '\n') {
      line += static_cast<char>(c);
      continue;
    }
    on_line(line);
    line.clear();
  }
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) fail("a process of our own was lost", errno);
  }
  return status;
}

}  // namespace

void run_own_process(const std::vector<std::string>& arguments, const EnvironmentChanges& changes,
                     const std::function<void(const std::string&)>& on_line) {
  Child child = start(arguments, changes);
  read_lines(child.output.get(), on_line);
  const int status = wait_for(child.pid);
  if (WIFSIGNALED(status)) {
    throw CommandFailure(
        fmt::format("a measuring process was ended by signal {}", WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    throw CommandFailure(
        fmt::format("a measuring process failed with status {}", WEXITSTATUS(status)));
  }
}

}  // namespace veilwire::app

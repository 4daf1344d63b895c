#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "veilwire/app/commands.h"
#include "veilwire/app/speed/block_contestants.h"
#include "veilwire/app/speed/cipher_cases.h"
#include "veilwire/app/speed/cipher_contestants.h"
#include "veilwire/app/speed/connection_memory.h"
#include "veilwire/app/speed/figures.h"
#include "veilwire/app/speed/handshake_contestants.h"
#include "veilwire/app/speed/hash_contestants.h"
#include "veilwire/app/speed/machine.h"
#include "veilwire/app/speed/measured_block.h"
#include "veilwire/app/speed/own_process.h"
#include "veilwire/app/speed/script_contestants.h"
#include "veilwire/app/speed/speed_table.h"
#include "veilwire/app/subcommands.h"
#include "veilwire/app/terminal.h"
#include "veilwire/crypto/hash_kernel.h"
#include "veilwire/crypto/kernel.h"
#include "veilwire/crypto/yardstick.h"

namespace veilwire::app {
namespace {

// What all cases of all kernels may take together, each handshake, each script, and a block on all
// numbers of threads. With what is not timed the whole stays below a minute; the quick form, of one
// kernel only, below 8 s.
constexpr Duration kFullCipherTime = std::chrono::seconds(40);
constexpr Duration kQuickCipherTime = std::chrono::seconds(4);
constexpr Duration kFullHashTime = std::chrono::seconds(5);
constexpr Duration kQuickHashTime = std::chrono::seconds(1);
constexpr Duration kFullHandshakeTime = std::chrono::seconds(1);
constexpr Duration kQuickHandshakeTime = std::chrono::milliseconds(250);
constexpr Duration kFullScriptTime = std::chrono::seconds(1);
constexpr Duration kQuickScriptTime = std::chrono::milliseconds(150);
constexpr Duration kFullBlockTime = std::chrono::seconds(3);
constexpr Duration kQuickBlockTime = std::chrono::milliseconds(250);

struct Options {
  bool json = false;
  bool quick = false;
  std::string kernel;
  // How the process that measures one kernel is told so, and its time for one case.
  bool one_kernel_here = false;
  bool one_hash_kernel_here = false;
  std::int64_t case_ns = 0;
};

// OPENSSL_ia32cap that leaves OpenSSL the instructions that a kernel of ours has. The bits are
// those of CPUID leaf 1 (EDX, then ECX), a colon, leaf 7 (EBX, then ECX); "~" takes bits away. Both
// are always given: OpenSSL 3.0 takes a missing second one for zero.
struct InstructionLimit {
  std::string_view kernel;
  const char* openssl_ia32cap;
  const char* text;
};
constexpr const char* kOpenSslAsItIs = "OpenSSL as it is";
constexpr InstructionLimit kLimits[] = {
    // AVX-512: F, DQ, IFMA, PF, ER, CD, BW, VL; and SHA.
    {"avx2", "~0x0:~0xfc230000", "OpenSSL limited to AVX2"},
    // And AVX2, AVX and AMD's XOP. SSSE3 stays: OpenSSL has no 128-bit ChaCha20 without it.
    {"sse2", "~0x1000080000000000:~0xfc230020", "OpenSSL limited to SSSE3"},
    // And SSSE3.
    {"portable", "~0x10000a0000000000:~0xfc230020", "OpenSSL without vector instructions"},
};

const InstructionLimit* limit_for(std::string_view kernel) {
#if defined(__x86_64__)
  const auto found = std::ranges::find(kLimits, kernel, &InstructionLimit::kernel);
  if (found != std::end(kLimits)) return &*found;
#else
  static_cast<void>(kernel);
#endif
  return nullptr;
}

template <typename AnyKernel>
std::vector<std::string> names_of(std::span<const AnyKernel* const> kernels) {
  std::vector<std::string> names;
  for (const AnyKernel* kernel : kernels) names.emplace_back(crypto::kernel_name(*kernel));
  return names;
}

// Of the ciphers, then those of the hashes that these do not name.
std::vector<std::string> usable_names() {
  std::vector<std::string> names = names_of(crypto::usable_kernels());
  for (const std::string& name : names_of(crypto::usable_hash_kernels())) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

template <typename AnyKernel>
std::vector<std::string> kernels_to_measure(const Options& options,
                                            std::span<const AnyKernel* const> usable,
                                            const AnyKernel& active) {
  if (options.kernel.empty() && options.quick) return {std::string(crypto::kernel_name(active))};
  std::vector<std::string> names = names_of(usable);
  if (!options.kernel.empty()) {
    std::erase_if(names, [&](const std::string& name) { return name != options.kernel; });
  }
  return names;
}

void require_kernel(const Options& options, std::string_view active) {
  if (active == options.kernel) return;
  throw CommandFailure(fmt::format("the kernel {} cannot be used here", options.kernel));
}

template <typename Figure>
void print_record(const Figure& figure) {
  fmt::print("{}\n", to_record(figure));
  std::fflush(stdout);
}

// In the process that measures one kernel: its figures as records.
void measure_here(const Options& options) {
  const auto name = crypto::kernel_name(crypto::active_kernel());
  require_kernel(options, name);
  for (const CipherCase& what : cipher_cases()) {
    const auto ours = our_cipher(what);
    const auto openssl = openssl_cipher(what);
    const auto rounds = run_in_turn(*ours, *openssl, Duration(options.case_ns));
    print_record(CipherFigure{std::string(name), what, compare(rounds)});
  }
}

void measure_hashes_here(const Options& options) {
  const auto name = crypto::kernel_name(crypto::active_hash_kernel());
  require_kernel(options, name);
  for (const HashCase& what : hash_cases()) {
    const auto ours = our_hashes(what);
    const auto openssl = openssl_hashes(what);
    const auto rounds = run_in_turn(*ours, *openssl, Duration(options.case_ns));
    print_record(HashFigure{std::string(name), what, compare(rounds)});
  }
}

class Report {
 public:
  explicit Report(Form form)
      : form_(form), colour_(form == Form::kText ? colour_for(stdout) : Colour::kOff) {}

  void machine(const MachineFigure& figure) {
    put(form_ == Form::kJson ? to_json(figure) + "\n" : machine_text(figure, colour_));
  }
  // As each comes; and all of a kernel.
  template <typename Figure>
  void one(const Figure& figure) {
    if (form_ == Form::kJson) put(to_json(figure) + "\n");
  }
  void all(const std::vector<CipherFigure>& figures, const char* held_to) {
    if (form_ == Form::kText) put(cipher_table(figures, held_to, colour_));
  }
  void all(const std::vector<HashFigure>& figures, const char* held_to) {
    if (form_ == Form::kText) put(hash_table(figures, held_to, colour_));
  }
  void handshakes(const std::vector<HandshakeFigure>& figures) {
    put(form_ == Form::kJson ? lines(figures) : handshake_table(figures, colour_));
  }
  void scripts(const std::vector<ScriptFigure>& figures) {
    put(form_ == Form::kJson ? lines(figures) : script_table(figures, colour_));
  }
  void blocks(const std::vector<BlockFigure>& figures) {
    put(form_ == Form::kJson ? lines(figures) : block_table(figures, colour_));
  }
  void memory(const std::vector<MemoryFigure>& figures) {
    put(form_ == Form::kJson ? lines(figures) : memory_table(figures, colour_));
  }
  void measuring(const std::string& what) { progress_.show("measuring " + what); }

 private:
  template <typename Figure>
  static std::string lines(const std::vector<Figure>& figures) {
    std::string text;
    for (const Figure& figure : figures) text += to_json(figure) + "\n";
    return text;
  }

  void put(const std::string& text) {
    progress_.erase();
    fmt::print("{}", text);
    std::fflush(stdout);
  }

  Form form_;
  Colour colour_;
  ProgressLine progress_;
};

// What differs between ciphers and hashes where one kernel is measured in a process of its own.
template <typename Figure>
struct KernelWork {
  const char* name;
  const char* variable;
  const char* flag;
  std::size_t cases;
  std::optional<Figure> (*from_record)(const std::string&);
};
const KernelWork<CipherFigure>& cipher_work() {
  static const KernelWork<CipherFigure> work = {"ciphers", "VEILWIRE_CRYPTO", "--one-kernel-here",
                                                cipher_cases().size(), cipher_from_record};
  return work;
}
const KernelWork<HashFigure>& hash_work() {
  static const KernelWork<HashFigure> work = {"hashes", "VEILWIRE_HASHES", "--one-hash-kernel-here",
                                              hash_cases().size(), hash_from_record};
  return work;
}

template <typename Figure>
void measure_kernel(const KernelWork<Figure>& work, const std::string& kernel, Duration case_time,
                    Report& report) {
  const InstructionLimit* limit = limit_for(kernel);
  EnvironmentChanges changes{{work.variable, kernel}, {"OPENSSL_ia32cap", std::nullopt}};
  if (limit != nullptr) changes["OPENSSL_ia32cap"] = limit->openssl_ia32cap;

  std::vector<Figure> figures;
  const auto show_progress = [&] {
    report.measuring(
        fmt::format("{} by {}: {} of {}", work.name, kernel, figures.size(), work.cases));
  };
  show_progress();
  run_own_process(
      {"speed", work.flag, "--kernel", kernel, "--case-ns", fmt::format("{}", case_time.count())},
      changes, [&](const std::string& line) {
        const auto figure = work.from_record(line);
        if (!figure) throw CommandFailure("a measuring process said '" + line + "'");
        report.one(*figure);
        figures.push_back(*figure);
        show_progress();
      });
  if (figures.size() != work.cases) {
    throw CommandFailure(fmt::format("the measurement of the {} kernel is incomplete", kernel));
  }
  report.all(figures, limit != nullptr ? limit->text : kOpenSslAsItIs);
}

// `time` is for all cases of all kernels.
template <typename Figure>
void measure_kernels(const KernelWork<Figure>& work, const std::vector<std::string>& kernels,
                     Duration time, Report& report) {
  const auto cases = static_cast<Duration::rep>(kernels.size() * work.cases);
  for (const std::string& kernel : kernels) measure_kernel(work, kernel, time / cases, report);
}

std::vector<HandshakeFigure> measure_handshakes(Duration each, Report& report) {
  std::vector<HandshakeFigure> figures;
  for (const HandshakeRole role : kHandshakeRoles) {
    report.measuring(fmt::format("handshake: {}", role_name(role)));
    const auto ours = our_handshake(role);
    const auto bare = bare_handshake(role);
    figures.push_back({{role_name(role), compare(run_in_turn(*ours, *bare, each))}});
  }
  return figures;
}

std::vector<ScriptFigure> measure_scripts(Duration each, Report& report) {
  std::vector<ScriptFigure> figures;
  for (const ScriptKind kind : kScriptKinds) {
    report.measuring(fmt::format("scripts: {}", script_kind_name(kind)));
    const auto ours = our_script_check(kind);
    const auto bare = bare_script_check(kind);
    figures.push_back({{script_kind_name(kind), compare(run_in_turn(*ours, *bare, each))}});
  }
  return figures;
}

// Ours and the bare calls on each number of threads, all in turn. `helper_cores`: for the threads
// beside this one, without its core. A thread that wakes up is often left where it was woken.
std::vector<BlockFigure> measure_blocks(std::span<const std::size_t> threads,
                                        const Cores& helper_cores, Duration time, Report& report) {
  report.measuring("blocks");
  const auto block = std::make_shared<const MeasuredBlock>(make_measured_block(kBlockInputs));
  std::vector<std::unique_ptr<Contestant>> contestants;
  std::vector<Contestant*> in_turn;
  for (const std::size_t count : threads) {
    std::optional<CoresScope> scope;
    if (count > 1) scope.emplace(helper_cores);
    contestants.push_back(our_block_check(block, count));
    contestants.push_back(bare_block_check(block, count));
  }
  for (const auto& contestant : contestants) in_turn.push_back(contestant.get());
  const auto times = run_in_turn(in_turn, time);

  std::vector<BlockFigure> figures;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    const auto& ours = times[2 * i];
    BlockFigure figure = {threads[i], block->inputs(), compare({ours, times[2 * i + 1]}), {}};
    if (i > 0) figure.speedup = compare({ours, times[0]}).ratio;
    figures.push_back(figure);
  }
  return figures;
}

std::vector<MemoryFigure> measure_memory(Report& report) {
  struct Case {
    std::string_view name;
    ConnectionState state;
  };
  std::vector<MemoryFigure> figures;
  for (const Case& what :
       {Case{"idle_v2", ConnectionState::kIdle}, Case{"busy_v2", ConnectionState::kBusy},
        Case{"handshaking", ConnectionState::kHandshaking}}) {
    report.measuring(fmt::format("memory: {}", what.name));
    const auto memory = measure_connection_memory(what.state);
    figures.push_back({what.name, memory.told_bytes, memory.heap_bytes});
  }
  return figures;
}

void use_kernels_named(const std::string& name) {
  if (const crypto::Kernel* kernel = crypto::find_kernel(name)) crypto::use_kernel(*kernel);
  if (const crypto::HashKernel* kernel = crypto::find_hash_kernel(name)) {
    crypto::use_kernel(*kernel);
  }
}

// Those that can run side by side.
std::span<const std::size_t> threads_to_measure(const Cores& helper_cores) {
  const std::span<const std::size_t> all = kBlockThreads;
  if (helper_cores.count() + 1 >= all.back()) return all;
  say("there is no second core to be had, so that no block is checked on two threads");
  return all.first(1);
}

void measure_all(const Options& options) {
  const Cores all_cores = Cores::allowed();
  if (!stay_on_one_core()) {
    fmt::print(stderr, "veilwire: the system does not allow this process to stay on one core.\n");
  }
  const Cores helper_cores = all_cores.without(Cores::allowed());
  const auto threads = threads_to_measure(helper_cores);
  use_kernels_named(options.kernel);
  Report report(options.json ? Form::kJson : Form::kText);
  report.machine({cpu_name(), crypto::openssl_version(),
                  std::string(crypto::kernel_name(crypto::active_kernel()))});

  measure_kernels(cipher_work(),
                  kernels_to_measure(options, crypto::usable_kernels(), crypto::active_kernel()),
                  options.quick ? kQuickCipherTime : kFullCipherTime, report);
  measure_kernels(
      hash_work(),
      kernels_to_measure(options, crypto::usable_hash_kernels(), crypto::active_hash_kernel()),
      options.quick ? kQuickHashTime : kFullHashTime, report);
  report.handshakes(
      measure_handshakes(options.quick ? kQuickHandshakeTime : kFullHandshakeTime, report));
  report.scripts(measure_scripts(options.quick ? kQuickScriptTime : kFullScriptTime, report));
  report.blocks(measure_blocks(threads, helper_cores,
                               options.quick ? kQuickBlockTime : kFullBlockTime, report));
  report.memory(measure_memory(report));
}

constexpr const char* kFooter =
    "Our ChaCha20-Poly1305 and OpenSSL's take turns on one core, in many short rounds; figures\n"
    "are medians. Each kernel is compared with OpenSSL limited to the same instruction set. Ours\n"
    "does everything BIP 324 requires for a packet, OpenSSL's only the AEAD. Double SHA-256 of\n"
    "many inputs is compared with OpenSSL's of one after the other; handshakes, script checks and\n"
    "the check of a block with the calls of libsecp256k1 in them, the block on two cores too.\n"
    "Takes about a minute.\n"
    "docs/performance.md lists the fields of --json.\n"
    "Examples:\n"
    "  veilwire speed --quick\n"
    "  veilwire speed --kernel avx2 --json > avx2.jsonl\n";

}  // namespace

void declare_speed(CLI::App& command) {
  auto options = std::make_shared<Options>();
  command.add_flag("--json", options->json, "Print one JSON object per line");
  command.add_flag("--quick", options->quick, "Measure only the kernels in use, for a few seconds");
  command.add_option("--kernel", options->kernel, "Measure only this kernel")
      ->type_name("NAME")
      ->check([](const std::string& name) -> std::string {
        if (crypto::find_kernel(name) != nullptr) return {};
        if (crypto::find_hash_kernel(name) != nullptr) return {};
        return fmt::format("'{}' is not a kernel that this machine can run: it has {}", name,
                           fmt::join(usable_names(), ", "));
      });
  command.add_flag("--one-kernel-here", options->one_kernel_here)->group("");
  command.add_flag("--one-hash-kernel-here", options->one_hash_kernel_here)->group("");
  command.add_option("--case-ns", options->case_ns)->group("");
  command.footer(kFooter);
  command.callback([options] {
    if (options->one_kernel_here) {
      measure_here(*options);
    } else if (options->one_hash_kernel_here) {
      measure_hashes_here(*options);
    } else {
      measure_all(*options);
    }
  });
}

}  // namespace veilwire::app

//! The `seamline` program: arguments in, exit code out.
//!
//! In: arguments, streams. Out: an exit code.
//! Invariant: nothing happens here but the hand-over.
//! Never: logic.

use std::io::Write;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let code = seamline::cli::main(std::env::args_os());
    if code == ExitCode::SUCCESS && std::io::stdout().flush().is_ok() {
        // At once: the allocator would hand its memory back piece by piece.
        signal_hook::low_level::exit(0);
    }
    code
}

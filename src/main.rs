//! The `seamline` program: arguments in, exit code out.
//!
//! In: arguments, streams. Out: an exit code.
//! Invariant: nothing happens here but the hand-over.
//! Never: logic.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    seamline::cli::main(std::env::args_os())
}

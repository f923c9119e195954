//! Seamline joins code, recorded traces and git history into one dependency graph.
//!
//! Three streams of plain records meet in one place, and every later stage is a pure function:
//!
//! ```text
//! discover→Project→parse→[FileFacts, Lexemes]→links→[ServiceLink]─┐
//!                   traces→CallProfile────────────────────────────┼→graph→metrics,cycles→findings,boundaries→Analysis→gate→Verdict
//!                   history→ChangeLog─────────────────────────────┘                                             └→report
//! ```
//!
//! Modules stand in the order in which the data flows; each may import only those before it.

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod knowledge;
pub mod model;
pub mod source;

pub mod discover;
pub mod history;
pub mod parse;
pub mod traces;

pub mod links;

pub mod cycles;
pub mod graph;
pub mod metrics;

pub mod part;
pub mod simulate;

pub mod boundaries;
pub mod findings;

pub mod analysis;

pub mod gate;

pub mod pipeline;

pub mod config;
pub mod report;

pub mod cli;

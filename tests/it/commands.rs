//! The command line as a user meets it: every case of `tests/cmd`.
//!
//! In: `tests/cmd/*.trycmd`. Out: assertions on output and exit code.
//! Invariant: examples that are shown are examples that run.
//! Never: a time or a machine's path in an expectation.

#[test]
fn commands_do_what_their_cases_say() {
    let cases = trycmd::TestCases::new();
    cases.env("NO_COLOR", "1");
    cases.case("tests/cmd/*.trycmd");
}

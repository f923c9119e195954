//! Seamline joins code, recorded traces and git history into one dependency graph.

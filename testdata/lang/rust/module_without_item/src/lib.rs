//! Names that a macro makes, macros in attributes, bounds that say no.
macro_rules! note {
    () => {
        "note"
    };
}

mod made;
mod user;

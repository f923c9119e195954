use crate::prelude::*;

fn f() -> String {
    std::string::String::shout()
}

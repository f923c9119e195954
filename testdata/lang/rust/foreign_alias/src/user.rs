use crate::{Own, Shown, Value};
pub fn user() {
    let _ = Value::from("text");
    Value::shown();
    let _ = Own::from(1);
}

mod made;
mod words;
#[cfg(test)]
mod checks;
pub struct Own;

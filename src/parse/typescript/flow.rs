//! Flow, a language beside TypeScript that its parser does not read: the module statements at least.
//!
//! In: a text with the pragma `@flow`. Out: a text of the same length with nothing but its imports and re-exports.
//! Invariant: what is kept stands where it stood.
//! Never: a statement below the top of the file, a `require`.

/// Whether the comment at the start of the file says that it is written in Flow.
pub(super) fn is_flow(text: &str) -> bool {
    let head = text.lines().take(20);
    let comment = |line: &&str| line.trim_start().starts_with(['/', '*', '#', '\'', '"']);
    head.filter(comment).any(|line| line.contains("@flow"))
}

/// The module statements of `text`, all else blank.
pub(super) fn module_statements(text: &str) -> String {
    let mut kept: Vec<u8> = text.bytes().map(blank).collect();
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let length = statement(rest).unwrap_or(0);
        if let (Some(to), Some(from)) = (kept.get_mut(at..at + length), rest.get(..length)) {
            to.copy_from_slice(from.replace("typeof ", "type   ").as_bytes());
        }
        let next = rest.get(length..).and_then(|rest| rest.find('\n'));
        at += length + next.map_or(rest.len(), |end| end + 1);
    }
    String::from_utf8(kept).unwrap_or_default()
}

fn blank(byte: u8) -> u8 {
    if byte == b'\n' || byte == b'\r' {
        byte
    } else {
        b' '
    }
}

/// The length of the module statement at the start of a line.
fn statement(text: &str) -> Option<usize> {
    let import = text.starts_with("import ");
    let names = ["export {", "export type {", "export * from"];
    if !import && !names.iter().any(|start| text.starts_with(start)) {
        return None;
    }
    let open = text.find(['"', '\'', ';', '=', '(', ':'])?;
    let quote = text.get(open..)?.chars().next()?;
    match quote {
        '"' | '\'' => {
            let path = text.get(open + 1..)?;
            let close = path.find([quote, '\n'])?;
            (path.get(close..)?.starts_with(quote)).then_some(open + 1 + close + 1)
        }
        ';' if !import => Some(open),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_flow, module_statements};

    #[test]
    fn keeps_the_module_statements_where_they_stand() {
        let text = "// @flow strict\nimport typeof A from './a';\nlet x: ?A = f((y: any));\nimport {\n  type B,\n} from \"./b\";\nexport {x};\nimport(x);\n  import c from './c';\n";
        let kept = module_statements(text);
        let wanted = "               \nimport type   A from './a' \n                        \nimport {\n  type B,\n} from \"./b\" \nexport {x} \n          \n                      \n";
        assert!(is_flow(text));
        assert_eq!(kept, wanted);
        assert_eq!(
            module_statements("// @flow\nimport é"),
            "        \n         "
        );
    }
}

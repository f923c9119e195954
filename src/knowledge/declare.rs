//! How tables are declared.
//!
//! In: names of tables and fields. Out: types that are read from TOML and joined.
//! Invariant: a key that is no field is an error.
//! Never: a row.

/// Declares tables; each field is a key of the file, with dashes for underscores.
macro_rules! tables {
    ($($(#[$doc:meta])* $table:ident { $($(#[$of_field:meta])* $field:ident: $list:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
        pub struct $table {
            $($(#[$of_field])* pub $field: $list,)*
        }

        impl Join for $table {
            fn join(&mut self, rows: Self) {
                $(self.$field.join(rows.$field);)*
            }

            #[cfg(test)]
            fn lists(&self, path: &str, found: &mut Vec<(String, Vec<String>)>) {
                $(self.$field.lists(&format!("{path}.{}", stringify!($field)), found);)*
            }
        }
    )*};
}

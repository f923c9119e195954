use crate::Failure;
use rusqlite::{Connection, Params, Row};
use std::{
    env,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tracing::{Span, info_span};

/// One database, with one client span per statement.
pub struct Db {
    connection: Mutex<Connection>,
    namespace: String,
}

impl Db {
    /// Opens the database whose address is in `variable`, by default `address`, and applies `schema`.
    ///
    /// # Panics
    /// When the database cannot be opened: a service without its data has no reason to start.
    #[must_use]
    pub fn open(variable: &str, address: &str, schema: &str) -> Self {
        let address = env::var(variable).unwrap_or_else(|_| address.to_owned());
        let path = Path::new(address.trim_start_matches("sqlite://"));
        let connection = Connection::open(path).expect("the database opens");
        connection.busy_timeout(Duration::from_secs(5)).expect("a timeout can be set");
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;").expect("WAL is built in");
        connection.execute_batch(schema).expect("the schema is valid");
        let namespace = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Self { connection: Mutex::new(connection), namespace }
    }

    /// Runs a statement and tells how many rows it changed.
    pub fn execute(&self, sql: &str, params: impl Params) -> Result<usize, Failure> {
        let _span = self.span(sql).entered();
        Ok(self.lock().execute(sql, params)?)
    }

    /// Reads the rows of a query.
    pub fn query<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Failure> {
        let _span = self.span(sql).entered();
        let connection = self.lock();
        let mut statement = connection.prepare_cached(sql)?;
        Ok(statement.query_map(params, read)?.collect::<Result<_, _>>()?)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn span(&self, sql: &str) -> Span {
        let (operation, table) = summary(sql);
        info_span!(
            "db",
            otel.kind = "client",
            otel.name = %format_args!("{operation} {table}"),
            db.system.name = "sqlite",
            db.namespace = self.namespace,
            db.collection.name = table,
            db.operation.name = operation,
            db.query.text = sql,
        )
    }
}

/// The verb of a statement and the table it is about.
fn summary(sql: &str) -> (&str, &str) {
    let operation = sql.split_whitespace().next().unwrap_or_default();
    let mut words = sql.split_whitespace().skip_while(|w| !["FROM", "INTO", "UPDATE"].contains(w));
    (operation, words.nth(1).unwrap_or_default())
}

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// What a handler returns.
pub type Answer<T> = Result<Json<T>, Failure>;

/// Why a request was not answered.
#[derive(Debug)]
pub enum Failure {
    /// There is no such thing.
    Missing,
    /// The caller may not do this.
    Forbidden,
    /// The store or another service failed.
    Broken(String),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::Missing => (StatusCode::NOT_FOUND, "not found".to_owned()),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden".to_owned()),
            Self::Broken(error) => (StatusCode::BAD_GATEWAY, error),
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

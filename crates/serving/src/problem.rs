//! Every error over HTTP is a problem document (RFC 9457) with a stable `code`.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use plebiscite_election::record::{Check, Refusal};
use serde_json::{Map, Value, json};

/// A problem: status, stable code, sentence, and whatever else a client needs to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    status: StatusCode,
    code: String,
    detail: String,
    members: Map<String, Value>,
}

impl Problem {
    /// A problem of this status and code.
    #[must_use]
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), detail: detail.into(), members: Map::new() }
    }

    /// Its status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The problem of a refused entry.
    #[must_use]
    pub fn refused(refusal: &Refusal) -> Self {
        let status = match refusal.check {
            Check::BallotChain => StatusCode::CONFLICT,
            Check::EntryOrder => StatusCode::CONFLICT,
            Check::EntrySignatures | Check::BallotSignature | Check::BallotCredential => {
                StatusCode::FORBIDDEN
            }
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self::new(status, refusal.check.name(), refusal.reason.to_string())
    }

    /// No such page or election.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is nothing at this address")
    }

    /// The server is stopping, or its store has failed.
    #[must_use]
    pub fn stopping() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", "the server takes nothing any more")
    }

    /// The queue is full.
    #[must_use]
    pub fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "too much is waiting; send the same again shortly")
    }

    /// A successor of the board's key that this server cannot sign with.
    #[must_use]
    pub fn board_key_not_held() -> Self {
        let detail = "this server does not hold the key that would sign its checkpoints from there on";
        Self::new(StatusCode::CONFLICT, "board-key-not-held", detail)
    }

    /// Too many of one kind in too short a time.
    #[must_use]
    pub fn too_many() -> Self {
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too-many-requests",
            "too many requests; send the same again shortly",
        )
    }

    /// The problem that a bare status of some layer stands for.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::METHOD_NOT_ALLOWED => {
                ("method-not-allowed", "this address does not take that method")
            }
            StatusCode::REQUEST_TIMEOUT => ("request-timeout", "the request was not complete in time"),
            StatusCode::PAYLOAD_TOO_LARGE => {
                ("too-large", "the body is larger than anything that is taken here")
            }
            StatusCode::NOT_FOUND => ("not-found", "there is nothing at this address"),
            StatusCode::INTERNAL_SERVER_ERROR => ("internal", "the server failed"),
            _ => ("bad-request", "the request cannot be understood"),
        };
        Self::new(status, code, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason().unwrap_or("problem"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let Some(object) = body.as_object_mut() {
            object.extend(self.members);
        }
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if matches!(self.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
